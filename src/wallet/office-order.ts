import * as z from 'zod/mini';
import { type officeOrderSchema, orderShownSchema, orderStates } from '../../contract/shapes/office.ts';
import type { Entry } from '../journal/entry.ts';
import { officeFacts } from '../journal/facts/office.ts';
import { type Asking, readSteps, type Steps } from '../journal/second-person.ts';
import type { OfficeKind } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';

export type OfficeOrder = z.infer<typeof officeOrderSchema>;

export type OrderShown = z.infer<typeof orderShownSchema>;

/** The order that an entry of the office is about. */
export const orderIn = (entry: Entry): OfficeOrder => officeFacts.parse(entry.facts).order;

/** An order as its steps leave it, in whatever order they were told. */
export function shownOrder(asked: Entry, decided: Entry | undefined): OrderShown {
  const { order, cashAlone: _, ...booked } = officeFacts.parse((decided ?? asked).facts);
  return {
    ...order,
    ...booked,
    state: z.enum(orderStates).parse((decided ?? asked).outcome),
    askedBy: asked.sender,
    askedAtMs: asked.receivedAtMs,
    ...(decided === undefined ? {} : { decidedBy: decided.sender, decidedAtMs: decided.receivedAtMs }),
  };
}

export const askingOf = (estateId: string, kind: OfficeKind, orderId: string): Asking => ({
  what: `${kind} ${orderId}`,
  key: (step) => keys.officeOrder(estateId, kind, orderId, step),
});

export const readOrder = (
  table: Table,
  estateId: string,
  kind: OfficeKind,
  orderId: string,
): Promise<Steps> => readSteps(table, askingOf(estateId, kind, orderId));

/** How far back the list of orders reaches; whoever asks for an older one names it. */
const listedAtMost = 500;

/** The latest orders of an estate, newest first, from the list that the stream keeps. */
export async function latestOrders(
  table: Table,
  estateId: string,
  state: OrderShown['state'] | undefined,
): Promise<OrderShown[]> {
  const { pk } = keys.officeList(estateId, 0, 'cash-top-up', '');
  const items = await table.query({ pk, newestFirst: true, limit: listedAtMost });
  return items
    .map((item) => orderShownSchema.parse(item))
    .filter((order) => state === undefined || order.state === state);
}
