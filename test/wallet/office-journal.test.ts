import { describe, expect, test } from 'vitest';
import { orderShownSchema } from '../../contract/shapes/office.ts';
import type { Entry } from '../../src/journal/entry.ts';
import { retentionDays } from '../../src/journal/kinds.ts';
import { keys } from '../../src/shared/keys.ts';
import { askingOf, latestOrders, type OfficeOrder } from '../../src/wallet/office-order.ts';
import { topUp } from '../../src/wallet/top-up.ts';
import { officeEstate, officeNowMs, type TestOffice, testOffice } from '../support/money.ts';
import { approve, ask, cash, correction, out, refused, reject } from '../support/office-orders.ts';

// What stays of an order of the office when it has been booked: what an auditor reads, and what is repeated is known by.

/** The entry at this key, without what the seal makes different each time. */
function entryAt(desk: TestOffice, pk: string, sk: string): Omit<Entry, 'raw'> | undefined {
  const entry = [...desk.table.all()].find((item) => item.pk === pk && item.sk === sk);
  if (entry === undefined) return undefined;
  const { raw: _, version: _version, ...said } = entry as unknown as Entry & { version?: number };
  return said;
}
const from = (desk: TestOffice, sender: string, fact: string) => ({
  ...{ type: 'entry', estateId: officeEstate, deviceId: 'api', topic: 'api', sender },
  ...{ receivedAtMs: officeNowMs, digest: desk.office.vault.mac(fact) },
  expiresAtS: officeNowMs / 1000 + Number(retentionDays['money']) * 86_400,
});
const moved = (debit: string, credit: string, amountFen: number, memo: string) => ({
  ...{ debit, credit, amountFen, memo },
});

describe('the journal', () => {
  test('keeps cash that was booked alone with what came of it, and what was booked alone that day', async () => {
    const desk = await testOffice();
    const order = cash('t1', 100);
    await ask(desk, order);
    await ask(desk, out('r1', 30));
    expect(entryAt(desk, `TOPUP#${officeEstate}#t1`, 'TOPUP')).toEqual({
      ...{ pk: `TOPUP#${officeEstate}#t1`, sk: 'TOPUP' },
      ...from(desk, 'cashier', `cash-top-up ${JSON.stringify(order)}`),
      ...{ kind: 'cash-top-up', outcome: 'booked' },
      facts: {
        ...{ order, balanceAfterFen: 100 },
        cashAlone: { date: '2026-11-23', topUpFen: 100, refundFen: 0 },
      },
      postings: [moved('cash', 'wallet:h1', 100, 't1')],
    });
    expect(entryAt(desk, `CASHREFUND#${officeEstate}#r1`, 'ASKED')).toMatchObject({
      facts: { balanceAfterFen: 70, cashAlone: { date: '2026-11-23', topUpFen: 100, refundFen: 30 } },
      postings: [moved('wallet:h1', 'cash', 30, 'r1')],
    });
    expect(await desk.wallet()).toMatchObject({
      ...{ balanceFen: 70, cashAlone: { date: '2026-11-23', topUpFen: 100, refundFen: 30 } },
    });
  });

  test('keeps what waits without a posting, and what a second person decided as an entry of their own', async () => {
    const desk = await testOffice();
    const order = correction('c1', -250, { account: 'revenue:service' });
    await ask(desk, order, 'operator');
    const place = { pk: `CORRECTION#${officeEstate}#c1` };
    const asked = {
      ...{ ...place, sk: 'ASKED', kind: 'correction', outcome: 'awaiting-approval', facts: { order } },
      ...from(desk, 'operator', `correction ${JSON.stringify(order)}`),
    };
    expect(entryAt(desk, place.pk, 'ASKED')).toEqual(asked);
    await approve(desk, order);
    expect(entryAt(desk, place.pk, 'ASKED')).toEqual(asked);
    expect(entryAt(desk, place.pk, 'DECIDED')).toStrictEqual({
      ...{ ...place, sk: 'DECIDED', kind: 'correction', outcome: 'approved' },
      facts: { order, balanceAfterFen: 0, owedFen: 250 },
      ...from(desk, 'manager', 'approved correction c1'),
      postings: [moved('receivable:h1', 'revenue:service', 250, 'c1')],
    });
  });

  test('keeps cash that a second person approved with nothing owed, and not as booked alone', async () => {
    const desk = await testOffice();
    const orders = [cash('t1', 60_000), out('r1', 60_000)];
    for (const order of orders) {
      await ask(desk, order);
      await approve(desk, order);
    }
    const facts = orders.map(
      ({ kind }) => desk.entries(kind).find(({ outcome }) => outcome === 'approved')?.facts,
    );
    expect(facts).toStrictEqual([
      { order: orders[0], balanceAfterFen: 60_000 },
      { order: orders[1], balanceAfterFen: 0 },
    ]);
  });

  test('keeps what was rejected with nothing moved', async () => {
    const desk = await testOffice();
    const order = cash('t1', 60_000);
    await ask(desk, order);
    await reject(desk, order);
    expect(entryAt(desk, `TOPUP#${officeEstate}#t1`, 'DECIDED')).toEqual({
      ...{ pk: `TOPUP#${officeEstate}#t1`, sk: 'DECIDED', kind: 'cash-top-up', outcome: 'rejected' },
      facts: { order },
      ...from(desk, 'manager', 'rejected cash-top-up t1'),
    });
  });
});

