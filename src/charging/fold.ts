import type { Reading } from '../billing/price.ts';
import { limits } from './charge.ts';

/** Everything that is known of one charge, in no order: the fold of any permutation, with duplicates, is the same. */
export interface ChargeEvidence {
  readonly authorisedAtMs: number;
  readonly startedAtMs?: number | undefined;
  /** Readings of this port, with when we heard of each. */
  readonly frames: readonly {
    readonly receivedAtMs: number;
    readonly chargingS: number;
    readonly energyWh: number;
  }[];
  /** The board's own closing account, once it has come. */
  readonly settlement?:
    | { readonly receivedAtMs: number; readonly durationS: number; readonly energyWh: number }
    | undefined;
}

export interface FoldedCharge {
  /** In the order of time; the first is the start, at 0 Wh. */
  readonly readings: readonly Reading[];
  /** Closed without the board's account, at its last reading. */
  readonly estimated: boolean;
  /** Why the bill differs from what the board said, by name. */
  readonly remarks: readonly Remark[];
}

export type Remark =
  | 'estimated'
  | 'impossible-energy'
  | 'impossible-reading-ignored'
  | 'impossible-duration'
  | 'limited-to-hold'
  | 'late-truth-borne-by-us'
  | 'late-truth-refunded'
  | 'not-started';

/** A meter counts in steps, and a frame may be a little early. */
const toleranceWh = 20;
const toleranceMs = 60_000;

/** A frame that puts the start later than this is of another charge on the same port: frames carry no order. */
const latestStartMs = 600_000;

/**
 * What a charge was, from what is known of it. Pure.
 *
 * Device time is anchored to server time: a board counts seconds since the start, so every message tells when the
 * start was, give or take its delay; the earliest answer is the one that was least delayed. The board's wall clock is
 * never used. A reading that the port could not have delivered (an odometer, a doubled snapshot), or above what the
 * board finally accounts for (a meter gone backwards), is left out and said so: the resident pays the lesser.
 */
export function foldCharge({
  authorisedAtMs,
  startedAtMs,
  frames,
  settlement,
}: ChargeEvidence): FoldedCharge {
  const remarks = new Set<Remark>();
  const own = frames.filter(
    (frame) => frame.receivedAtMs - frame.chargingS * 1000 <= authorisedAtMs + latestStartMs,
  );
  const timely = (sample: { receivedAtMs: number; seconds: number }) =>
    sample.seconds * 1000 <= sample.receivedAtMs - authorisedAtMs + toleranceMs;
  const plausibleFrames = own.filter(
    (frame) =>
      timely({ receivedAtMs: frame.receivedAtMs, seconds: frame.chargingS }) &&
      canDeliver(frame.energyWh, frame.chargingS),
  );
  if (plausibleFrames.length < own.length) remarks.add('impossible-reading-ignored');

  let end = settlement;
  if (end !== undefined && !timely({ receivedAtMs: end.receivedAtMs, seconds: end.durationS })) {
    remarks.add('impossible-duration');
    end = { ...end, durationS: Math.max(0, Math.floor((end.receivedAtMs - authorisedAtMs) / 1000)) };
  }
  if (end !== undefined && !canDeliver(end.energyWh, end.durationS)) {
    remarks.add('impossible-energy');
    const { durationS } = end;
    const until = plausibleFrames.filter((frame) => frame.chargingS <= durationS);
    end = { ...end, energyWh: until.reduce((most, frame) => Math.max(most, frame.energyWh), 0) };
  }

  const startMs = anchor(authorisedAtMs, startedAtMs, plausibleFrames, end);
  const readings: Reading[] = [{ atMs: startMs, energyWh: 0 }];
  for (const frame of inTime(plausibleFrames)) {
    const last = readings.at(-1) as Reading;
    const atMs = startMs + frame.chargingS * 1000;
    if (atMs <= last.atMs) continue;
    const tooLate = end !== undefined && frame.chargingS >= end.durationS;
    const tooMuch = end !== undefined && frame.energyWh > end.energyWh;
    if (tooLate || tooMuch || frame.energyWh < last.energyWh) {
      if (tooMuch || frame.energyWh < last.energyWh) remarks.add('impossible-reading-ignored');
      continue;
    }
    readings.push({ atMs, energyWh: frame.energyWh });
  }
  if (end === undefined) remarks.add('estimated');
  else {
    const endMs = startMs + end.durationS * 1000;
    const last = readings.at(-1) as Reading;
    // A charge of no duration still has its one reading, the start.
    if (endMs > last.atMs) readings.push({ atMs: endMs, energyWh: end.energyWh });
  }
  return { readings, estimated: end === undefined, remarks: [...remarks].sort() };
}

/** Whether a port within its power limit can have delivered so much in so long. */
export function canDeliver(energyWh: number, seconds: number): boolean {
  return energyWh >= 0 && energyWh <= (limits.portPowerW * seconds) / 3600 + toleranceWh;
}

function anchor(
  authorisedAtMs: number,
  startedAtMs: number | undefined,
  frames: ChargeEvidence['frames'],
  end: ChargeEvidence['settlement'],
): number {
  const told = frames.map((frame) => frame.receivedAtMs - frame.chargingS * 1000);
  if (end !== undefined) told.push(end.receivedAtMs - end.durationS * 1000);
  if (startedAtMs !== undefined) told.push(startedAtMs);
  if (told.length === 0) return authorisedAtMs;
  return Math.max(authorisedAtMs, Math.min(...told));
}

/** By the board's seconds; of several readings of one second the least, whatever came first. */
function inTime(frames: ChargeEvidence['frames']) {
  const least = new Map<number, ChargeEvidence['frames'][number]>();
  for (const frame of frames) {
    const known = least.get(frame.chargingS);
    if (known === undefined || frame.energyWh < known.energyWh) least.set(frame.chargingS, frame);
  }
  return [...least.values()].sort((a, b) => a.chargingS - b.chargingS);
}
