import * as z from 'zod/mini';
import { providerNames } from '../words/words.ts';

/** No wallet needs more at once, and a mistyped amount does no harm. */
export const largestTopUpFen = 100_000;

/** One top-up by a provider. The money is the household's from the moment that it is `paid`. */
export const orderSchema = z.object({
  orderId: z.string(),
  estateId: z.string(),
  householdId: z.string(),
  provider: z.enum(providerNames),
  way: z.enum(['native', 'jsapi']),
  amountFen: z.int().check(z.minimum(1)),
  state: z.enum(['created', 'paid', 'closed']),
  createdAtMs: z.int(),
  /** Nobody can pay it after this. */
  expiresAtMs: z.int(),
  /** What the QR code says, once the provider has told. */
  qrText: z.optional(z.string()),
  transactionId: z.optional(z.string()),
  paidAtMs: z.optional(z.int()),
  /** What went back, or is on its way back: never more than was paid. */
  refundedFen: z._default(z.int().check(z.minimum(0)), 0),
  /** How often the provider was asked. */
  asked: z._default(z.int(), 0),
  /** Why the last question had no use, for whoever looks into it. */
  trouble: z.optional(z.string()),
  dueAtMs: z.optional(z.int()),
  version: z.optional(z.int()),
});

/** Money of one paid order on its way back to who paid it. It left the wallet when it was asked for. */
export const refundSchema = z.object({
  refundId: z.string(),
  orderId: z.string(),
  estateId: z.string(),
  householdId: z.string(),
  provider: z.enum(providerNames),
  amountFen: z.int().check(z.minimum(1)),
  /** What the order was paid with. */
  paidFen: z.int(),
  reason: z.string(),
  state: z.enum(['requested', 'succeeded', 'failed']),
  requestedAtMs: z.int(),
  requestedBy: z.string(),
  /** What the provider said last. */
  said: z.optional(z.string()),
  asked: z._default(z.int(), 0),
  dueAtMs: z.optional(z.int()),
  version: z.optional(z.int()),
});

/** An order as people see it. */
export const shownOrderSchema = z.pick(orderSchema, {
  orderId: true,
  householdId: true,
  provider: true,
  way: true,
  amountFen: true,
  state: true,
  createdAtMs: true,
  expiresAtMs: true,
  qrText: true,
  transactionId: true,
  paidAtMs: true,
  refundedFen: true,
});

export const shownRefundSchema = z.pick(refundSchema, {
  refundId: true,
  orderId: true,
  amountFen: true,
  reason: true,
  state: true,
  requestedAtMs: true,
  said: true,
});

/** With what went back of it. */
export const paymentDetailSchema = z.extend(shownOrderSchema, { refunds: z.array(shownRefundSchema) });

export type Payment = z.infer<typeof shownOrderSchema>;
export type Refund = z.infer<typeof shownRefundSchema>;
