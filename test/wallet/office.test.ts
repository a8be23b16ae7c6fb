import { describe, expect, test } from 'vitest';
import { askOrder, decideOrder } from '../../src/wallet/office.ts';
import { latestOrders } from '../../src/wallet/office-order.ts';
import { placeHold } from '../../src/wallet/wallet.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { officeEstate, officeNowMs, testOffice } from '../support/money.ts';
import {
  approve,
  ask,
  cash,
  correction,
  ledgerHolds,
  out,
  refused,
  reject,
} from '../support/office-orders.ts';

describe('cash paid in', () => {
  test('up to the limit is booked at once, and told again it is the same', async () => {
    const desk = await testOffice();
    const order = cash('t1', 50_000);
    expect(await ask(desk, order)).toMatchObject({
      state: 'booked',
      balanceAfterFen: 50_000,
      askedBy: 'cashier',
    });
    expect(await ask(desk, order)).toMatchObject({ state: 'booked', balanceAfterFen: 50_000 });
    expect(await ledgerHolds(desk)).toEqual({ cash: -50_000, 'wallet:h1': 50_000 });
  });

  test('above it moves no money until a second person approves, once', async () => {
    const desk = await testOffice();
    const order = cash('t1', 50_001);
    expect(await ask(desk, order)).toMatchObject({ state: 'awaiting-approval' });
    expect((await desk.wallet()).balanceFen).toBe(0);
    await desk.stream();
    expect(await latestOrders(desk.table, officeEstate, 'awaiting-approval')).toMatchObject([
      { orderId: 't1' },
    ]);
    await refused(desk, () => approve(desk, order, 'cashier'), 'same-person');
    expect(await approve(desk, order)).toMatchObject({
      state: 'approved',
      askedBy: 'cashier',
      decidedBy: 'manager',
      balanceAfterFen: 50_001,
    });
    expect(await approve(desk, order, 'operator')).toMatchObject({ decidedBy: 'manager' });
    await refused(desk, () => reject(desk, order), 'already-decided');
    expect(await ledgerHolds(desk)).toEqual({ cash: -50_001, 'wallet:h1': 50_001 });
    expect(await latestOrders(desk.table, officeEstate, 'awaiting-approval')).toEqual([]);
    expect(await latestOrders(desk.table, officeEstate, 'approved')).toMatchObject([{ orderId: 't1' }]);
  });

  test('goes by the limit of the estate', async () => {
    const desk = await testOffice(0);
    expect(await ask(desk, cash('t1', 1))).toMatchObject({ state: 'awaiting-approval' });
  });

  test('rejected, it stays rejected', async () => {
    const desk = await testOffice();
    const order = cash('t1', 60_000);
    await ask(desk, order);
    expect(await reject(desk, order)).toMatchObject({ state: 'rejected', decidedBy: 'manager' });
    expect(await reject(desk, order)).toMatchObject({ state: 'rejected' });
    await refused(desk, () => approve(desk, order), 'already-decided');
    expect(await ask(desk, order)).toMatchObject({ state: 'rejected' });
    expect(await ledgerHolds(desk)).toEqual({});
  });

  test('approved by two at once makes one entry, and both are told so', async () => {
    const desk = await testOffice();
    const order = cash('t1', 60_000);
    await ask(desk, order);
    const race = interruptedAfter(desk.table, 'WALLET', () => approve(desk, order, 'first'));
    const told = await decideOrder(desk.on(race), desk.by('second'), 'cash-top-up', 't1', 'approved');
    expect(told).toMatchObject({ state: 'approved', decidedBy: 'first' });
    expect((await desk.wallet()).balanceFen).toBe(60_000);
  });

  test('approved and rejected at once is one of the two, and the other is told', async () => {
    const desk = await testOffice();
    const order = cash('t1', 60_000);
    await ask(desk, order);
    const race = interruptedAfter(desk.table, 'WALLET', () => reject(desk, order, 'first'));
    await expect(
      decideOrder(desk.on(race), desk.by('second'), 'cash-top-up', 't1', 'approved'),
    ).rejects.toMatchObject({ error: 'already-decided' });
    expect((await desk.wallet()).balanceFen).toBe(0);
  });

  test('settles what is owed first', async () => {
    const desk = await testOffice();
    await ask(desk, correction('c1', -300), 'operator');
    await approve(desk, correction('c1', -300));
    expect(await ledgerHolds(desk)).toEqual({ 'receivable:h1': -300, 'written-off': 300 });
    expect(await ask(desk, cash('t1', 500))).toMatchObject({ balanceAfterFen: 200 });
    expect(await ledgerHolds(desk)).toEqual({
      cash: -500,
      'receivable:h1': 0,
      'wallet:h1': 200,
      'written-off': 300,
    });
  });

  test.each([-1, 0, 0.5, 2 ** 53, 10_000_001, Number.NaN, Number.POSITIVE_INFINITY])(
    'of %d fen is refused',
    async (amountFen) => {
      const desk = await testOffice();
      await refused(desk, () => ask(desk, cash('t1', amountFen)), 'money-invalid');
      await refused(desk, () => ask(desk, out('t1', amountFen)), 'money-invalid');
    },
  );

  test('for nobody, or under a used number, is refused', async () => {
    const desk = await testOffice();
    await refused(desk, () => ask(desk, cash('t1', 5, 'h9')), 'not-found');
    await ask(desk, cash('t1', 5));
    await refused(desk, () => ask(desk, cash('t1', 6)), 'already-exists');
    await refused(desk, () => ask(desk, cash('t1', 5, 'h2')), 'already-exists');
    await refused(desk, () => approve(desk, cash('t1', 5)), 'already-decided');
    await refused(desk, () => approve(desk, cash('t2', 5)), 'not-found');
  });
});

