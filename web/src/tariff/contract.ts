import * as z from 'zod/mini';
import { bilingual } from '../contract.ts';

/** What the API says of tariffs. Here a version is read whole, because a draft is made of it. */
export const tariff = z.object({
  tariffVersion: z.string(),
  timeZone: z.string(),
  currency: z.literal('CNY'),
  facilityId: z.optional(z.string()),
  effectiveFromMs: z.int(),
  electricity: z.array(
    z.object({
      days: z.optional(z.array(z.enum(['weekday', 'weekend', 'holiday']))),
      fromHalfHour: z.int(),
      toHalfHour: z.int(),
      priceMilliYuanPerKWh: z.int(),
      name: z.optional(z.enum(['sharp', 'peak', 'flat', 'valley', 'deep'])),
    }),
  ),
  service: z.discriminatedUnion('by', [
    z.object({ by: z.literal('energy'), priceMilliYuanPerKWh: z.int() }),
    z.object({ by: z.literal('time'), priceMilliYuanPerHour: z.int() }),
    z.object({
      by: z.literal('power'),
      bands: z.array(z.object({ upToW: z.int(), priceMilliYuanPerHour: z.int() })),
    }),
    z.object({
      by: z.literal('energy-by-power'),
      bands: z.array(z.object({ upToW: z.int(), priceMilliYuanPerKWh: z.int() })),
    }),
  ]),
  calendar: z.optional(z.object({ holidays: z.array(z.string()), workdays: z.array(z.string()) })),
  startFeeFen: z.optional(z.int()),
  minimum: z.optional(z.object({ feeFen: z.int(), coversMinutes: z.int() })),
  freeMinutes: z.optional(z.int()),
  minimumPerChargeFen: z.optional(z.int()),
  capPerChargeFen: z.optional(z.int()),
  capPerDayFen: z.optional(z.int()),
  overstay: z.optional(z.object({ graceMinutes: z.int(), priceMilliYuanPerHour: z.int() })),
  packages: z.optional(
    z.array(
      z.object({
        packageId: z.string(),
        name: bilingual,
        priceFen: z.int(),
        kind: z.enum(['charges', 'energy', 'days']),
        amount: z.int(),
        validDays: z.int(),
      }),
    ),
  ),
  holdFen: z.int(),
  timeAloneAcknowledged: z.optional(z.literal('发改办价格〔2024〕537号')),
});

/** A facility, what is in force there, and what comes next. */
const place = z.object({
  facilityId: z.string(),
  name: bilingual,
  tariffVersion: z.optional(z.string()),
  next: z.optional(z.object({ tariffVersion: z.string(), effectiveFromMs: z.int() })),
});
export type Place = z.infer<typeof place>;

export const tariffList = z.object({
  tariffs: z.array(tariff),
  inForce: z.array(place),
  noticeMs: z.int(),
  nowMs: z.int(),
});
export type TariffList = z.infer<typeof tariffList>;

export const saved = z.object({ tariffVersion: z.string() });

const difference = { beforeFen: z.int(), afterFen: z.int() };
export const previewPage = z.object({
  preview: z.object({
    charges: z.int(),
    interpolated: z.int(),
    leftOut: z.object({ paidAtBoard: z.int(), unfinished: z.int() }),
    households: z.array(z.object({ householdId: z.string(), charges: z.int(), ...difference })),
    totals: z.object(difference),
  }),
  fromMs: z.int(),
  untilMs: z.int(),
  cursor: z.optional(z.string()),
});
export type Preview = z.infer<typeof previewPage>['preview'];

export const rollout = z.object({
  boards: z.array(
    z.object({
      deviceId: z.string(),
      facilityId: z.string(),
      state: z.string(),
      detail: z.optional(z.string()),
      remarks: z.array(z.string()),
      attempts: z.int(),
      sentAtMs: z.optional(z.int()),
      acceptedAtMs: z.optional(z.int()),
    }),
  ),
});
export type Rollout = z.infer<typeof rollout>;
