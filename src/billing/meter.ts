import type { Reading } from './bill.ts';
import { wholeTimes } from './grains.ts';

/** What a meter showed at a moment, or must have shown between two readings. */
export interface MeterPoint {
  readonly atMs: number;
  readonly energyWh: number;
  /** Read there; otherwise interpolated. */
  readonly measured: boolean;
}

/** The energy of one session as a function of time: never falling, from 0 Wh at its start. */
export interface Meter {
  readonly startMs: number;
  readonly endMs: number;
  /** When a package of energy was used up; absent where it was not. */
  readonly usedUpAtMs: number | undefined;
  at(atMs: number): MeterPoint;
}

/**
 * The meter of at least two readings. Between them the energy is interpolated and rounded half up to the Wh: one
 * number for a moment, used by both sides of a boundary, so that slices always add up to the session.
 */
export function meterOf(readings: readonly Reading[], allowanceWh: number | undefined): Meter {
  const startMs = readings[0]?.atMs ?? 0;
  const endMs = readings.at(-1)?.atMs ?? 0;
  const usedUpAtMs = allowanceWh === undefined ? undefined : reachedAtMs(readings, allowanceWh);
  return {
    startMs,
    endMs,
    usedUpAtMs,
    at(atMs) {
      const right = readings[firstNotBefore(readings, atMs)];
      // At the moment in which a package is used up the energy is the package's, by definition.
      const energyWh =
        atMs === usedUpAtMs && allowanceWh !== undefined ? allowanceWh : interpolated(readings, atMs);
      return { atMs, energyWh, measured: right?.atMs === atMs && right.energyWh === energyWh };
    },
  };
}

/** The first whole millisecond at which so much energy was reached. */
function reachedAtMs(readings: readonly Reading[], energyWh: number): number | undefined {
  const index = readings.findIndex((reading) => reading.energyWh >= energyWh);
  const right = readings[index];
  const left = readings[index - 1];
  if (right === undefined || left === undefined) return right?.atMs;
  const gainedWh = right.energyWh - left.energyWh;
  const share = (energyWh - left.energyWh) * (right.atMs - left.atMs);
  return left.atMs + wholeTimes(share + gainedWh - 1, gainedWh);
}

function interpolated(readings: readonly Reading[], atMs: number): number {
  const index = firstNotBefore(readings, atMs);
  const right = readings[index];
  const left = readings[index - 1];
  if (right === undefined) return readings.at(-1)?.energyWh ?? 0;
  if (left === undefined) return right.energyWh;
  const spanMs = right.atMs - left.atMs;
  const gained = (right.energyWh - left.energyWh) * (atMs - left.atMs);
  return left.energyWh + wholeTimes(2 * gained + spanMs, 2 * spanMs);
}

/** The index of the first reading at or after a moment, by halving. */
function firstNotBefore(readings: readonly Reading[], atMs: number): number {
  let from = 0;
  let to = readings.length;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if ((readings[middle]?.atMs ?? 0) < atMs) from = middle + 1;
    else to = middle;
  }
  return from;
}
