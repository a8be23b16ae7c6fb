import * as z from 'zod/mini';
import { providerNames, type RefundNews } from './provider.ts';

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
export type Refund = z.infer<typeof refundSchema>;

/**
 * What follows from what the provider says, for every state. `contradict`: it said the opposite before, and the money
 * went where that led; a person has to look, because booking it again could pay it twice.
 */
export const refundTransitions: Readonly<
  Record<Refund['state'], Readonly<Record<RefundNews['state'], RefundStep>>>
> = {
  requested: { unknown: 'ask-again', processing: 'ask-later', succeeded: 'pay-out', failed: 'give-back' },
  succeeded: { unknown: 'nothing', processing: 'nothing', succeeded: 'nothing', failed: 'contradict' },
  failed: { unknown: 'nothing', processing: 'nothing', succeeded: 'contradict', failed: 'nothing' },
};
export type RefundStep = 'nothing' | 'ask-again' | 'ask-later' | 'pay-out' | 'give-back' | 'contradict';

const firstLookMs = 60_000;
const longestWaitMs = 3_600_000;

/** When a refund that hangs is asked for again: at intervals that double, at most an hour apart, without end. */
export function nextRefundLookMs({ asked }: Pick<Refund, 'asked'>, nowMs: number): number {
  return nowMs + Math.min(firstLookMs * 2 ** asked, longestWaitMs);
}
