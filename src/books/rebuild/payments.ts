import * as z from 'zod/mini';
import { orderSchema, refundSchema } from '../../../contract/shapes/payment.ts';
import type { RebuildDifference } from '../../../contract/shapes/rebuild.ts';
import type { Backend } from '../../journal/commit.ts';
import { type Entry, parseEntry } from '../../journal/entry.ts';
import { orderedFacts, paidFacts, refundFacts } from '../../journal/facts/payment.ts';
import { type Order, payWithinMs } from '../../payments/order.ts';
import type { Refund } from '../../payments/refund.ts';
import { time } from '../../shared/key-steps.ts';
import { keys } from '../../shared/keys.ts';
import { isRefund } from '../../shared/keys-read.ts';
import type { Item, Key } from '../../shared/table.ts';
import { asText, comparedFields, comparedItem, twiceIfDifferent } from './compare.ts';
import { keptMs } from './lines.ts';
import type { CursorOf, PartOfPage } from './page.ts';

const householdsAtOnce = 10;
const ordersAtOnce = 40;
const readAtOnce = 8;
const householdSchema = z.looseObject({ householdId: z.string() });
const pointerSchema = z.object({ sk: z.string(), orderId: z.string() });

/** Orders at payment providers, and what goes back of them, against their steps: household by household. */
export async function checkPayments(
  backend: Backend,
  estateId: string,
  { after, behind }: CursorOf<'payments'>,
): Promise<PartOfPage> {
  const items = await backend.table.query({
    ...keys.householdsAfter(estateId, after),
    limit: householdsAtOnce,
  });
  const following = items.map((item) => householdSchema.parse(item).householdId);
  const differences: RebuildDifference[] = [];
  let payments = 0;
  // With `behind`, not all orders of the household were looked at yet.
  const households = after === undefined || behind === undefined ? following : [after, ...following];
  for (const householdId of households) {
    const from = householdId === after ? behind : undefined;
    const pointers = await ordersBehind(backend, estateId, householdId, from);
    payments += pointers.length;
    for (let first = 0; first < pointers.length; first += readAtOnce) {
      const some = pointers.slice(first, first + readAtOnce);
      const found = await Promise.all(some.map(({ orderId }) => checkOrder(backend, estateId, orderId)));
      differences.push(...found.flat());
    }
    const last = pointers.at(-1);
    if (pointers.length === ordersAtOnce && last !== undefined)
      return {
        checked: { payments },
        differences,
        next: { part: 'payments', after: householdId, behind: last.sk },
      };
  }
  const last = following.at(-1);
  return {
    checked: { payments },
    differences,
    next:
      following.length < householdsAtOnce || last === undefined
        ? undefined
        : { part: 'payments', after: last },
  };
}

/** Orders of a household whose steps are all kept still. */
async function ordersBehind(
  { table, clock }: Backend,
  estateId: string,
  householdId: string,
  behind: string | undefined,
) {
  const { pk } = keys.paymentOfHousehold(estateId, householdId, 0, '');
  const oldest = time(Math.max(0, clock.now() - keptMs + 86_400_000));
  const from = behind === undefined ? oldest : `${behind}\u0000`;
  const items = await table.query({ pk, between: [from, '~'], limit: ordersAtOnce });
  return items.map((item) => pointerSchema.parse(item));
}

/** Paid orders that their household's list does not name: nobody would look at them here. */
export async function unlistedOrders(
  { table, clock }: Pick<Backend, 'table' | 'clock'>,
  estateId: string,
  householdId: string,
  paidOrders: ReadonlySet<string>,
): Promise<RebuildDifference[]> {
  if (paidOrders.size === 0) return [];
  const { pk } = keys.paymentOfHousehold(estateId, householdId, 0, '');
  const items = await table.query({
    pk,
    between: [time(Math.max(0, clock.now() - keptMs - 86_400_000)), '~'],
  });
  const listed = new Set(items.map((item) => pointerSchema.parse(item).orderId));
  return [...paidOrders]
    .filter((orderId) => !listed.has(orderId))
    .map((orderId) => ({
      ...{ what: 'payment', of: orderId, where: `${pk}|…#${orderId}` },
      ...{ recorded: 'absent', recomputed: asText({ orderId }) },
    }));
}

async function checkOrder(
  { table }: Backend,
  estateId: string,
  orderId: string,
): Promise<readonly RebuildDifference[]> {
  const { differences } = await twiceIfDifferent(async () => {
    // One read has the order, its refunds and all of their steps: they are of one moment.
    const [items, [found]] = await Promise.all([
      table.query({ pk: keys.payment(estateId, orderId).pk }),
      table.get([keys.paymentOrder(orderId)]),
    ]);
    const steps = new Map(
      items.filter(({ type }) => type === 'entry').map((item) => [item.sk, parseEntry(item)]),
    );
    // By this a notice finds the order's estate.
    const byNumber = { ...keys.paymentOrder(orderId), estateId };
    return {
      differences: [
        ...orderDifferences({ estateId, orderId }, items, steps),
        ...comparedItem('payment', orderId, byNumber, found),
      ],
    };
  });
  return differences;
}

