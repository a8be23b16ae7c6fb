import type { Remark } from '../../contract/shapes/receipt.ts';
import type { Reading } from '../billing/bill.ts';
import { startsIn } from './port-store.ts';
import { limits } from './session.ts';

/** Everything that is known of one session, in no order: the fold of any permutation, with duplicates, is the same. */
export interface KnownSession {
  readonly authorisedAtMs: number;
  /** It began no earlier: where a board tells afterwards of what it started alone, this is before it was told. */
  readonly earliestStartMs?: number | undefined;
  readonly startedAtMs?: number | undefined;
  /** When a person first asked for the end. */
  readonly stopAskedAtMs?: number | undefined;
  /** When it was closed without the board's settlement: what began later on its port is another session. */
  readonly closedAtMs?: number | undefined;
  /** Readings of this port, with when we heard of each. */
  readonly frames: readonly {
    readonly receivedAtMs: number;
    readonly chargingS: number;
    readonly energyWh: number;
    readonly powerW?: number | undefined;
  }[];
  /** The board's own settlement, once it has come. */
  readonly settlement?:
    | { readonly receivedAtMs: number; readonly durationS: number; readonly energyWh: number }
    | undefined;
}

export interface FoldedSession {
  /** In the order of time; the first is the start, at 0 Wh. */
  readonly readings: readonly Reading[];
  /** Closed without the board's settlement, at its last reading. */
  readonly estimated: boolean;
  /** Why the bill differs from what the board said, by name. */
  readonly remarks: readonly Remark[];
  /** A stop that was asked for did not reach the port in time: what it delivered after that is not in the readings. */
  readonly stopLost: boolean;
}

/** A meter counts in steps, and a frame may be a little early. */
const toleranceWh = 20;
const toleranceMs = 60_000;

/** Most boards account in steps of 10 Wh; in peak-valley mode they tell readings in single ones. */
const settlementStepWh = 10;

/** A board ends a session by force after a day; a settlement of more is not of one session. */
const longestSettlementS = 24 * 3600;

/**
 * What a session was, from what is known of it. Pure.
 *
 * Device time is anchored to server time: a board counts seconds since the start, so every message tells when the
 * start was, give or take its delay; the earliest answer is the one that was least delayed. The board's wall clock is
 * never used. A reading that the port could not have delivered (an odometer, a doubled snapshot), or above what the
 * board finally accounts for (a meter gone backwards), is left out and said so: the resident pays the lesser.
 */
export function foldSession(known: KnownSession): FoldedSession {
  const earliestMs = known.earliestStartMs ?? known.authorisedAtMs;
  const remarks = new Set<Remark>();
  // What would have begun before it could is of a session before on this port, and nothing to remark on this bill.
  const own = heardInTime(known).filter(
    (frame) =>
      startsIn(known, frame.receivedAtMs - frame.chargingS * 1000) &&
      isTimely(earliestMs, frame, frame.chargingS),
  );
  const frames = own.filter((frame) => canDeliver(frame.energyWh, frame.chargingS));
  if (frames.length < own.length) remarks.add('impossible-reading-ignored');
  const end = known.settlement && possible(earliestMs, known.settlement, frames, remarks);
  const startMs = anchor(known, earliestMs, frames, end);
  const whole = readingsOf(startMs, frames, end, remarks);
  if (end === undefined) remarks.add('estimated');

  const wantedAtMs = stopWantedAt(known, startMs);
  const readings = wantedAtMs === undefined ? whole : cutAt(whole, wantedAtMs);
  const stopLost = readings !== whole;
  if (stopLost) remarks.add('stop-lost-borne-by-us');
  return { readings, estimated: end === undefined, remarks: [...remarks].sort(), stopLost };
}

/** The frames without those that came after the board's settlement, which ends the matter. */
function heardInTime({ frames, settlement }: KnownSession): Frames {
  const untilMs = settlement?.receivedAtMs ?? Number.POSITIVE_INFINITY;
  return frames.filter(({ receivedAtMs }) => receivedAtMs <= untilMs);
}

function isTimely(earliestMs: number, { receivedAtMs }: { receivedAtMs: number }, seconds: number): boolean {
  return seconds * 1000 <= receivedAtMs - earliestMs + toleranceMs;
}

type Frames = KnownSession['frames'];
type End = NonNullable<KnownSession['settlement']>;

/** The board's settlement, as far as it can be true. */
function possible(earliestMs: number, told: End, frames: Frames, remarks: Set<Remark>): End {
  let end = told;
  if (!isTimely(earliestMs, end, end.durationS) || end.durationS > longestSettlementS) {
    remarks.add('impossible-duration');
    const heardS = Math.max(0, Math.floor((end.receivedAtMs - earliestMs) / 1000));
    end = { ...end, durationS: Math.min(end.durationS, heardS, longestSettlementS) };
  }
  if (!canDeliver(end.energyWh, end.durationS)) {
    remarks.add('impossible-energy');
    const { durationS } = end;
    const until = frames.filter((frame) => frame.chargingS <= durationS);
    end = { ...end, energyWh: until.reduce((most, frame) => Math.max(most, frame.energyWh), 0) };
  }
  return end;
}

