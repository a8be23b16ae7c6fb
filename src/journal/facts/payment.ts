import * as z from 'zod/mini';
import { orderSchema } from '../../../contract/shapes/payment.ts';
import { providerNames } from '../../../contract/words/words.ts';

export const orderedFacts = z.pick(orderSchema, {
  ...{ orderId: true, estateId: true, householdId: true, provider: true, way: true, amountFen: true },
});

export const paidFacts = z.object({
  householdId: z.string(),
  transferId: z.string(),
  provider: z.enum(providerNames),
  transactionId: z.string(),
  paidAtMs: z.int(),
  paidAfterClosing: z.optional(z.boolean()),
});

export const refundFacts = z.object({
  refundId: z.string(),
  orderId: z.string(),
  householdId: z.string(),
  provider: z.enum(providerNames),
  amountFen: z.int(),
  reason: z.string(),
});