describe('cash paid back', () => {
  test('is never more than what is free, and paid once', async () => {
    const desk = await testOffice();
    await ask(desk, cash('t1', 1000));
    await desk.change((wallet) =>
      placeHold(
        { ...wallet, creditLimitFen: 500 },
        'session',
        { amountFen: 300, credentialId: 'c', sinceMs: 0 },
        '2026-11',
      ),
    );
    await refused(desk, () => ask(desk, out('r1', 701)), 'too-little-money');
    expect(await ask(desk, out('r1', 700))).toMatchObject({ state: 'booked', balanceAfterFen: 300 });
    expect(await ask(desk, out('r1', 700))).toMatchObject({ state: 'booked', balanceAfterFen: 300 });
    await refused(desk, () => ask(desk, out('r1', 1)), 'already-exists');
    await refused(desk, () => ask(desk, out('r2', 1)), 'too-little-money');
    expect(await ledgerHolds(desk)).toEqual({ cash: -300, 'wallet:h1': 300 });
  });

  test('is decided again where the money is spent before the second person approves', async () => {
    const desk = await testOffice();
    await ask(desk, cash('t1', 100_000));
    await approve(desk, cash('t1', 100_000));
    const order = out('r1', 80_000);
    expect(await ask(desk, order)).toMatchObject({ state: 'awaiting-approval' });
    await ask(desk, out('r2', 30_000));
    await refused(desk, () => approve(desk, order), 'too-little-money');
    await ask(desk, cash('t3', 10_000));
    expect(await approve(desk, order)).toMatchObject({ state: 'approved', balanceAfterFen: 0 });
    expect(await approve(desk, order)).toMatchObject({ state: 'approved', balanceAfterFen: 0 });
    expect(await ledgerHolds(desk)).toEqual({ cash: 0, 'wallet:h1': 0 });
  });

  test('of the same money by two at once is paid to one', async () => {
    const desk = await testOffice();
    await ask(desk, cash('t1', 1000));
    const race = interruptedAfter(desk.table, 'WALLET', () => ask(desk, out('r1', 600)));
    await expect(askOrder(desk.on(race), desk.by('cashier'), out('r2', 600))).rejects.toMatchObject({
      error: 'too-little-money',
    });
    expect(await ledgerHolds(desk)).toEqual({ cash: -400, 'wallet:h1': 400 });
  });
});

