import { areaNames, areaOf } from './draw.ts';
import type { Trial } from './trial.ts';

/** What a sample has to reach, of all its mutants and of those of each area that has enough of them to say so. */
export const goal = { overall: 0.9, area: 0.8, fewestOfAnArea: 5 };

const noticed = ({ fate }: Trial) => fate === 'killed' || fate === 'timeout';
const rate = (trials: readonly Trial[]) => trials.filter(noticed).length / trials.length;

export function reachesGoal(trials: readonly Trial[]): boolean {
  const ofAreas = areaNames.map((name) => trials.filter(({ mutant }) => areaOf(mutant.file) === name));
  const enough = ofAreas.filter(({ length }) => length >= goal.fewestOfAnArea);
  return rate(trials) >= goal.overall && enough.every((ofArea) => rate(ofArea) >= goal.area);
}

export function survivorLine({ mutant, fate, tests, leftOut }: Trial): string {
  const { file, line, before, after } = mutant;
  const more = leftOut === 0 ? '' : `, ${leftOut} more take too long`;
  const why = fate === 'unreached' ? 'no test comes here' : `${tests} files of tests${more}`;
  return `${file}:${line}  ${inOneLine(before)}  →  ${inOneLine(after)}   (${why})`;
}

const inOneLine = (text: string) => {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 140 ? `${line.slice(0, 140)}…` : line;
};

export function report(trials: readonly Trial[]): string {
  const rows = areaNames.flatMap((name) => {
    const ofArea = trials.filter(({ mutant }) => areaOf(mutant.file) === name);
    return ofArea.length === 0 ? [] : [row(name, ofArea)];
  });
  const survivors = trials
    .filter((one) => !noticed(one))
    .map(survivorLine)
    .toSorted();
  const title = `${'area'.padEnd(10)}${['mutants', 'noticed', 'of them hung', 'unreached', 'rate'].map((word) => word.padStart(14)).join('')}`;
  return [title, ...rows, row('all', trials), '', `${survivors.length} went unnoticed:`, ...survivors].join(
    '\n',
  );
}

function row(name: string, trials: readonly Trial[]): string {
  const count = (fate: Trial['fate']) => trials.filter((one) => one.fate === fate).length;
  const numbers = [trials.length, count('killed') + count('timeout'), count('timeout'), count('unreached')];
  const percent = `${(rate(trials) * 100).toFixed(1)} %`;
  return name.padEnd(10) + [...numbers, percent].map((cell) => String(cell).padStart(14)).join('');
}
