import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allMutants, areaNames, shuffled } from './draw.ts';
import type { Mutant } from './mutators.ts';
import { typeChecker } from './plausible.ts';
import { reachOf } from './reach.ts';
import { reachesGoal, report, survivorLine } from './report.ts';
import { type Trial, tryMutant } from './trial.ts';

const usage = `npm run mutate -- [--area A] [--sample N] [--seed S] [--tests G] [--lanes N] [--json]
  --area A     only ${areaNames.join(', ')}, or files whose path begins like this
  --sample N   how many mutants (200)
  --seed S     which ones (a new one each time, printed)
  --tests G    only by these tests, to be quick (test/**); what others would notice is counted as unnoticed
  --lanes N    how many are tried side by side (2)
  --json       the result as JSON`;

/** Tests that see nothing of `src/` in their own process, or start other processes. */
const unsuited = [
  'test/{stores,system,local,pages,web,infra,cli,docs,mutate}/**',
  'test/simulator/simulation*',
];

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    area: { type: 'string' },
    sample: { type: 'string', default: '200' },
    seed: { type: 'string' },
    tests: { type: 'string', default: 'test/**' },
    lanes: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const seed = wholeNumber('seed', values.seed ?? String(Math.floor(Math.random() * 2 ** 31)));
  const sample = wholeNumber('sample', values.sample);
  tell(`seed ${seed}`);
  const all = shuffled(allMutants(root, values.area), seed);
  if (all.length === 0) throw new RangeError(`No file of src/ belongs to ${values.area}\n${usage}`);
  const mutants = firstPlausible(all, sample);
  tell(`${mutants.length} of the ${all.length} possible changes`);
  const tests = globSync(`${values.tests}/*.test.ts`, { cwd: root, exclude: unsuited }).toSorted();
  const reaches = await reachOf(root, tests, tell);
  const trials = await inLanes(mutants, wholeNumber('lanes', values.lanes), (mutant) =>
    tryMutant(root, mutant, reaches),
  );
  console.log(values.json ? JSON.stringify({ seed, trials }, null, 2) : `${report(trials)}\nseed ${seed}`);
  return reachesGoal(trials) ? 0 : 1;
}

/** The compiler refuses about two of five. */
function firstPlausible(all: readonly Mutant[], sample: number): readonly Mutant[] {
  const { accepts, close } = typeChecker(root);
  const taken = all.values().filter(accepts).take(sample).toArray();
  close();
  return taken;
}

async function inLanes(
  mutants: readonly Mutant[],
  lanes: number,
  attempt: (mutant: Mutant) => Promise<Trial>,
): Promise<readonly Trial[]> {
  const waiting = [...mutants];
  const trials: Trial[] = [];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const trial = await attempt(next);
      trials.push(trial);
      const seen = trial.fate === 'killed' || trial.fate === 'timeout';
      tell(`${trials.length}/${mutants.length} ${trial.fate}${seen ? '' : ` ${survivorLine(trial)}`}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return trials;
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new RangeError(`--${name} is a whole number: ${text}`);
  return number;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
