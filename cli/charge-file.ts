import * as z from 'zod/mini';
import type { ChargeToPrice } from '../src/billing/bill.ts';
import { most } from '../src/billing/price.ts';
import { type Tariff, tariffSchema } from '../src/billing/tariff.ts';
import { badFile, readJson } from './input.ts';

/** ISO 8601 with an offset, or milliseconds since 1970. */
const timeSchema = z.union([z.int().check(z.minimum(0)), z.iso.datetime({ offset: true })], {
  error: 'must be an ISO 8601 time with its offset, or milliseconds since 1970',
});
const atMsOf = (time: z.infer<typeof timeSchema>): number =>
  typeof time === 'number' ? time : Date.parse(time);

const yuanSchema = z.union([z.string(), z.number()], { error: 'must be an amount in yuan' });
const wholeSchema = z.int().check(z.minimum(0));

const chargeFileSchema = z.object({
  readings: z
    .array(z.object({ at: timeSchema, energyWh: wholeSchema, powerW: z.optional(wholeSchema) }))
    .check(z.minLength(1)),
  removedAt: z.optional(timeSchema),
  allowance: z.optional(z.object({ energyWh: z.optional(z.int().check(z.minimum(1))) })),
  /** Grains by local day. */
  spentBefore: z.optional(z.record(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)), wholeSchema)),
  claims: z.optional(z.array(z.object({ source: z.string(), yuan: yuanSchema }))),
});

/** What somebody says that the charge costs. */
export interface Claim {
  readonly source: string;
  /** As it was written. */
  readonly yuan: string;
  readonly microYuan: number;
}

/** Throws BadInput with the place of what is wrong. */
export function readCharge(file: string): { charge: ChargeToPrice; claims: Claim[] } {
  const { readings, removedAt, allowance, spentBefore, claims = [] } = readJson(file, chargeFileSchema);
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
    if (reading.atMs - (first?.atMs ?? 0) > most.chargeMs)
      throw wrong('at', 'is more than 31 days after the start');
  }
  const removedAtMs = removedAt === undefined ? undefined : atMsOf(removedAt);
  if (removedAtMs !== undefined && removedAtMs < (list.at(-1)?.atMs ?? 0))
    throw badFile(file, ['removedAt'], 'is before the end of the charge');
  if (removedAtMs !== undefined && removedAtMs - (first?.atMs ?? 0) > most.stayMs)
    throw badFile(file, ['removedAt'], 'is more than 400 days after the start');
  return {
    charge: {
      readings: list,
      removedAtMs,
      allowance: allowance && { purchaseId: 'file', ...allowance },
      spentBefore,
    },
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

const tariffFileSchema = z.extend(tariffSchema, {
  effectiveFromMs: z.optional(z.int().check(z.minimum(0))),
  effectiveFrom: z.optional(timeSchema),
});

/** Throws BadInput with the place of what is wrong. */
export function readTariff(file: string): Tariff {
  const { effectiveFrom, effectiveFromMs, ...tariff } = readJson(file, tariffFileSchema);
  if ((effectiveFrom === undefined) === (effectiveFromMs === undefined))
    throw badFile(file, ['effectiveFrom'], 'must be given once, as this or as effectiveFromMs');
  return { ...tariff, effectiveFromMs: effectiveFromMs ?? atMsOf(effectiveFrom ?? 0) };
}
