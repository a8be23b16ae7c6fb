import type { Backend } from '../journal/commit.ts';
import type { Origin } from '../journal/entry.ts';
import { askOrder } from './office.ts';
import type { OrderShown } from './office-order.ts';

export interface TopUp {
  /** The cashier's own number: the same one is paid in once. */
  readonly transferId: string;
  readonly householdId: string;
  readonly amountFen: number;
}

/**
 * Cash paid in at the property office; above the estate's limit it waits for a second person. Throws what `askOrder`
 * throws.
 */
export function topUp(
  backend: Backend,
  origin: Origin,
  { transferId, householdId, amountFen }: TopUp,
): Promise<OrderShown> {
  const order = { kind: 'cash-top-up', orderId: transferId, householdId, amountFen } as const;
  // Cash corrects no session, so what one cost is never asked.
  return askOrder({ ...backend, sessionCost: async () => undefined }, origin, order);
}
