import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openToolClient } from '../contract/tool.ts';
import { type LocalCloud, startLocalCloud } from '../local/cloud.ts';
import { steppedClock } from '../local/machine/clock.ts';
import { DeviceConnection } from './connection.ts';
import { JuyBoard } from './devices/juy-board.ts';
import { Reader } from './devices/reader.ts';
import { approve, provision } from './provision.ts';
import { reconcile } from './reconcile.ts';
import { BookReader } from './replay-books.ts';
import { type Lane, laneNamed, laneOf, replayLanes } from './replay-lanes.ts';
import {
  layoutFor,
  layoutRecords,
  PORTS_PER_BOARD,
  REPLAY_ESTATE,
  REPLAY_TIME_ZONE,
  type ReplayLayout,
} from './replay-layout.ts';
import { printHuman, type ReplayReport, reportOf } from './replay-report.ts';
import { type Played, Replay, type ReplayDevices } from './replay-run.ts';
import { readSessions, type SessionFile } from './sessions.ts';
import { SteppedWorld } from './stepped-world.ts';

const USAGE = 'npm run replay -- <csv> [--garages A,B] [--limit N] [--lanes N] [--json]';
const ASSEMBLY = fileURLToPath(new URL('../cdk.out/aws', import.meta.url));
const HOUR_MS = 3_600_000;
const CONNECT_WITHIN_MS = 30_000;
const LIST_SESSIONS_EVERY = 400;

interface Options {
  readonly csv: string;
  readonly garages: readonly string[] | undefined;
  readonly limit: number | undefined;
  /** How many clouds replay side by side, each its own residents. */
  readonly lanes: number;
  readonly lane: Lane | undefined;
  readonly json: boolean;
}

function parseOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      garages: { type: 'string' },
      limit: { type: 'string' },
      lanes: { type: 'string', default: '1' },
      lane: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [csv] = positionals;
  const limit = values.limit === undefined ? undefined : Number(values.limit);
  const lanes = Number(values.lanes);
  const lane = values.lane === undefined ? undefined : laneNamed(values.lane);
  const isWrong = (count: number | undefined) =>
    count !== undefined && !(Number.isInteger(count) && count > 0);
  if (csv === undefined || positionals.length > 1 || isWrong(limit) || isWrong(lanes)) {
    throw new Error(`Usage: ${USAGE}`);
  }
  return { csv, garages: values.garages?.split(','), limit, lanes, lane, json: values.json };
}

async function main(): Promise<void> {
  const options = parseOptions();
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  const whole = readSessions(readFileSync(options.csv, 'utf8'), {
    timeZone: REPLAY_TIME_ZONE,
    ...(options.garages === undefined ? {} : { garages: options.garages }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  });
  const file = options.lane === undefined ? whole : laneOf(whole, options.lane);
  const [first] = file.sessions;
  if (!first) throw new Error(`No session can be replayed: ${file.rowsRead} rows read, all refused`);
  describeCloud();
  if (options.lanes > 1) return tellReport(options, await replayLanes(laneArguments(options), options.lanes));
  const clock = steppedClock(first.startMs - HOUR_MS);
  const cloud = await startLocalCloud({ assembly: ASSEMBLY, clock, log: () => {} });
  const stop = () => void cloud.stop().finally(() => process.exit(1));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const report = await replay(cloud, file, options.csv, tell);
    tellReport(options, report);
  } finally {
    await cloud.stop();
  }
}

function laneArguments({ csv, garages, limit }: Options): string[] {
  return [
    csv,
    ...(garages === undefined ? [] : ['--garages', garages.join(',')]),
    ...(limit === undefined ? [] : ['--limit', String(limit)]),
  ];
}

function tellReport({ json }: Options, report: ReplayReport): void {
  if (json) console.log(JSON.stringify(report, undefined, 2));
  else printHuman(report, (line) => console.log(line));
  process.exitCode = report.unaccounted.length === 0 ? 0 : 1;
}

