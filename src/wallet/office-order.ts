import * as z from 'zod/mini';
import type { Entry } from '../journal/entry.ts';
import { type Asking, readSteps, type Steps } from '../journal/second-person.ts';
import type { OfficeKind } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';

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
  /** The charge that a correction is about. */
  chargeId: z.optional(z.string()),
  account: z.optional(z.enum(correctionAccounts)),
});
export type OfficeOrder = z.infer<typeof officeOrderSchema>;

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
export type OrderShown = z.infer<typeof orderShownSchema>;

const factsSchema = z.object({
  order: officeOrderSchema,
  balanceAfterFen: z.optional(z.int()),
  owedFen: z.optional(z.int()),
});

/** The order that an entry of the office is about. */
export const orderIn = (entry: Entry): OfficeOrder => factsSchema.parse(entry.facts).order;

/** An order as its steps leave it, in whatever order they were told. */
export function shownOrder(asked: Entry, decided: Entry | undefined): OrderShown {
  const { order, ...booked } = factsSchema.parse((decided ?? asked).facts);
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
