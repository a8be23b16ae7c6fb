import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { simulateAll } from './lanes.ts';
import { plantNamed, plants } from './plants.ts';
import { reportPlants, reportRuns, reportViolation } from './report.ts';
import type { RunResult } from './run.ts';

const usage = `npm run simulate -- [--seeds N] [--days D] [--seed S] [--plant BUG] [--plants] [--lanes N] [--json]
  --seeds N    how many seeds, counted from --seed, --from or 1 (10; with --seed alone 1)
  --from S     the first of the seeds; "random" begins at one that nobody has chosen
  --keep-going goes on after a violation, and lists every seed that has one
  --days D     days in each run (1)
  --plant BUG  plant a bug: ${plants.map(({ name }) => name).join(', ')}
  --plants     plant each bug in turn and say which seed finds it
  --lanes N    how many seeds are run side by side (one for each core)
  --json       the result as JSON`;

/** A seed is a whole number of 32 bits; from here on there is room for as many as anybody runs. */
const largestFirstSeed = 2 ** 31;

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new RangeError(`--${name} is a whole number from 1: ${text}`);
  return number;
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      days: { type: 'string' },
      seed: { type: 'string' },
      from: { type: 'string' },
      'keep-going': { type: 'boolean', default: false },
      plant: { type: 'string' },
      plants: { type: 'boolean', default: false },
      lanes: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const first =
    values.from === 'random'
      ? randomInt(1, largestFirstSeed)
      : wholeNumber('from', values.from, wholeNumber('seed', values.seed, 1));
  const count = wholeNumber('seeds', values.seeds, values.seed === undefined ? (values.plants ? 30 : 10) : 1);
  return {
    seeds: Array.from({ length: count }, (_, index) => first + index),
    days: wholeNumber('days', values.days, 1),
    plant: values.plant === undefined ? undefined : plantNamed(values.plant).name,
    lanes: values.lanes === undefined ? undefined : wholeNumber('lanes', values.lanes, 1),
    plants: values.plants,
    keepGoing: values['keep-going'],
    json: values.json,
    help: values.help,
  };
}

type Arguments = ReturnType<typeof readArguments>;

/** The first violation ends it, unless all of them are wanted. */
async function runSeeds({ seeds, days, plant, lanes, keepGoing, json }: Arguments): Promise<number> {
  const beganMs = performance.now();
  if (!json) console.log(`seeds ${seeds[0]} to ${seeds.at(-1)}, ${days} days each\n`);
  const onResult = (result: RunResult) => {
    if (!json && result.violation !== undefined) console.log(reportViolation(result, plant));
  };
  const results = await simulateAll({ seeds, days, plant, lanes, keepGoing, onResult });
  const seconds = (performance.now() - beganMs) / 1000;
  const broken = results.filter(({ violation }) => violation !== undefined);
  console.log(reportRuns(results, seconds, json));
  return broken.length === 0 ? 0 : 1;
}

/** Every planted bug has to be found by one of the seeds. */
async function runPlants({ seeds, days, lanes, json }: Arguments): Promise<number> {
  const found: { readonly name: string; readonly what: string; readonly by: RunResult | undefined }[] = [];
  for (const { name, what } of plants) {
    const last = (await simulateAll({ seeds, days, plant: name, lanes })).at(-1);
    found.push({ name, what, by: last?.violation === undefined ? undefined : last });
  }
  console.log(reportPlants(found, json));
  return found.every(({ by }) => by !== undefined) ? 0 : 1;
}

/** What was asked for; whoever asked for something else is told what there is. */
function given(): Arguments | undefined {
  try {
    return readArguments();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

const asked = given();
if (asked?.help) console.log(usage);
else if (asked !== undefined)
  process.exitCode = asked.plants ? await runPlants(asked) : await runSeeds(asked);
