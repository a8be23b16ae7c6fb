import { orderSchema, refundSchema } from '../../contract/shapes/payment.ts';
import { time } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import { startingWith } from '../shared/keys-read.ts';
import type { Table, Write } from '../shared/table.ts';
import { type Order, payWithinMs } from './order.ts';
import type { Refund } from './refund.ts';

export async function readOrder(table: Table, estateId: string, orderId: string): Promise<Order | undefined> {
  const [item] = await table.get([keys.payment(estateId, orderId)]);
  return item === undefined ? undefined : orderSchema.parse(item);
}

export async function readRefund(
  table: Table,
  of: Pick<Refund, 'estateId' | 'orderId' | 'refundId'>,
): Promise<Refund | undefined> {
  const [item] = await table.get([keys.refund(of.estateId, of.orderId, of.refundId)]);
  return item === undefined ? undefined : refundSchema.parse(item);
}

/** Written under the version at which it was read, with its timer. */
export function putOrder({ version, ...content }: Order): Write {
  return {
    put: { ...keys.payment(content.estateId, content.orderId), type: 'payment', ...content },
    when: { version },
  };
}

export function putRefund({ version, ...content }: Refund): Write {
  return {
    put: { ...keys.refund(content.estateId, content.orderId, content.refundId), type: 'refund', ...content },
    when: { version },
  };
}

/** What stands beside a new order, so that a notification and its household find it. Nobody else may have its number. */
export function orderPointers({ estateId, householdId, orderId, createdAtMs }: Order): Write[] {
  return [
    { put: { ...keys.paymentOrder(orderId), estateId }, when: 'absent' },
    {
      put: { ...keys.paymentOfHousehold(estateId, householdId, createdAtMs, orderId), orderId },
      when: 'absent',
    },
  ];
}

/** The estate of an order of which only the number is known. */
export async function estateOfOrder(table: Table, orderId: string): Promise<string | undefined> {
  const [item] = await table.get([keys.paymentOrder(orderId)]);
  return item === undefined ? undefined : String(item['estateId']);
}

/** A household's orders, newest first. */
export async function ordersOfHousehold(
  table: Table,
  estateId: string,
  householdId: string,
  limit: number,
): Promise<Order[]> {
  const { pk } = keys.paymentOfHousehold(estateId, householdId, 0, '');
  const pointers = await table.query({ pk, newestFirst: true, limit: Math.min(limit, 100) });
  const items = await table.get(pointers.map((item) => keys.payment(estateId, String(item['orderId']))));
  return items.flatMap((item) => (item === undefined ? [] : [orderSchema.parse(item)]));
}

/** How many orders of a household can still be paid: none is older than the time that there is to pay. */
export async function openOrders(
  table: Table,
  estateId: string,
  householdId: string,
  nowMs: number,
): Promise<number> {
  const { pk } = keys.paymentOfHousehold(estateId, householdId, 0, '');
  const since = time(Math.max(0, nowMs - payWithinMs));
  const pointers = await table.query({ pk, between: [since, '~'], newestFirst: true, limit: 100 });
  const items = await table.get(pointers.map((item) => keys.payment(estateId, String(item['orderId']))));
  const orders = items.flatMap((item) => (item === undefined ? [] : [orderSchema.parse(item)]));
  return orders.filter(({ state, expiresAtMs }) => state === 'created' && expiresAtMs > nowMs).length;
}

export async function refundsOfOrder(table: Table, estateId: string, orderId: string): Promise<Refund[]> {
  const items = await table.query(startingWith(keys.refund(estateId, orderId, '')));
  return items.map((item) => refundSchema.parse(item)).sort((a, b) => a.requestedAtMs - b.requestedAtMs);
}
