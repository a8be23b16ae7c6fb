import * as z from 'zod/mini';
import { receiptSchema } from './receipt.ts';

/** A charge in a list. */
export const chargeSummarySchema = z.object({
  chargeId: z.string(),
  estateId: z.string(),
  facilityId: z.string(),
  deviceId: z.string(),
  port: z.int(),
  householdId: z.optional(z.string()),
  startedBy: z.string(),
  state: z.enum(['starting', 'charging', 'settled', 'estimated', 'not-started']),
  startedAtMs: z.int(),
  endedAtMs: z.optional(z.int()),
  energyWh: z.optional(z.int()),
  totalFen: z.optional(z.int()),
  stayId: z.optional(z.string()),
});

export type ChargeSummary = z.infer<typeof chargeSummarySchema>;

/** A charge with its bill and the stay in which it ran. */
export const chargeDetailSchema = z.object({
  charge: chargeSummarySchema,
  receipt: z.optional(receiptSchema),
  stay: z.optional(z.object({ enteredAtMs: z.int(), leftAtMs: z.optional(z.int()) })),
});

export type ChargeDetail = z.infer<typeof chargeDetailSchema>;
export type Stay = NonNullable<ChargeDetail['stay']>;
