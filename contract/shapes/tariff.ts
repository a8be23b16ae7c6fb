import * as z from 'zod/mini';
import { dayKinds, electricityRule } from '../words/words.ts';

/** Milli-yuan for one kWh or one hour: prices need no fractions, and amounts are exact in grains (grains.ts). */
const priceSchema = z.int().check(z.minimum(0), z.maximum(100_000));

const feeSchema = z.int().check(z.minimum(1), z.maximum(100_000));

const minutesSchema = z.int().check(z.minimum(1), z.maximum(1440));

const dateSchema = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));

export const electricityClassSchema = z.object({
  /** The kinds of day on which it is in force; absent: all. */
  days: z.optional(z.array(z.enum(dayKinds)).check(z.minLength(1), z.maxLength(3))),
  /** Half hours of the local day: 12 is 06:00. */
  fromHalfHour: z.int().check(z.minimum(0), z.maximum(47)),
  toHalfHour: z.int().check(z.minimum(1), z.maximum(48)),
  priceMilliYuanPerKWh: priceSchema,
  /** What boards and grids call it. */
  name: z.optional(z.enum(['sharp', 'peak', 'flat', 'valley', 'deep'])),
});

const upToW = z.int().check(z.minimum(1), z.maximum(20_000));

/** Each band reaches from above the one before up to, and with, `upToW`. */
const bandsOf = <Price extends z.ZodMiniType>(price: Price) =>
  z.array(price).check(z.minLength(1), z.maxLength(8));

export const serviceSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('energy'), priceMilliYuanPerKWh: priceSchema }),
  z.object({ by: z.literal('time'), priceMilliYuanPerHour: priceSchema }),
  z.object({
    by: z.literal('power'),
    bands: bandsOf(z.object({ upToW, priceMilliYuanPerHour: priceSchema })),
  }),
  z.object({
    by: z.literal('energy-by-power'),
    bands: bandsOf(z.object({ upToW, priceMilliYuanPerKWh: priceSchema })),
  }),
]);

/** Bought before, used instead of money: so many sessions, so many Wh, or every session on so many days. */
export const packageSchema = z.object({
  packageId: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/)),
  name: z.object({ zh: z.string(), en: z.string() }),
  priceFen: feeSchema,
  kind: z.enum(['sessions', 'energy', 'days']),
  /** Sessions, Wh, or days. */
  amount: z.int().check(z.minimum(1), z.maximum(10_000_000)),
  validDays: z.int().check(z.minimum(1), z.maximum(400)),
});

/**
 * One immutable version of an estate's prices. Electricity and service are priced, and shown, apart
 * (NDRC pricing notice 2024-537, 发改办价格〔2024〕537号). What each component means is written in docs/billing.md.
 */
export const tariffSchema = z.object({
  tariffVersion: z.string().check(z.minLength(1), z.maxLength(40)),
  timeZone: z.string(),
  currency: z.literal('CNY'),
  /** Overrides the estate's tariff in this facility; absent: it is the estate's. */
  facilityId: z.optional(z.string()),
  /** Until 2286, as far as keys of time sort. */
  effectiveFromMs: z.int().check(z.minimum(0), z.maximum(9_999_999_999_999)),
  electricity: z.array(electricityClassSchema).check(z.maxLength(144)),
  service: serviceSchema,
  calendar: z.optional(
    z.object({
      holidays: z.array(dateSchema).check(z.maxLength(400)),
      /** Days of a weekend that are worked, as they are exchanged around Chinese holidays (调休). */
      workdays: z.array(dateSchema).check(z.maxLength(400)),
    }),
  ),
  startFeeFen: z.optional(feeSchema),
  /** Paid at least; the service fee of the first minutes is in it. */
  minimum: z.optional(z.object({ feeFen: feeSchema, coversMinutes: minutesSchema })),
  freeMinutes: z.optional(minutesSchema),
  /** Electricity, service and fees together come to at least so much; where they do not, the rest is added. */
  minimumPerSessionFen: z.optional(feeSchema),
  capPerSessionFen: z.optional(feeSchema),
  /** For all sessions of one credential that fall on one local day. */
  capPerDayFen: z.optional(feeSchema),
  /** Most real penalties have no grace: 0 minutes are one. */
  overstay: z.optional(
    z.object({
      graceMinutes: z.int().check(z.minimum(0), z.maximum(1440)),
      priceMilliYuanPerHour: priceSchema,
    }),
  ),
  packages: z.optional(z.array(packageSchema).check(z.maxLength(20))),
  /** The most that is set aside before power, and so the most that one session may take. */
  holdFen: z.int().check(z.minimum(1), z.maximum(100_000)),
  /** Who saves a tariff without an electricity price names the rule that it breaks. */
  timeAloneAcknowledged: z.optional(z.literal(electricityRule)),
});

export type Tariff = z.infer<typeof tariffSchema>;

export type ElectricityClass = z.infer<typeof electricityClassSchema>;

export type SessionPackage = z.infer<typeof packageSchema>;

const difference = { beforeFen: z.int(), afterFen: z.int(), differenceFen: z.int() };

/** What sessions of the past would have taken under a draft. Money is in fen; `before` is what they have taken. */
export const previewSchema = z.object({
  sessions: z.int(),
  /** Sessions whose frames are gone, so that energy at the draft's own boundaries had to be interpolated. */
  interpolated: z.int(),
  /** Sessions that were left out, by reason. */
  leftOut: z.object({ paidAtBoard: z.int(), unfinished: z.int() }),
  households: z.array(z.object({ householdId: z.string(), sessions: z.int(), ...difference })),
  totals: z.object(difference),
  byLine: z.array(z.object({ line: z.enum(['electricity', 'service']), ...difference })),
  /** Households. */
  payMore: z.int(),
  payLess: z.int(),
  paySame: z.int(),
});

export type Preview = z.infer<typeof previewSchema>;
