import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { partAt } from './marks.ts';
import type { Mutant } from './mutators.ts';
import type { Reach } from './reach.ts';
import { runTests } from './run-tests.ts';

export interface Trial {
  readonly mutant: Mutant;
  /** `timeout`: a test hung, which is noticed too. `unreached`: no test comes to the changed place at all. */
  readonly fate: 'killed' | 'timeout' | 'survived' | 'unreached';
  /** How many files of tests were run, and how many more reach the place but would take too long. */
  readonly tests: number;
  readonly leftOut: number;
}

export interface Limits {
  /** How long the tests of one mutant may take together, as long as they took without a change. */
  readonly budgetMs: number;
  /** How long nothing may be heard, over and above five times what the longest file takes. */
  readonly silenceMs: number;
}

export const usualLimits: Limits = { budgetMs: 60_000, silenceMs: 30_000 };

/** Runs the tests that reach the mutant, the nearest first, until one fails. */
export async function tryMutant(
  root: string,
  mutant: Mutant,
  reaches: readonly Reach[],
  limits: Limits = usualLimits,
): Promise<Trial> {
  const reaching = testsOf(root, mutant, reaches);
  const chosen = withinBudget(reaching, limits.budgetMs);
  const counts = { mutant, tests: chosen.length, leftOut: reaching.length - chosen.length };
  if (chosen.length === 0) return { ...counts, fate: 'unreached' };
  const files = chosen.map(({ test }) => test);
  const silenceMs = limits.silenceMs + 5 * Math.max(...chosen.map(({ ms }) => ms));
  const { end } = await runTests({ root, files, mutant, workers: 1 }, silenceMs);
  return { ...counts, fate: end === 'passed' ? 'survived' : end === 'silent' ? 'timeout' : 'killed' };
}

function testsOf(root: string, mutant: Mutant, reaches: readonly Reach[]): readonly Reach[] {
  const { file, start, end } = mutant;
  const part = partAt(file, readFileSync(join(root, file), 'utf8'))(start, end);
  return reaches
    .filter(({ parts }) => parts[file]?.includes(part))
    .toSorted((a, b) => distance(file, a.test) - distance(file, b.test) || a.ms - b.ms);
}

/** The test of the same name, then those of the same folder, then those of the same capability. */
function distance(file: string, test: string): number {
  const [of, by] = [file.replace(/^src\//, ''), test.replace(/^test\//, '')];
  if (of === by.replace(/\.test\.tsx?$/, '.ts')) return 0;
  if (dirname(of) === dirname(by)) return basename(by).startsWith(basename(of, '.ts')) ? 1 : 2;
  return of.split('/')[0] === by.split('/')[0] ? 3 : 4;
}

/** At least one, whatever it takes. */
function withinBudget(reaching: readonly Reach[], budgetMs: number): readonly Reach[] {
  let sumMs = 0;
  return reaching.filter(({ ms }, index) => {
    if (index > 0 && sumMs + ms > budgetMs) return false;
    sumMs += ms;
    return true;
  });
}