describe('cash in small pieces', () => {
  test('is booked alone up to the limit of a day, and then waits for a second person', async () => {
    const desk = await testOffice();
    expect(await ask(desk, cash('t1', 30_000))).toMatchObject({ state: 'booked' });
    expect(await ask(desk, cash('t2', 20_001))).toMatchObject({ state: 'awaiting-approval' });
    expect(await ask(desk, cash('t3', 20_000))).toMatchObject({ state: 'booked' });
    expect(await ask(desk, cash('t4', 1), 'another cashier')).toMatchObject({ state: 'awaiting-approval' });
    expect((await desk.wallet()).cashAlone).toEqual({ date: '2026-11-23', topUpFen: 50_000, refundFen: 0 });
    expect(await ledgerHolds(desk)).toEqual({ cash: -50_000, 'wallet:h1': 50_000 });
  });

  test('counts what comes in apart from what goes out, each household and each local day for itself', async () => {
    const desk = await testOffice();
    await ask(desk, cash('t0', 60_000));
    await approve(desk, cash('t0', 60_000));
    await ask(desk, cash('t1', 50_000));
    expect(await ask(desk, out('r1', 30_000))).toMatchObject({ state: 'booked' });
    expect(await ask(desk, out('r2', 20_001))).toMatchObject({ state: 'awaiting-approval' });
    expect(await ask(desk, cash('t2', 50_000, 'h2'))).toMatchObject({ state: 'booked' });
    desk.nowMs = officeNowMs + 5 * 3_600_000 - 1;
    expect(await ask(desk, cash('t3', 1))).toMatchObject({ state: 'awaiting-approval' });
    desk.nowMs += 1;
    expect(await ask(desk, cash('t4', 50_000))).toMatchObject({ state: 'booked' });
    expect((await desk.wallet()).cashAlone).toEqual({ date: '2026-11-24', topUpFen: 50_000, refundFen: 0 });
  });

  test('told again it is as it was, and is counted once', async () => {
    const desk = await testOffice();
    await ask(desk, cash('t1', 30_000));
    await ask(desk, cash('t2', 30_000));
    expect(await ask(desk, cash('t1', 30_000))).toMatchObject({ state: 'booked' });
    expect(await ask(desk, cash('t2', 30_000))).toMatchObject({ state: 'awaiting-approval' });
    expect((await desk.wallet()).cashAlone?.topUpFen).toBe(30_000);
  });

  test('approved by a second person is not what was booked alone', async () => {
    const desk = await testOffice();
    await ask(desk, cash('t1', 60_000));
    await approve(desk, cash('t1', 60_000));
    expect((await desk.wallet()).cashAlone).toBeUndefined();
    expect(await ask(desk, cash('t2', 50_000))).toMatchObject({ state: 'booked' });
  });

  test('by two at once: one is booked, and the other waits', async () => {
    const desk = await testOffice();
    const race = interruptedAfter(desk.table, 'WALLET', () => ask(desk, cash('t1', 30_000)));
    const second = await askOrder(desk.on(race), desk.by('cashier'), cash('t2', 30_000));
    expect(second).toMatchObject({ state: 'awaiting-approval' });
    expect((await desk.wallet()).balanceFen).toBe(30_000);
  });

  test('of a day that is over for its household waits: it can no longer be counted', async () => {
    const desk = await testOffice();
    desk.nowMs = officeNowMs + 5 * 3_600_000;
    await ask(desk, cash('t1', 1000));
    desk.nowMs -= 1;
    expect(await ask(desk, cash('t2', 1000))).toMatchObject({ state: 'awaiting-approval' });
  });
});

test('the office hears of every order that changes', async () => {
  const desk = await testOffice();
  await ask(desk, cash('t1', 60_000));
  await desk.stream();
  expect(desk.published.at(-1)).toMatchObject({
    topic: `live/${officeEstate}/office`,
    body: { orderId: 't1', state: 'awaiting-approval', askedAtMs: officeNowMs },
  });
});
