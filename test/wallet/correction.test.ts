import { describe, expect, test } from 'vitest';
import { givenBackFor } from '../../src/wallet/correction.ts';
import { decideOrder } from '../../src/wallet/office.ts';
import { latestOrders } from '../../src/wallet/office-order.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { officeEstate, testOffice } from '../support/money.ts';
import { approve, ask, cash, correction, ledgerHolds, refused } from '../support/office-orders.ts';

describe('a correction', () => {
  test('always needs a second person, however small', async () => {
    const desk = await testOffice();
    const order = correction('c1', 1, { account: 'revenue:service' });
    expect(await ask(desk, order, 'operator')).toMatchObject({ state: 'awaiting-approval' });
    await refused(desk, () => approve(desk, order, 'operator'), 'same-person');
    await approve(desk, order);
    expect(await ledgerHolds(desk)).toEqual({ 'revenue:service': -1, 'wallet:h1': 1 });
  });

  test('takes what is there, and the rest is owed', async () => {
    const desk = await testOffice();
    await ask(desk, cash('t1', 100));
    await ask(desk, correction('c1', -250), 'operator');
    expect(await approve(desk, correction('c1', -250))).toMatchObject({ balanceAfterFen: 0, owedFen: 150 });
    await desk.stream();
    expect(await latestOrders(desk.table, officeEstate, undefined)).toContainEqual(
      expect.objectContaining({ orderId: 'c1', state: 'approved', balanceAfterFen: 0, owedFen: 150 }),
    );
    expect(await ledgerHolds(desk)).toEqual({
      cash: -100,
      'receivable:h1': -150,
      'wallet:h1': 0,
      'written-off': 250,
    });
  });

  test('of one session never gives back more than was charged for it, in all', async () => {
    const desk = await testOffice();
    desk.sessions.set('session-1', { householdId: 'h1', chargedFen: 60 });
    const of = (orderId: string, amountFen: number) =>
      correction(orderId, amountFen, { sessionId: 'session-1' });
    const givenBackFen = () => givenBackFor(desk.table, officeEstate, 'session-1');
    expect(await givenBackFen()).toBe(0);
    await refused(desk, () => ask(desk, of('c0', 61)), 'more-than-charged');
    // Both may be asked for; only one fits.
    await ask(desk, of('c1', 40), 'operator');
    await ask(desk, of('c2', 40), 'operator');
    await approve(desk, of('c1', 40));
    await refused(desk, () => approve(desk, of('c2', 40)), 'more-than-charged');
    await ask(desk, of('c3', -20), 'operator');
    await approve(desk, of('c3', -20));
    await approve(desk, of('c2', 40));
    await refused(desk, () => ask(desk, of('c4', 1)), 'more-than-charged');
    expect((await desk.wallet()).balanceFen).toBe(60);
    expect(await givenBackFen()).toBe(60);
  });

  test('of one session by two at once gives back what one of them may', async () => {
    const desk = await testOffice();
    desk.sessions.set('session-1', { householdId: 'h1', chargedFen: 60 });
    const of = (orderId: string) => correction(orderId, 60, { sessionId: 'session-1' });
    await ask(desk, of('c1'), 'operator');
    await ask(desk, of('c2'), 'operator');
    const race = interruptedAfter(desk.table, 'CORRECTIONS', () => approve(desk, of('c1')));
    await expect(
      decideOrder(desk.on(race), desk.by('manager'), 'correction', 'c2', 'approved'),
    ).rejects.toMatchObject({ error: 'more-than-charged' });
    expect((await desk.wallet()).balanceFen).toBe(60);
  });

  test('of a session that another household paid for, or nobody, is refused', async () => {
    const desk = await testOffice();
    desk.sessions.set('session-2', { householdId: 'h2', chargedFen: 60 });
    await refused(desk, () => ask(desk, correction('c1', 5, { sessionId: 'session-2' })), 'not-found');
    await refused(desk, () => ask(desk, correction('c1', 5, { sessionId: 'session-9' })), 'not-found');
    await refused(desk, () => ask(desk, correction('c1', 0)), 'money-invalid');
    await refused(desk, () => ask(desk, correction('c1', -0.5)), 'money-invalid');
  });

  test('changes no entry that stands', async () => {
    const desk = await testOffice();
    await ask(desk, cash('t1', 100));
    const before = desk.entries('cash-top-up');
    await ask(desk, correction('c1', -100), 'operator');
    await approve(desk, correction('c1', -100));
    expect(desk.entries('cash-top-up')).toEqual(before);
    expect(
      desk
        .entries('correction')
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['approved', 'awaiting-approval']);
  });
});
