import * as z from 'zod/mini';
import { starters } from '../words/words.ts';
import { receiptSchema } from './receipt.ts';

/** A session in a list. */
export const sessionSummarySchema = z.object({
  sessionId: z.string(),
  estateId: z.string(),
  facilityId: z.string(),
  deviceId: z.string(),
  port: z.int(),
  householdId: z.optional(z.string()),
  startedBy: z.enum(starters),
  state: z.enum(['starting', 'charging', 'settled', 'estimated', 'not-started']),
  startedAtMs: z.int(),
  endedAtMs: z.optional(z.int()),
  energyWh: z.optional(z.int()),
  totalFen: z.optional(z.int()),
  stayId: z.optional(z.string()),
});

export type SessionSummary = z.infer<typeof sessionSummarySchema>;

/** A session with its bill and the stay in which it ran. */
export const sessionDetailSchema = z.object({
  session: sessionSummarySchema,
  receipt: z.optional(receiptSchema),
  stay: z.optional(z.object({ enteredAtMs: z.int(), leftAtMs: z.optional(z.int()) })),
});

export type SessionDetail = z.infer<typeof sessionDetailSchema>;
export type Stay = NonNullable<SessionDetail['stay']>;