function readingsOf(
  startMs: number,
  frames: Frames,
  end: End | undefined,
  remarks: Set<Remark>,
): readonly Reading[] {
  const readings: Reading[] = [{ atMs: startMs, energyWh: 0 }];
  const timely = inTime(frames).filter(({ chargingS }) => chargingS > 0);
  // A settlement may be in coarser steps than the readings: what it leaves off of the last one is no contradiction.
  if (end !== undefined && timely.some(({ energyWh }) => energyWh >= end.energyWh + settlementStepWh))
    remarks.add('impossible-reading-ignored');
  const within = timely.filter(
    ({ chargingS, energyWh }) => end === undefined || (chargingS < end.durationS && energyWh <= end.energyWh),
  );
  const rising = longestRising(within);
  if (rising.length < within.length) remarks.add('impossible-reading-ignored');
  for (const { chargingS, energyWh, powerW } of rising)
    readings.push({ atMs: startMs + chargingS * 1000, energyWh, powerW });
  // A session of no duration still has its one reading, the start.
  if (end !== undefined && end.durationS > 0)
    readings.push({ atMs: startMs + end.durationS * 1000, energyWh: end.energyWh });
  return readings;
}

/**
 * The most readings of which none is less than the one before; of as many, those that show less. No meter goes back:
 * where readings contradict each other, those are left out that fewer of the others bear out. Frames name no session, so
 * one of the session before that comes hours late may pass for one of this.
 */
function longestRising(readings: Frames): Frames {
  // For each length the end of the best such run so far, each with the run that it ends.
  const ends: Run[] = [];
  for (const frame of readings) {
    const above = ends.findIndex((run) => run.frame.energyWh > frame.energyWh);
    const at = above < 0 ? ends.length : above;
    ends[at] = { frame, before: ends[at - 1] };
  }
  const rising: Frames[number][] = [];
  for (let run: Run | undefined = ends.at(-1); run !== undefined; run = run.before) rising.push(run.frame);
  return rising.reverse();
}

interface Run {
  readonly frame: Frames[number];
  readonly before: Run | undefined;
}

/**
 * When a stop that was asked for should have reached the port, in the time of the readings. A board counts no seconds
 * without power, so what it had counted then is told by the furthest of the frames before.
 */
function stopWantedAt(known: KnownSession, startMs: number): number | undefined {
  const { authorisedAtMs, stopAskedAtMs } = known;
  if (stopAskedAtMs === undefined) return undefined;
  const untilMs = stopAskedAtMs + limits.stopGraceMs;
  // Also those that would have begun too late for this session: without power its seconds stood still.
  const told = heardInTime(known).filter(
    (frame) =>
      frame.receivedAtMs <= untilMs &&
      isTimely(authorisedAtMs, frame, frame.chargingS) &&
      canDeliver(frame.energyWh, frame.chargingS),
  );
  const furthestS = Math.max(...told.map(({ chargingS }) => chargingS));
  const heardMs = Math.min(
    ...told.filter(({ chargingS }) => chargingS === furthestS).map(({ receivedAtMs }) => receivedAtMs),
  );
  if (told.length === 0) return untilMs;
  return Math.min(untilMs, startMs + furthestS * 1000 + untilMs - heardMs);
}

/** The readings until a moment, with the energy there, interpolated; the same readings where they end before it. */
function cutAt(readings: readonly Reading[], atMs: number): readonly Reading[] {
  const after = readings.findIndex((reading) => reading.atMs > atMs);
  const right = readings[after];
  const left = readings[after - 1];
  if (right === undefined) return readings;
  if (left === undefined) return readings.slice(0, 1);
  const kept = readings.slice(0, after);
  if (left.atMs === atMs) return kept;
  const gainedWh = ((right.energyWh - left.energyWh) * (atMs - left.atMs)) / (right.atMs - left.atMs);
  return [...kept, { ...right, atMs, energyWh: left.energyWh + Math.floor(gainedWh) }];
}

/** Whether a port within its power limit can have delivered so much in so long. */
export function canDeliver(energyWh: number, seconds: number): boolean {
  return energyWh >= 0 && energyWh <= (limits.portPowerW * seconds) / 3600 + toleranceWh;
}

function anchor(
  { startedAtMs }: KnownSession,
  earliestMs: number,
  frames: Frames,
  end: End | undefined,
): number {
  // A frame by which it would have begun before it could is of another session, and tells nothing. A settlement names its
  // session: one that is too long by a fast clock ends when it was told, and no later.
  const told = frames
    .map((frame) => frame.receivedAtMs - frame.chargingS * 1000)
    .filter((atMs) => atMs >= earliestMs);
  if (end !== undefined) told.push(end.receivedAtMs - end.durationS * 1000);
  if (startedAtMs !== undefined) told.push(startedAtMs);
  if (told.length === 0) return earliestMs;
  return Math.max(earliestMs, Math.min(...told));
}

/** By the board's seconds; of several readings of one second the least, whatever came first. */
function inTime(frames: Frames) {
  const least = new Map<number, Frames[number]>();
  for (const frame of [...frames].sort((a, b) => a.energyWh - b.energyWh || powerOf(a) - powerOf(b)))
    if (!least.has(frame.chargingS)) least.set(frame.chargingS, frame);
  return [...least.values()].sort((a, b) => a.chargingS - b.chargingS);
}

const powerOf = ({ powerW = 0 }: Frames[number]): number => powerW;