type Steps = ReadonlyMap<string, Entry>;
type Named = Pick<Order, 'estateId' | 'orderId'>;

function orderDifferences(of: Named, items: readonly Item[], steps: Steps): RebuildDifference[] {
  const key = keys.payment(of.estateId, of.orderId);
  const stored = items.find(({ sk }) => sk === key.sk);
  const order = stored && orderSchema.parse(stored);
  const { due, refunds } = orderDue(of, steps);
  const place = { what: 'payment', of: of.orderId, key, path: '' };
  const known = new Set(refunds.map(({ refundId }) => refundId));
  const others = items
    .filter(isRefund)
    .map((item) => refundSchema.parse(item).refundId)
    .filter((refundId) => !known.has(refundId));
  return [
    ...comparedFields(place, order && shown(order, ordered), due),
    ...refunds.flatMap((refund) => refundDifferences(of, items, refund.refundId, refund)),
    ...others.flatMap((refundId) => refundDifferences(of, items, refundId, undefined)),
  ];
}

function refundDifferences(
  { estateId, orderId }: Named,
  items: readonly Item[],
  refundId: string,
  due: object | undefined,
): RebuildDifference[] {
  const key: Key = keys.refund(estateId, orderId, refundId);
  const stored = items.find(({ sk }) => sk === key.sk);
  const refund = stored && shown(refundSchema.parse(stored), refunded);
  return comparedFields({ what: 'payment-refund', of: refundId, key, path: '' }, refund, due);
}

/** What steps decide. When the provider is asked next, and what it said, is the timer's. */
const ordered = [
  ...([
    'orderId',
    'estateId',
    'householdId',
    'provider',
    'way',
    'amountFen',
    'state',
    'createdAtMs',
  ] as const),
  ...(['expiresAtMs', 'transactionId', 'paidAtMs', 'refundedFen'] as const),
];
const refunded = [
  ...([
    'refundId',
    'orderId',
    'estateId',
    'householdId',
    'provider',
    'amountFen',
    'paidFen',
    'reason',
  ] as const),
  ...(['state', 'requestedAtMs', 'requestedBy'] as const),
];

/** An item without what is not compared; of its timer, only whether there is one. */
function shown<T extends Order | Refund>(item: T, names: readonly (keyof T)[]) {
  return {
    ...Object.fromEntries(names.map((name) => [name, item[name]])),
    waits: item.dueAtMs !== undefined,
  };
}

function orderDue({ estateId, orderId }: Named, steps: Steps) {
  const created = steps.get(keys.paymentStep(estateId, orderId, 'created').sk);
  if (created === undefined) return { due: undefined, refunds: [] };
  const paid = steps.get(keys.paymentStep(estateId, orderId, 'paid').sk);
  // Paid all the same, it is paid; told to be closed after that, too.
  const unpaid = steps.has(keys.paymentStep(estateId, orderId, 'closed').sk) ? 'closed' : 'created';
  const state = paid === undefined ? unpaid : 'paid';
  const terms = orderedFacts.parse(created.facts);
  const asked = [...steps.values()].filter(({ kind }) => kind === 'refund-requested');
  const refunds = asked.map((entry) => {
    const { refundId, ...facts } = refundFacts.parse(entry.facts);
    const went = (step: 'succeeded' | 'failed') =>
      steps.has(keys.refundStep(estateId, orderId, refundId, step).sk);
    const ended = went('failed') ? 'failed' : went('succeeded') ? 'succeeded' : 'requested';
    return {
      ...{ refundId, estateId, ...facts, paidFen: terms.amountFen, state: ended },
      ...{ requestedAtMs: entry.receivedAtMs, requestedBy: entry.sender, waits: ended === 'requested' },
    };
  });
  const due = {
    ...{ ...terms, state, createdAtMs: created.receivedAtMs },
    expiresAtMs: created.receivedAtMs + payWithinMs,
    ...(paid === undefined ? {} : paidIn(paid)),
    refundedFen: refunds
      .filter((refund) => refund.state !== 'failed')
      .reduce((sum, { amountFen }) => sum + amountFen, 0),
    waits: state === 'created',
  };
  return { due, refunds };
}

function paidIn({ facts }: Entry) {
  const { transactionId, paidAtMs } = paidFacts.parse(facts);
  return { transactionId, paidAtMs };
}
