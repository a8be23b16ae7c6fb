import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../infra/bundle.ts';
import { measureBundles } from './bundles.ts';
import { measureDecision } from './decision.ts';
import { budgets, humanReport, type Measurements } from './report.ts';
import { measureSessions } from './session.ts';
import { measureSwipes } from './swipe.ts';
import { openWorld } from './world.ts';

const USAGE = `npm run bench -- [options]
  --json    one JSON object instead of tables
  --quick   fewer samples`;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await main();

async function main(): Promise<void> {
  const samples = values.quick
    ? { swipes: 50, decisions: 500, imports: 3 }
    : { swipes: 200, decisions: 3000, imports: 7 };
  const machine = {
    node: process.version,
    cores: cpus().length,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
  describeCloud();
  tell('the decision on the memory engine');
  const decision = await measureDecision(samples.decisions);
  tell('bundles');
  const bundles = await measureBundles(samples.imports);
  tell('the local cloud');
  const world = await openWorld();
  try {
    tell('swipes');
    const swipe = await measureSwipes(world, samples.swipes);
    tell('sessions');
    const session = await measureSessions(world);
    await nothingWentWrong(world.cloud);
    const measurements: Measurements = { machine, decision, bundles, swipe, session };
    if (values.json)
      console.log(JSON.stringify({ budgets: budgets(measurements), ...measurements }, null, 2));
    else console.log(humanReport(measurements));
  } finally {
    await world.cloud.stop();
  }
}

/** Costs of a path that failed would be the costs of something else. */
async function nothingWentWrong(cloud: Awaited<ReturnType<typeof openWorld>>['cloud']): Promise<void> {
  const { failures, denied } = cloud.counters();
  const dead = await cloud.deadLetters();
  if (Object.keys(failures).length + Object.keys(denied).length + dead.length === 0) return;
  throw new Error(`The run was not clean: ${JSON.stringify({ failures, denied, dead })}`);
}

/** Bundles the functions and writes what the local cloud reads; does nothing where that is up to date. */
function describeCloud(): void {
  const script = join(projectRoot, 'infra', 'synth.ts');
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The cloud could not be described: ${stderr}`);
}

function tell(what: string): void {
  process.stderr.write(`measuring ${what}…\n`);
}
