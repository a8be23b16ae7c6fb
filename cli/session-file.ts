import * as z from 'zod/mini';
import { type Tariff, tariffSchema } from '../contract/shapes/tariff.ts';
import type { SessionToPrice } from '../src/billing/bill.ts';
import { isDate } from '../src/billing/calendar.ts';
import { most } from '../src/billing/price.ts';
import { badFile, readJson } from './input.ts';

const timeError = { error: 'must be an ISO 8601 time with its offset, or milliseconds since 1970' };
/** ISO 8601 with an offset, or milliseconds since 1970; in years that a calendar and a wall clock have. */
const timeSchema = (fromYear: number, toYear: number) =>
  z
    .union([z.int(timeError), z.iso.datetime({ offset: true, ...timeError })], timeError)
    .check(
      z.refine(
        (time) => Date.UTC(fromYear) <= atMsOf(time) && atMsOf(time) < Date.UTC(toYear + 1),
        `must be between the years ${fromYear} and ${toYear}`,
      ),
    );
const atMsOf = (time: string | number): number => (typeof time === 'number' ? time : Date.parse(time));
const chargedSchema = timeSchema(2000, 2199);

const yuanSchema = z.union([z.string(), z.number()], { error: 'must be an amount in yuan' });
const wholeSchema = z.int().check(z.minimum(0));

const sessionFileSchema = z.object({
  readings: z
    .array(z.object({ at: chargedSchema, energyWh: wholeSchema, powerW: z.optional(wholeSchema) }))
    .check(z.minLength(1)),
  removedAt: z.optional(chargedSchema),
  /** What was held before power; absent: all that the tariff holds. */
  holdFen: z.optional(wholeSchema),
  allowance: z.optional(z.object({ energyWh: z.optional(z.int().check(z.minimum(1))) })),
  /** Grains by local day. */
  spentBefore: z.optional(z.record(z.string(), wholeSchema)),
  claims: z.optional(z.array(z.object({ source: z.string(), yuan: yuanSchema }))),
});

/** What somebody says that the session costs. */
export interface Claim {
  readonly source: string;
  /** As it was written. */
  readonly yuan: string;
  readonly microYuan: number;
}

/** Throws CommandRefused with the place of what is wrong. */
export function readSession(file: string): {
  session: SessionToPrice;
  claims: Claim[];
  holdFen: number | undefined;
} {
  const {
    readings,
    removedAt,
    holdFen,
    allowance,
    spentBefore,
    claims = [],
  } = readJson(file, sessionFileSchema);
  const list = readings.map(({ at, ...reading }) => ({ atMs: atMsOf(at), ...reading }));
  const [first] = list;
  for (const [index, reading] of list.entries()) {
    const before = list[index - 1];
    const wrong = (member: string, reason: string) => badFile(file, ['readings', index, member], reason);
    if (before === undefined && reading.energyWh !== 0) throw wrong('energyWh', 'must be 0 at the start');
    if (before !== undefined && reading.atMs <= before.atMs)
      throw wrong('at', 'must be after the reading before');
    if (before !== undefined && reading.energyWh < before.energyWh)
      throw wrong('energyWh', 'is less than at the reading before');
    if (reading.energyWh > most.energyWh) throw wrong('energyWh', `is more than ${most.energyWh} Wh`);
    if (reading.atMs - (first?.atMs ?? 0) > most.sessionMs)
      throw wrong('at', 'is more than 31 days after the start');
  }
  const removedAtMs = removedAt === undefined ? undefined : atMsOf(removedAt);
  if (removedAtMs !== undefined && removedAtMs < (list.at(-1)?.atMs ?? 0))
    throw badFile(file, ['removedAt'], 'is before the end of the session');
  if (removedAtMs !== undefined && removedAtMs - (first?.atMs ?? 0) > most.stayMs)
    throw badFile(file, ['removedAt'], 'is more than 400 days after the start');
  for (const date of Object.keys(spentBefore ?? {}))
    if (!isDate(date)) throw badFile(file, ['spentBefore', date], 'is no day of the calendar');
  return {
    session: {
      readings: list,
      removedAtMs,
      allowance: allowance && { purchaseId: 'file', ...allowance },
      spentBefore,
    },
    holdFen,
    claims: claims.map(({ source, yuan }, index) => {
      const text = String(yuan);
      const microYuan = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Math.round(Number(text) * 1_000_000) : undefined;
      if (microYuan === undefined)
        throw badFile(
          file,
          ['claims', index, 'yuan'],
          'must be an amount such as 0.07, with at most six digits',
        );
      return { source, yuan: text, microYuan };
    }),
  };
}

/** Since when it is in force is a number to us, and a time to whoever writes it. */
const beginning = {
  effectiveFromMs: z.optional(tariffSchema.shape.effectiveFromMs),
  effectiveFrom: z.optional(timeSchema(1970, 2285)),
};
const tariffFileSchema = z.extend(tariffSchema, beginning);
/** The estate says its zone, and there is one currency only: a draft may leave both out. */
const draftFileSchema = z.extend(tariffSchema, {
  ...beginning,
  timeZone: z.optional(tariffSchema.shape.timeZone),
  currency: z.optional(z.string()),
});

/** A tariff with all that a price depends on. Throws CommandRefused with the place of what is wrong. */
export function readTariff(file: string): Tariff {
  const { effectiveFrom, effectiveFromMs, ...terms } = readJson(file, tariffFileSchema);
  return { ...terms, effectiveFromMs: beginningIn(file, effectiveFrom, effectiveFromMs) };
}

/** A tariff as the API takes it to save or to try it. Throws CommandRefused with the place of what is wrong. */
export function readDraft(file: string) {
  const { effectiveFrom, effectiveFromMs, ...terms } = readJson(file, draftFileSchema);
  return { ...terms, effectiveFromMs: beginningIn(file, effectiveFrom, effectiveFromMs) };
}

function beginningIn(file: string, time: string | number | undefined, ms: number | undefined): number {
  const atMs = ms ?? (time === undefined ? undefined : atMsOf(time));
  if (atMs === undefined || (ms !== undefined && time !== undefined))
    throw badFile(file, ['effectiveFrom'], 'must be given once, as this or as effectiveFromMs');
  return atMs;
}
