import * as z from 'zod/mini';

/** The accounts that a correction may be booked against. */
export const correctionAccounts = ['written-off', 'revenue:electricity', 'revenue:service'] as const;

/** What somebody at the property office, or an operator, asks to be booked. */
export const officeOrderSchema = z.object({
  kind: z.enum(['cash-top-up', 'cash-refund', 'correction']),
  /** Chosen by whoever asks: the same one is booked once. */
  orderId: z.string(),
  householdId: z.string(),
  /** Positive for cash; of a correction, negative takes from the household. */
  amountFen: z.int(),
  reason: z.optional(z.string()),
  /** The session that a correction is about. */
  sessionId: z.optional(z.string()),
  account: z.optional(z.enum(correctionAccounts)),
});

export const orderStates = ['booked', 'awaiting-approval', 'approved', 'rejected'] as const;

/** An order and what became of it. */
export const orderShownSchema = z.extend(officeOrderSchema, {
  state: z.enum(orderStates),
  /** The subject of a token. */
  askedBy: z.string(),
  askedAtMs: z.int(),
  decidedBy: z.optional(z.string()),
  decidedAtMs: z.optional(z.int()),
  /** The household's balance right after it was booked. */
  balanceAfterFen: z.optional(z.int()),
  /** Of a correction that takes: what was not there and is owed now. */
  owedFen: z.optional(z.int()),
});

/** What a resident takes home from the property office. */
export const slipSchema = z.object({
  /** Eight characters, enough to name it on the telephone. */
  number: z.string(),
  kind: z.enum(['cash-top-up', 'cash-refund']),
  orderId: z.string(),
  estate: z.object({ zh: z.string(), en: z.string() }),
  householdId: z.string(),
  building: z.string(),
  unit: z.string(),
  amountFen: z.int(),
  balanceAfterFen: z.int(),
  /** When the money was booked, on the estate's wall clock: YYYY-MM-DD HH:MM. */
  bookedAt: z.string(),
  bookedBy: z.string(),
  approvedBy: z.optional(z.string()),
  /** Whether it was printed before. */
  copy: z.boolean(),
});

export const householdShownSchema = z.object({
  householdId: z.string(),
  building: z.string(),
  unit: z.string(),
  /** Who answers for its account; absent: all of its residents do. */
  holderId: z.optional(z.string()),
});

export type OrderShown = z.infer<typeof orderShownSchema>;
export type HouseholdShown = z.infer<typeof householdShownSchema>;
