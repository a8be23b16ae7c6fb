import { Temporal } from 'temporal-polyfill';
import type { Tariff } from '../../contract/shapes/tariff.ts';

// The oracle's clock and calendar: a zone's offsets from Temporal, and from there on plain numbers.

export function kindOfDay({ calendar }: Tariff, date: string): 'weekday' | 'weekend' | 'holiday' {
  if ((calendar?.holidays ?? []).includes(date)) return 'holiday';
  if ((calendar?.workdays ?? []).includes(date)) return 'weekday';
  return Temporal.PlainDate.from(date).dayOfWeek > 5 ? 'weekend' : 'weekday';
}

export interface ClockPiece {
  readonly fromMs: number;
  readonly date: string;
  readonly halfHour: number;
}

/** The half hours that a clock on the wall shows, in order, with the hour that comes twice coming twice. */
export function wallClockPieces(timeZone: string, startMs: number, endMs: number): ClockPiece[] {
  const pieces: ClockPiece[] = [];
  let atMs = startMs;
  while (atMs < endMs) {
    const offset = offsetAt(timeZone, atMs);
    const untilMs = Math.min(endMs, offset.untilMs);
    while (atMs < untilMs) {
      const wallMs = atMs + offset.ms;
      const halfHours = Math.floor(wallMs / 1_800_000);
      const date = dateOfDay(Math.floor(halfHours / 48));
      pieces.push({ fromMs: atMs, date, halfHour: halfHours - Math.floor(halfHours / 48) * 48 });
      atMs = Math.min(untilMs, (halfHours + 1) * 1_800_000 - offset.ms);
    }
  }
  return pieces;
}

interface Offset {
  readonly ms: number;
  readonly untilMs: number;
}

const offsets = new Map<string, Offset[]>();
const firstMs = Date.UTC(2025, 0, 1);
const lastMs = Date.UTC(2030, 0, 1);

function offsetAt(timeZone: string, atMs: number): Offset {
  let list = offsets.get(timeZone);
  if (list === undefined) {
    list = [];
    let moment = Temporal.Instant.fromEpochMilliseconds(firstMs).toZonedDateTimeISO(timeZone);
    for (let next: typeof moment | null = moment; next !== null; moment = next ?? moment) {
      next = moment.getTimeZoneTransition('next');
      if (next !== null && next.epochMilliseconds > lastMs) next = null;
      list.push({
        ms: moment.offsetNanoseconds / 1_000_000,
        untilMs: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
      });
    }
    offsets.set(timeZone, list);
  }
  const found = list.find(({ untilMs }) => atMs < untilMs);
  if (found === undefined || atMs < firstMs || atMs > lastMs)
    throw new RangeError('The oracle knows 2025 to 2029');
  return found;
}

export function offsetMsAt(timeZone: string, atMs: number): number {
  return offsetAt(timeZone, atMs).ms;
}

const dates = new Map<number, string>();

function dateOfDay(day: number): string {
  let date = dates.get(day);
  if (date === undefined) {
    date = Temporal.PlainDate.from('1970-01-01').add({ days: day }).toString();
    dates.set(day, date);
  }
  return date;
}

export function dateOf(timeZone: string, atMs: number): string {
  return dateOfDay(Math.floor((atMs + offsetAt(timeZone, atMs).ms) / 86_400_000));
}
