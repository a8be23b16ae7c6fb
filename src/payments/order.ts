import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import type { orderSchema } from '../../contract/shapes/payment.ts';
import type { OrderNews } from './provider.ts';

export type Order = z.infer<typeof orderSchema>;

/**
 * What follows from what the provider says, for every state. Telling the same again, or something older, changes
 * nothing. An order that is paid after it was closed here is booked all the same: the money is there, and it is the
 * household's.
 */
export const orderTransitions: Readonly<
  Record<Order['state'], Readonly<Record<OrderNews['state'], OrderStep>>>
> = {
  created: { unpaid: 'ask-later', paid: 'book', closed: 'close' },
  paid: { unpaid: 'nothing', paid: 'nothing', closed: 'nothing' },
  closed: { unpaid: 'nothing', paid: 'book', closed: 'nothing' },
};
export type OrderStep = 'nothing' | 'ask-later' | 'book' | 'close';

/** As long as a Native code of WeChat Pay can be paid at all; then the order is closed at the provider. */
export const payWithinMs = 2 * 3_600_000;

const firstLookMs = 60_000;
const longestWaitMs = 3_600_000;

/**
 * When the provider is asked again: at intervals that double, and once more when the time to pay is over. After that it
 * goes on until the provider has closed the order or says that it is paid, at most an hour apart.
 */
export function nextLookMs(
  { expiresAtMs, asked }: Pick<Order, 'expiresAtMs' | 'asked'>,
  nowMs: number,
): number {
  const wait = Math.min(firstLookMs * 2 ** asked, longestWaitMs);
  return nowMs < expiresAtMs ? Math.min(nowMs + wait, expiresAtMs) : nowMs + wait;
}

/**
 * Our number of an order: `P` and 31 hexadecimal digits. It follows from the request, so that a request that is sent
 * again names the same order to the provider; and no estate's can be another's. WeChat Pay takes 32 characters.
 */
export function orderIdOf(estateId: string, householdId: string, requestId: string): string {
  return `P${digits(`order\n${estateId}\n${householdId}\n${requestId}`)}`;
}

/** Our number of a refund: `R` and 31 hexadecimal digits, from the request in the same way. */
export function refundIdOf(orderId: string, requestId: string): string {
  return `R${digits(`refund\n${orderId}\n${requestId}`)}`;
}

const digits = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 31);
