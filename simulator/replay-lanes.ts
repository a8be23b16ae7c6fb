import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ReplayReport } from './replay-report.ts';
import type { SessionFile } from './sessions.ts';

const SCRIPT = fileURLToPath(new URL('./replay.ts', import.meta.url));

/** The share of a replay that one of several clouds plays: number `lane` of `lanes`, counted from 1. */
export interface Lane {
  readonly lane: number;
  readonly lanes: number;
}

/** Reads `2/3`. Throws RangeError for anything that names no lane. */
export function laneNamed(text: string): Lane {
  const [lane, lanes] = text.split('/').map(Number);
  if (
    !Number.isInteger(lane) ||
    !Number.isInteger(lanes) ||
    !(1 <= Number(lane) && Number(lane) <= Number(lanes))
  )
    throw new RangeError(`${text} is no lane, as 2/3 is`);
  return { lane: Number(lane), lanes: Number(lanes) };
}

/**
 * What one lane replays: about as many sessions as the others. A replay waits more than it computes, since time stands
 * still until all is done: so residents that have nothing to do with each other are replayed side by side, each lane
 * in a cloud of its own. All sessions of one resident are in one lane.
 */
export function laneOf(file: SessionFile, { lane, lanes }: Lane): SessionFile {
  const { sessions } = file;
  const users = [...Map.groupBy(sessions, ({ userId }) => userId)].sort(
    ([idA, a], [idB, b]) => b.length - a.length || (idA < idB ? -1 : 1),
  );
  const loads = Array.from({ length: lanes }, () => ({ users: new Set<string>(), sessions: 0 }));
  for (const [userId, own] of users) {
    const least = loads.reduce((before, load) => (load.sessions < before.sessions ? load : before));
    least.users.add(userId);
    least.sessions += own.length;
  }
  const own = sessions.filter(({ userId }) => loads[lane - 1]?.users.has(userId));
  // What was refused is told once, by the first lane.
  const { refused, durationDisagrees } = lane === 1 ? file : { refused: [], durationDisagrees: 0 };
  return { sessions: own, refused, durationDisagrees, rowsRead: own.length + refused.length };
}

/** Runs this same replay once for each lane, each in a process of its own. Throws when one ends without a report. */
export async function replayLanes(args: readonly string[], lanes: number): Promise<ReplayReport> {
  const reports = await Promise.all(
    Array.from({ length: lanes }, (_, index) => replayLane([...args, '--lane', `${index + 1}/${lanes}`])),
  );
  const [first, ...others] = reports;
  if (first === undefined) throw new Error('There is nothing to replay');
  return others.reduce((sum, report) => added(sum, report), first);
}

function replayLane(args: readonly string[]): Promise<ReplayReport> {
  const child = spawn(process.execPath, [SCRIPT, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => child.kill('SIGTERM');
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      try {
        resolve(JSON.parse(text) as ReplayReport);
      } catch {
        reject(new Error(`The lane ${args.at(-1)} ended with ${code} and without a report`));
      }
    });
  });
}

/** The sum of two reports: numbers are added, lists joined, and what is told once stays as it is. */
export function added(a: ReplayReport, b: ReplayReport): ReplayReport {
  const ended = [...Map.groupBy([...a.ended, ...b.ended], ({ reason }) => reason)].map(([reason, parts]) => ({
    reason,
    sessions: total(parts.map(({ sessions }) => sessions)),
    wantedWh: total(parts.map(({ wantedWh }) => wantedWh)),
    deliveredWh: total(parts.map(({ deliveredWh }) => deliveredWh)),
  }));
  return { ...(sumOf(a, b) as ReplayReport), ended };
}

function sumOf(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') return Math.round((a + b) * 100) / 100;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (typeof a !== 'object' || typeof b !== 'object') return a;
  const [left, right] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries(
    [...names].map((name) => {
      if (!(name in left)) return [name, right[name]];
      return [name, name in right ? sumOf(left[name], right[name]) : left[name]];
    }),
  );
}

function total(numbers: readonly number[]): number {
  return Math.round(numbers.reduce((sum, number) => sum + number, 0) * 100) / 100;
}
