import { beforeEach, describe, expect, test } from 'vitest';
import { rebuildPage } from '../../src/books/rebuild/rebuild.ts';
import { allDifferences } from '../../src/books/rebuild/sums.ts';
import { orderPointers } from '../../src/payments/order-store.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item, Key } from '../../src/shared/table.ts';
import { estateId } from '../support/estate.ts';
import {
  askRefund,
  freshPayments,
  pay,
  settled,
  tellOrder,
  wordOf,
  world,
} from '../support/payments-world.ts';
import { plant, rebuilt } from '../support/rebuilt.ts';
import { writeViews } from '../support/views.ts';

freshPayments();
let count = 0;
beforeEach(() => {
  count += 1;
});

const order = (name: string) => world.order('wechat-pay', 1000, `rebuild-${count}-${name}`);
async function refund(orderId: string, amountFen: number, requestId: string) {
  const { refundId } = await askRefund({ requestId, orderId, amountFen, reason: '退款' });
  await settled();
  return refundId;
}

/** One order that waits, one that nobody paid, one that was paid after it was closed, and one that partly went back. */
async function orders() {
  const [closed, late, paid] = [await order('closed'), await order('late'), await order('paid')];
  for (const { orderId } of [closed, late])
    await tellOrder(wordOf('wechat-pay', 'sweep'), { orderId, state: 'closed' });
  for (const { orderId } of [late, paid]) await pay(orderId);
  const succeeded = await refund(paid.orderId, 300, 'first-refund');
  await world.control('', { refunds: 'fail' });
  const failed = await refund(paid.orderId, 200, 'second-refund');
  await world.control('', { refunds: 'hang' });
  const asked = await refund(paid.orderId, 100, 'third-refund');
  const open = await order('open');
  await writeViews(world.estate);
  return { closed, late, paid, open, succeeded, failed, asked };
}

const found = async () => allDifferences(await rebuilt(world.estate));
const change = (key: Key, changes: object) =>
  plant(world.estate, key, (item): Item => ({ ...item, ...changes }));

