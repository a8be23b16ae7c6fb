import { parseArgs } from 'node:util';
import { simulateAll } from './simulation/lanes.ts';
import { plantNamed, plants } from './simulation/plants.ts';
import { reportPlants, reportRuns, reportViolation } from './simulation/report.ts';
import type { RunResult } from './simulation/run.ts';

const usage = `npm run simulate -- [--seeds N] [--days D] [--seed S] [--plant BUG] [--plants] [--lanes N] [--json]
  --seeds N    how many seeds, counted from --seed or 1 (10; with --seed alone 1)
  --days D     days in each run (1)
  --plant BUG  plant a bug: ${plants.map(({ name }) => name).join(', ')}
  --plants     plant each bug in turn and say which seed finds it
  --lanes N    how many seeds are run side by side (one for each core)
  --json       the result as JSON`;

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
      plant: { type: 'string' },
      plants: { type: 'boolean', default: false },
      lanes: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const first = wholeNumber('seed', values.seed, 1);
  const count = wholeNumber('seeds', values.seeds, values.seed === undefined ? (values.plants ? 30 : 10) : 1);
  return {
    seeds: Array.from({ length: count }, (_, index) => first + index),
    days: wholeNumber('days', values.days, 1),
    plant: values.plant === undefined ? undefined : plantNamed(values.plant).name,
    lanes: values.lanes === undefined ? undefined : wholeNumber('lanes', values.lanes, 1),
    plants: values.plants,
    json: values.json,
    help: values.help,
  };
}

type Arguments = ReturnType<typeof readArguments>;

/** The first violation ends it. */
async function runSeeds({ seeds, days, plant, lanes, json }: Arguments): Promise<number> {
  const beganMs = performance.now();
  const results = await simulateAll({ seeds, days, plant, lanes });
  const seconds = (performance.now() - beganMs) / 1000;
  const last = results.at(-1);
  if (!json && last?.violation !== undefined) console.log(reportViolation(last, plant));
  console.log(reportRuns(results, seconds, json));
  return last?.violation === undefined ? 0 : 1;
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