describe('an order', () => {
  const whole: OfficeOrder = correction('c1', 5, { sessionId: 'x', account: 'revenue:electricity' });

  test('is shown as it was asked for, with who decided and when', async () => {
    const desk = await testOffice();
    desk.sessions.set('x', { householdId: 'h1', chargedFen: 5 });
    const waiting = await ask(desk, whole, 'operator');
    expect(waiting).toEqual({
      ...{ ...whole, state: 'awaiting-approval', askedBy: 'operator', askedAtMs: officeNowMs },
    });
    desk.nowMs += 1000;
    const shown = await approve(desk, whole);
    expect(shown).toEqual({
      ...{ ...waiting, state: 'approved', decidedBy: 'manager', decidedAtMs: officeNowMs + 1000 },
      balanceAfterFen: 5,
    });
    await desk.stream();
    expect(await latestOrders(desk.table, officeEstate, undefined)).toEqual([shown]);
    expect(orderShownSchema.parse({ ...shown, owedFen: 1 })).toEqual({ ...shown, owedFen: 1 });
  });

  test('that is not there is refused by the name that whoever decides has given it', async () => {
    const desk = await testOffice();
    await expect(approve(desk, whole)).rejects.toThrow('There is no correction c1');
    expect(askingOf('e', 'cash-refund', 'r1')).toMatchObject({ what: 'cash-refund r1' });
  });

  test('whose household is taken away is decided no more, and told again it is as it was', async () => {
    const desk = await testOffice();
    await ask(desk, cash('t1', 100));
    await desk.table.commit([{ remove: keys.household(officeEstate, 'h1') }]);
    expect(await ask(desk, cash('t1', 100))).toMatchObject({ state: 'booked' });
    await refused(desk, () => ask(desk, cash('t2', 100)), 'not-found');
  });

  test('of a session that cost too little is refused by what it cost when it is decided, and stays open', async () => {
    const desk = await testOffice();
    desk.sessions.set('x', { householdId: 'h1', chargedFen: 5 });
    await ask(desk, whole, 'operator');
    desk.sessions.set('x', { householdId: 'h1', chargedFen: 4 });
    await refused(desk, () => approve(desk, whole), 'more-than-charged');
    desk.sessions.set('x', { householdId: 'h1', chargedFen: 5 });
    expect(await approve(desk, whole)).toMatchObject({ state: 'approved' });
    expect(await desk.table.get([keys.correctionsOfSession(officeEstate, 'x')])).toMatchObject([
      { givenBackFen: 5 },
    ]);
  });
});

test('the five hundred latest orders are listed, newest first, and those of one state among them', async () => {
  const desk = await testOffice();
  for (let number = 0; number <= 500; number += 1)
    await desk.table.commit([
      {
        put: {
          ...keys.officeList(officeEstate, number, 'cash-top-up', `t${number}`),
          ...{ ...cash(`t${number}`, 1), askedBy: 'x', askedAtMs: number },
          state: number % 2 === 0 ? 'booked' : 'rejected',
        },
        when: 'absent',
      },
    ]);
  const ids = async (state?: 'booked') =>
    (await latestOrders(desk.table, officeEstate, state)).map(({ orderId }) => orderId);
  const newest = Array.from({ length: 500 }, (_, index) => `t${500 - index}`);
  expect(await ids()).toEqual(newest);
  expect(await ids('booked')).toEqual(newest.filter((_, index) => index % 2 === 0));
});

test('what a cashier pays in by a number of their own is that order of the office, and booked once', async () => {
  const desk = await testOffice();
  const transfer = { transferId: 't1', householdId: 'h1', amountFen: 100 };
  const shown = await topUp(desk.office, desk.by('cashier'), transfer);
  expect(shown).toEqual(await ask(desk, cash('t1', 100)));
  expect(shown).toMatchObject({ ...cash('t1', 100), state: 'booked', balanceAfterFen: 100 });
});