/** Writes what the local cloud reads; does nothing where that is up to date. */
function describeCloud(): void {
  const script = fileURLToPath(new URL('../infra/synth.ts', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The cloud's description could not be written: ${stderr}`);
}

async function replay(
  cloud: LocalCloud,
  file: SessionFile,
  source: string,
  tell: (line: string) => void,
): Promise<ReplayReport> {
  const layout = layoutFor(file.sessions);
  const token = await cloud.accessToken({ sub: 'replay', roles: 'operator', estates: REPLAY_ESTATE });
  const api = openToolClient(cloud.api, token);
  const { estate, others } = layoutRecords(layout, cloud.clock.now() - HOUR_MS);
  const claims = { sub: 'replay-second', roles: 'manager', estates: REPLAY_ESTATE };
  const second = openToolClient(cloud.api, await cloud.accessToken(claims));
  await approve(second, REPLAY_ESTATE, await provision(api, REPLAY_ESTATE, [estate]));
  await provision(api, REPLAY_ESTATE, others);
  await cloud.idle();
  const devices = await connectDevices(cloud, layout, tell);
  const books = new BookReader(api);
  const links = [...devices.readers.values(), ...devices.boards.values()].map(({ link }) => link);
  try {
    let listed = 0;
    const player = new Replay(new SteppedWorld(cloud, () => books.noteRefusals()), devices, layout);
    const played: readonly Played[] = await player.run(file.sessions, async (done) => {
      if (done - listed < LIST_SESSIONS_EVERY) return;
      listed = done;
      await books.noteSessions();
      tell(`${done} of ${file.sessions.length} sessions`);
    });
    await books.noteSessions();
    await books.noteRefusals();
    const reconciliation = reconcile(file, layout, played, {
      sessions: await books.sessions(),
      accounts: await books.accounts(),
      inside: await books.inside(),
      rebuildDifferences: await books.rebuildDifferences(),
      refusals: books.refusals,
      deadLetters: (await cloud.deadLetters()).map(({ queue, body }) => `${queue}: ${body}`),
    });
    return reportOf(source, file, played, reconciliation);
  } finally {
    await Promise.allSettled(links.map((link) => link.close()));
  }
}

async function connectDevices(
  cloud: LocalCloud,
  layout: ReplayLayout,
  log: (line: string) => void,
): Promise<ReplayDevices> {
  const common = { certificateAuthority: cloud.certificateAuthority, time: cloud.clock, log };
  const readers = new Map<string, { device: Reader; link: DeviceConnection }>();
  const boards = new Map<string, { device: JuyBoard; link: DeviceConnection }>();
  for (const garage of layout.garages) {
    for (const thing of [garage.readerIn, garage.readerOut]) {
      const device = new Reader({ thing, idPrefix: 'replay', healthEveryMs: Number.POSITIVE_INFINITY });
      const proof = await cloud.issueDevice(thing);
      readers.set(thing, {
        device,
        link: new DeviceConnection(device, { ...common, endpoint: cloud.mqtt, proof }),
      });
    }
    for (const { imei, user, password, settlementUnitWh } of garage.boards) {
      const limits = { unplugDetectionS: 10, plugWaitS: 10 };
      const ports = PORTS_PER_BOARD;
      const device = new JuyBoard({
        imei,
        ports,
        settlementUnitWh,
        reportsByItself: false,
        limits,
        timeZone: REPLAY_TIME_ZONE,
      });
      const proof = { user, password };
      boards.set(imei, {
        device,
        link: new DeviceConnection(device, { ...common, endpoint: cloud.boards, proof }),
      });
    }
  }
  const inService = () =>
    [...readers.values()].every(({ link }) => link.ready) &&
    [...boards.values()].every(({ device }) => device.loggedIn);
  await until(inService, CONNECT_WITHIN_MS, 'Not every device could log in');
  return { readers, boards };
}

async function until(condition: () => boolean, withinMs: number, otherwise: string): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

await main();
