import { bundleBudgetKiB, usualBudgetKiB } from '../infra/bundle.ts';
import type { BundleReport } from './bundles.ts';
import type { DecisionReport } from './decision.ts';
import { besideFrames, type SessionReport } from './session.ts';
import { round, type Spread } from './statistics.ts';
import type { SwipeReport } from './swipe.ts';
import { type Costs, combine, type FunctionCost } from './world.ts';

export interface Measurements {
  readonly machine: { readonly node: string; readonly cores: number; readonly load: number };
  readonly decision: DecisionReport;
  readonly bundles: readonly BundleReport[];
  readonly swipe: SwipeReport;
  readonly session: SessionReport;
}

/** A number beside what was promised for it. Nothing passes or fails here: that is for whoever reads it. */
export interface Budgeted {
  readonly what: string;
  readonly measured: number;
  readonly budget: number;
  readonly unit: string;
}

/** The functions that nobody at a door or port waits for: they follow from what is committed, or look on. */
const followers = ['react-views', 'react-commands', 'react-alerts', 'sweep'];

/** Costs of the path that a device's message takes, and of what follows from it in the table's stream. */
export function lanes(costs: Costs): { path: FunctionCost; stream: FunctionCost; all: FunctionCost } {
  const entries = Object.entries(costs);
  const some = (follows: boolean) =>
    combine(entries.flatMap(([name, cost]) => (followers.includes(name) === follows ? [cost] : [])));
  return { path: some(false), stream: some(true), all: combine(Object.values(costs)) };
}

export function budgets({ decision, bundles, swipe, session }: Measurements): Budgeted[] {
  const functions = bundles.filter(({ name }) => name !== 'empty' && name !== 'dynamodb-client');
  const usual = functions.filter(({ name }) => bundleBudgetKiB(name) === usualBudgetKiB);
  const largest = Math.max(...usual.map(({ kiB }) => kiB));
  const larger = functions.filter(({ name }) => bundleBudgetKiB(name) !== usualBudgetKiB);
  const onAccess = functions.find(({ name }) => name === 'on-access');
  const door = swipe.costs.swipe['on-access'] ?? combine([]);
  const frame = lanes(session.frame).path;
  const beside = besideFrames(session);
  return [
    { what: 'swipe: AWS requests until the unlock', measured: door.requests, budget: 3, unit: 'requests' },
    { what: 'swipe: read units until the unlock', measured: door.readUnits, budget: 1, unit: 'units' },
    { what: 'swipe: write units until the unlock', measured: units(door), budget: 1, unit: 'units' },
    {
      what: 'swipe: CPU of the decision, mean',
      measured: decision.decision.meanCpuMs,
      budget: 2,
      unit: 'ms',
    },
    { what: 'frame of a 12-port board', measured: frame.writeUnits, budget: 1, unit: 'write units' },
    { what: 'frame: index writes', measured: frame.indexWriteUnits, budget: 0, unit: 'write units' },
    { what: 'session beside its frames', measured: units(beside), budget: 12, unit: 'write units' },
    { what: 'largest bundle', measured: largest, budget: usualBudgetKiB, unit: 'KiB' },
    ...larger.map(({ name, kiB }) => ({
      what: `bundle of ${name}`,
      measured: kiB,
      budget: bundleBudgetKiB(name),
      unit: 'KiB',
    })),
    {
      what: 'swipe path: import over the DynamoDB client',
      measured: onAccess?.overDynamoDbClient ?? Number.NaN,
      budget: 1.3,
      unit: 'times',
    },
  ].map((line) => ({ ...line, measured: round(line.measured, 2) }));
}

function units({ writeUnits, indexWriteUnits }: FunctionCost): number {
  return writeUnits + indexWriteUnits;
}

/** The whole as a table for people. */
export function humanReport(measurements: Measurements): string {
  const { machine, decision, bundles, swipe, session } = measurements;
  const { start, firstTimer, frames, end, framesTold, frame, idleMinute } = session;
  return [
    `Node ${machine.node}, ${machine.cores} cores, load ${machine.load} at the start. Times are of this machine in this moment; ratios and counts are what to compare.`,
    section('Beside the budgets', [
      row('', 'measured', 'budget', ''),
      ...budgets(measurements).map(({ what, measured, budget, unit }) =>
        row(what, String(measured), String(budget), unit),
      ),
    ]),
    section('Swipe to unlock, warm (ms)', [
      row('', 'p50', 'p99', 'samples'),
      spreadRow('swipe → unlock', swipe.swipeToUnlockMs),
      spreadRow('broker echo + one conditional write', swipe.floorMs),
      row('ratio', String(swipe.ratio.p50), String(swipe.ratio.p99), ''),
      spreadRow('the decision, on the memory engine', decision.decision.ms),
      spreadRow('… from the broker’s envelope on', decision.fromEnvelope.ms),
    ]),
    section('Cost, by function', [
      costHead(),
      ...costRows('one swipe with its acknowledgement', swipe.costs.swipe),
      ...costRows('one door passed', swipe.costs.doorPassed),
      ...costRows('one frame, 12 ports at work', frame),
      ...costRows('session: card to start', start),
      ...costRows('session: first timer', firstTimer),
      ...costRows(`session: ${framesTold} frames in 6 h`, frames),
      ...costRows('session: settlement to bill', end),
      ...costRows('session: all told', merged([start, firstTimer, frames, end])),
      ...costRows('a minute in which nothing is due', idleMinute),
    ]),
    section('Bundles', [
      row('', 'KiB', 'import ms', '× empty', '× DynamoDB', 'ready ms'),
      ...bundles.map((bundle) =>
        row(
          bundle.name,
          String(bundle.kiB),
          bundle.importMs.toFixed(1),
          String(bundle.overEmptyModule),
          String(bundle.overDynamoDbClient),
          bundle.readyMs.toFixed(1),
        ),
      ),
    ]),
  ].join('\n\n');
}

/** Sums of the same function in several parts. */
export function merged(parts: readonly Costs[]): Costs {
  const names = [...new Set(parts.flatMap((part) => Object.keys(part)))];
  return Object.fromEntries(
    names.map((name) => [
      name,
      combine(parts.flatMap((part) => (part[name] === undefined ? [] : [part[name]]))),
    ]),
  );
}

function costHead(): string {
  return row('', 'calls', 'requests', 'publishes', 'read units', 'write units', 'index writes');
}

function costRows(title: string, costs: Costs): string[] {
  const { path, stream } = lanes(costs);
  return [
    title,
    ...Object.entries(costs).map(([name, cost]) => costRow(`    ${name}`, cost)),
    costRow('  path of the message', path),
    costRow('  what follows from it', stream),
  ];
}

function costRow(title: string, cost: FunctionCost): string {
  const { invocations, requests, publishes, readUnits, writeUnits, indexWriteUnits } = cost;
  const numbers = [invocations, requests, publishes, readUnits, writeUnits, indexWriteUnits];
  return row(title, ...numbers.map((value) => String(round(value, 2))));
}

function spreadRow(title: string, { p50, p99, samples }: Spread): string {
  return row(title, p50.toFixed(2), p99.toFixed(2), String(samples));
}

function section(title: string, lines: readonly string[]): string {
  return [title, '─'.repeat(title.length), ...lines].join('\n');
}

function row(title: string, ...cells: readonly string[]): string {
  return `${title.padEnd(46)}${cells.map((cell) => cell.padStart(13)).join('')}`.trimEnd();
}
