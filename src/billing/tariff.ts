import * as z from 'zod/mini';
import { DomainError } from '../shared/errors.ts';
import { isTimeZone, wallClock } from '../shared/local-time.ts';

/** Milli-yuan for one kWh. 1 Wh at 1 milli-yuan/kWh is exactly 1 micro-yuan, so prices need no fractions. */
const priceSchema = z.int().check(z.minimum(0), z.maximum(100_000));

export const electricityClassSchema = z.object({
  /** Half hours of the local day: 12 is 06:00. */
  fromHalfHour: z.int().check(z.minimum(0), z.maximum(47)),
  toHalfHour: z.int().check(z.minimum(1), z.maximum(48)),
  priceMilliYuanPerKWh: priceSchema,
});

/**
 * One immutable version of an estate's prices. Electricity and service are priced, and shown, apart
 * (NDRC pricing notice 2024-537, 发改办价格〔2024〕537号).
 */
export const tariffSchema = z.object({
  tariffVersion: z.string().check(z.minLength(1), z.maxLength(40)),
  timeZone: z.string(),
  effectiveFromMs: z.int().check(z.minimum(0)),
  electricity: z.array(electricityClassSchema).check(z.minLength(1), z.maxLength(48)),
  serviceMilliYuanPerKWh: priceSchema,
  /** The most that one charge may cost: set aside before power. */
  holdFen: z.int().check(z.minimum(1), z.maximum(100_000)),
});
export type Tariff = z.infer<typeof tariffSchema>;

/** Throws `tariff-invalid`, naming the half hour, when the classes leave a gap, overlap, or name no real zone. */
export function checkTariff(tariff: Tariff): void {
  if (!isTimeZone(tariff.timeZone))
    throw new DomainError('tariff-invalid', `${tariff.timeZone} is no IANA time zone`);
  let next = 0;
  for (const { fromHalfHour, toHalfHour } of [...tariff.electricity].sort(
    (a, b) => a.fromHalfHour - b.fromHalfHour,
  )) {
    if (toHalfHour <= fromHalfHour)
      throw new DomainError('tariff-invalid', `A class ends before it begins: ${clock(fromHalfHour)}`);
    if (fromHalfHour > next)
      throw new DomainError(
        'tariff-invalid',
        `No electricity price from ${clock(next)} to ${clock(fromHalfHour)}`,
      );
    if (fromHalfHour < next)
      throw new DomainError('tariff-invalid', `Two electricity prices at ${clock(fromHalfHour)}`);
    next = toHalfHour;
  }
  if (next !== 48)
    throw new DomainError('tariff-invalid', `No electricity price from ${clock(next)} to 24:00`);
}

/** The electricity price in force at a moment, by the tariff's own wall clock. */
export function electricityPriceAt(tariff: Tariff, atMs: number): number {
  const halfHour = Math.floor(wallClock(atMs, tariff.timeZone).minute / 30);
  const found = tariff.electricity.find(
    ({ fromHalfHour, toHalfHour }) => fromHalfHour <= halfHour && halfHour < toHalfHour,
  );
  if (found === undefined)
    throw new DomainError('tariff-invalid', `No electricity price at ${clock(halfHour)}`);
  return found.priceMilliYuanPerKWh;
}

/** The energy that a hold can always pay for, whatever the hour: what a port is allowed to deliver. */
export function affordableWh(tariff: Tariff, holdFen: number): number {
  const dearest =
    Math.max(...tariff.electricity.map((entry) => entry.priceMilliYuanPerKWh)) +
    tariff.serviceMilliYuanPerKWh;
  // Each of the two lines may be rounded up by half a fen, so one fen is kept back.
  return dearest === 0 ? 1_000_000 : Math.floor(((holdFen - 1) * 10_000) / dearest);
}

function clock(halfHour: number): string {
  return `${String(Math.floor(halfHour / 2)).padStart(2, '0')}:${halfHour % 2 === 0 ? '00' : '30'}`;
}
