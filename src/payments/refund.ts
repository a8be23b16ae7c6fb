import type * as z from 'zod/mini';
import type { refundSchema } from '../../contract/shapes/payment.ts';
import type { RefundNews } from './provider.ts';

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