describe('orders at a provider, computed again', () => {
  test('are the same, whatever became of them and of what goes back', async () => {
    const { paid, ...others } = await orders();
    const key = keys.payment(estateId, paid.orderId);
    const [item] = await world.estate.table.get([key]);
    expect(item).toMatchObject({ state: 'paid', refundedFen: 400 });
    const states = await world.estate.table.query({ pk: key.pk, prefix: 'REFUND#' });
    expect(states.map(({ state }) => state).sort()).toEqual(['failed', 'requested', 'succeeded']);
    const late = keys.payment(estateId, others.late.orderId);
    expect((await world.estate.table.get([late]))[0]).toMatchObject({ state: 'paid' });
    expect(await found()).toEqual([]);
    expect((await rebuilt(world.estate)).checked.payments).toBe(4);
  });

  test('that say another state, another payment or another amount are found', async () => {
    const { closed, paid } = await orders();
    await change(keys.payment(estateId, closed.orderId), { state: 'paid' });
    await change(keys.payment(estateId, paid.orderId), {
      transactionId: 'mine',
      refundedFen: 0,
      amountFen: 9,
    });
    const place = (orderId: string) => `PAYMENT#${estateId}#${orderId}|PAYMENT`;
    const differences = await found();
    expect(differences).toHaveLength(4);
    expect(differences).toEqual(
      expect.arrayContaining([
        {
          ...{ what: 'payment', of: closed.orderId, where: `${place(closed.orderId)} state` },
          ...{ recorded: '"paid"', recomputed: '"closed"' },
        },
        {
          ...{ what: 'payment', of: paid.orderId, where: `${place(paid.orderId)} refundedFen` },
          ...{ recorded: '0', recomputed: '400' },
        },
        expect.objectContaining({ where: `${place(paid.orderId)} transactionId`, recorded: '"mine"' }),
        expect.objectContaining({ where: `${place(paid.orderId)} amountFen`, recomputed: '1000' }),
      ]),
    );
  });

  test('whose refund says another end, or that nobody asked for, are found', async () => {
    const { paid, failed, asked } = await orders();
    const key = (refundId: string) => keys.refund(estateId, paid.orderId, refundId);
    const [item] = await world.estate.table.get([key(failed)]);
    await change(key(failed), { state: 'succeeded' });
    await world.estate.table.commit([
      { remove: key(asked) },
      { put: { ...item, ...key('R0'), refundId: 'R0' }, when: 'absent' },
    ]);
    const differences = await found();
    expect(differences).toHaveLength(3);
    expect(differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ what: 'payment-refund', of: asked, recorded: 'absent' }),
        {
          ...{ what: 'payment-refund', of: failed, recorded: '"succeeded"', recomputed: '"failed"' },
          where: `PAYMENT#${estateId}#${paid.orderId}|REFUND#${failed} state`,
        },
        expect.objectContaining({ what: 'payment-refund', of: 'R0', recomputed: 'absent' }),
      ]),
    );
  });

  test('that are gone, that are in no list, and that are nobody’s are found', async () => {
    const { paid, late, open } = await orders();
    const { table } = world.estate;
    const listed = await table.query({ pk: keys.paymentOfHousehold(estateId, 'h1', 0, '').pk });
    const pointer = listed.find(({ orderId }) => orderId === late.orderId);
    if (pointer === undefined) throw new Error('It is in no list');
    await table.commit([
      { remove: keys.payment(estateId, paid.orderId) },
      { remove: pointer },
      { remove: keys.paymentStep(estateId, open.orderId, 'created') },
    ]);
    expect(
      (await found()).map(({ what, of, recorded, recomputed }) => [what, of, recorded, recomputed]),
    ).toEqual(
      expect.arrayContaining([
        ['payment', paid.orderId, 'absent', expect.stringContaining('"state":"paid"')],
        ['payment', late.orderId, 'absent', expect.stringContaining(late.orderId)],
        ['payment', open.orderId, expect.stringContaining('"state":"created"'), 'absent'],
      ]),
    );
  });

  test('that no notice would find, because their number leads nowhere or elsewhere, are found', async () => {
    const { late, open } = await orders();
    await world.estate.table.commit([{ remove: keys.paymentOrder(open.orderId) }]);
    await change(keys.paymentOrder(late.orderId), { estateId: 'youyi' });
    const differences = await found();
    expect(differences).toHaveLength(2);
    expect(differences).toEqual(
      expect.arrayContaining([
        {
          ...{ what: 'payment', of: open.orderId, where: `ORDER#${open.orderId}|ORDER` },
          ...{ recorded: 'absent', recomputed: JSON.stringify({ estateId }) },
        },
        {
          ...{ what: 'payment', of: late.orderId, where: `ORDER#${late.orderId}|ORDER estateId` },
          ...{ recorded: '"youyi"', recomputed: JSON.stringify(estateId) },
        },
      ]),
    );
  });

  test('are looked at page by page where a household has more than one page takes', async () => {
    const { open } = await orders();
    const { table } = world.estate;
    const { pk } = keys.payment(estateId, open.orderId);
    const items = await table.query({ pk });
    for (let copy = 1; copy <= 85; copy += 1) {
      const orderId = `P${copy}`;
      await table.commit([
        ...items.map((item) => {
          const facts = item['type'] === 'entry' ? { facts: { ...(item['facts'] as object), orderId } } : {};
          const to = keys.payment(estateId, orderId).pk;
          return { put: { ...item, ...facts, pk: to, orderId }, when: 'absent' } as const;
        }),
        ...orderPointers({ ...open, orderId, createdAtMs: world.estate.clockMs + copy }),
      ]);
    }
    await change(keys.payment(estateId, 'P85'), { amountFen: 1 });
    const sums = await rebuilt(world.estate);
    expect(sums.checked.payments).toBe(89);
    expect(sums.pages.filter(({ checked }) => checked.payments > 0)).toHaveLength(3);
    expect(allDifferences(sums)).toMatchObject([{ what: 'payment', of: 'P85', recorded: '1' }]);
  });

  test('are looked at behind a household that is done', async () => {
    await orders();
    const cursor = Buffer.from(JSON.stringify({ part: 'payments', after: 'h1' })).toString('base64url');
    const page = await rebuildPage(world.estate.backend, estateId, cursor);
    expect(page).toMatchObject({ checked: { payments: 0 }, differences: [] });
    expect(page).not.toHaveProperty('cursor');
  });
});
