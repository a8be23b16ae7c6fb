import { beforeEach, describe, expect, test } from 'vitest';
import { hear, listedSessions, noHistory, toldSessions } from '../../src/books/rebuild/history.ts';
import type { Entry } from '../../src/journal/entry.ts';
import type { EntryKind } from '../../src/journal/kinds.ts';
import { keys } from '../../src/shared/keys.ts';
import { boardId, estateId, eveningMs, type TestEstate, testEstate } from '../support/estate.ts';
import { agreementOf, receiptOf, type ToldBill, tellSession } from './told-sessions.ts';

const entry = (kind: EntryKind, facts: object, receivedAtMs = 5): Entry => ({
  ...{ pk: 'PK', sk: 'SK', type: 'entry', kind, estateId, deviceId: 'api', receivedAtMs, topic: 'api' },
  ...{ sender: 'test', raw: '', digest: '', outcome: 'done', expiresAtS: 0, facts: { ...facts } },
});
const bill: ToldBill = { order: 7, endedAtMs: eveningMs };
const billed = (changes: Partial<ToldBill> = {}) =>
  entry('settlement', {
    agreement: agreementOf({ ...bill, ...changes }),
    receipt: receiptOf({ ...bill, ...changes }),
  });
const bought = {
  ...{ purchaseId: 'p1', householdId: 'h1', packageId: 'ten', tariffVersion: '2026-01', kind: 'energy' },
  ...{ amount: 10, priceFen: 500, validUntilMs: 9 },
};
const cash = { orderId: 'o1', householdId: 'h1', amountFen: 300 };
const heard = (...entries: Entry[]) => {
  const history = noHistory();
  for (const one of entries) hear(history, 'h1', one);
  return history;
};

const alone = (date: string) => ({ date, topUpFen: 300, refundFen: 300 });

describe('what entries tell of a household', () => {
  test.each([
    ['a package', [entry('package-bought', bought)], { bought: new Map([['p1', { atMs: 5, fen: 500 }]]) }],
    [
      'a package of a member',
      [entry('package-bought', { ...bought, memberId: 'm1' })],
      { bought: new Map([['p1', { atMs: 5, fen: 500, memberId: 'm1' }]]) },
    ],
    ['one given back', [entry('package-returned', bought)], { returned: new Set(['p1']) }],
    [
      'cash that one person booked',
      [
        entry('cash-top-up', { order: { ...cash, kind: 'cash-top-up' }, cashAlone: alone('2026-11-01') }),
        entry('cash-refund', { order: { ...cash, kind: 'cash-refund' }, cashAlone: alone('2026-11-02') }),
      ],
      {
        cashAlone: [
          { kind: 'cash-top-up', date: '2026-11-01', amountFen: 300 },
          { kind: 'cash-refund', date: '2026-11-02', amountFen: 300 },
        ],
      },
    ],
    ['cash that two have seen', [entry('cash-top-up', { order: { ...cash, kind: 'cash-top-up' } })], {}],
    [
      'an order that was paid',
      [
        entry('top-up', {
          ...{ householdId: 'h1', provider: 'alipay', transferId: 'P1', transactionId: 'T1', paidAtMs: 5 },
        }),
      ],
      { paidOrders: new Set(['P1']) },
    ],
    ['a top-up by no provider', [entry('top-up', { transferId: 't1' })], {}],
    ['a bill', [billed()], { sessions: new Map([[`${boardId}-7`, eveningMs]]) }],
    [
      'bills of one session, the latest end of them',
      [billed(), billed({ endedAtMs: eveningMs + 1 }), billed({ endedAtMs: eveningMs - 1 })],
      { sessions: new Map([[`${boardId}-7`, eveningMs + 1]]) },
    ],
    ['a bill of another household', [billed({ agreed: { householdId: 'h2' } })], {}],
    ['a bill that was paid at the board', [billed({ agreed: { startedBy: 'local' } })], {}],
    ['a bill without a card', [billed({ agreed: { credentialId: undefined } })], {}],
    ['something else', [entry('correction', { order: cash })], {}],
  ])('%s', (_, entries, told) => {
    expect(heard(...entries)).toStrictEqual({ ...noHistory(), ...told });
  });

  test('a bill without readings ended at no time', () => {
    const receipt = { ...receiptOf(bill), readings: [] };
    expect(heard(entry('session-closed', { agreement: agreementOf(bill), receipt })).sessions).toEqual(
      new Map([[`${boardId}-7`, 0]]),
    );
  });
});

describe('sessions of a household', () => {
  let estate: TestEstate;
  beforeEach(async () => {
    estate = await testEstate();
  });
  const told = (...sessionIds: string[]) => toldSessions(estate.backend, 'h1', sessionIds);

  test('are told with their bills, oldest first, and their prices, in the order in which they are asked for', async () => {
    const revised = { ...bill, revision: 1, chargedFen: 8 };
    await tellSession(estate, bill, revised);
    const orders = Array.from({ length: 10 }, (_, index) => 20 + index);
    for (const order of orders) await tellSession(estate, { ...bill, order });
    const tariff = await estate.backend.registry.tariff(estateId, '2026-01');
    const all = await told(...orders.map((order) => `${boardId}-${order}`), `${boardId}-7`);
    expect(all.map(({ agreement }) => agreement.order)).toEqual([...orders, 7]);
    expect(all.at(-1)).toEqual({
      ...{ agreement: agreementOf(bill), receipts: [receiptOf(bill), receiptOf(revised)], tariff },
    });
  });

  test('are no others: of nobody, of another household, paid at the board, or not over', async () => {
    const nobodys = { startedBy: 'local', householdId: undefined, credentialId: undefined } as const;
    await tellSession(estate, { ...bill, order: 1, agreed: { householdId: 'h2' } });
    await tellSession(estate, { ...bill, order: 2, agreed: nobodys });
    await tellSession(estate, { ...bill, order: 3 }, { ...bill, order: 4 });
    const { table } = estate;
    await table.commit([
      { remove: { pk: `DEVICE#${boardId}`, sk: 'SESSION#3#settled' } },
      { remove: { pk: `DEVICE#${boardId}`, sk: 'SESSION#4#authorised' } },
    ]);
    expect(await told(...[1, 2, 3, 4, 5].map((order) => `${boardId}-${order}`), 'no session')).toEqual([]);
  });

  test('are listed from a moment on, those of the household alone', async () => {
    const list = (order: number, atMs: number, householdId?: string) => ({
      put: {
        ...keys.sessionOfEstate(estateId, atMs, `${boardId}-${order}`),
        ...{ sessionId: `${boardId}-${order}`, ...(householdId && { householdId }) },
      },
      when: 'always' as const,
    });
    await estate.table.commit([
      ...[list(1, 999, 'h1'), list(2, 1000, 'h1'), list(3, 1001, 'h2'), list(4, 1002), list(5, 1003, 'h1')],
    ]);
    const listed = (sinceMs: number) => listedSessions(estate.backend, estateId, 'h1', sinceMs);
    expect(await listed(1000)).toEqual([`${boardId}-2`, `${boardId}-5`]);
    for (const always of [0, -5]) expect(await listed(always)).toHaveLength(3);
  });
});
