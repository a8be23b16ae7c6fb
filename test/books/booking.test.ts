import { describe, expect, test } from 'vitest';
import { effectOn, factOf, householdsIn, revenueOf, rowKindOf } from '../../src/books/close/booking.ts';
import type { Entry } from '../../src/journal/entry.ts';
import type { Account, Posting } from '../../src/ledger/ledger.ts';

const zone = 'Asia/Shanghai';
const at = (local: string) => Date.parse(`${local}+08:00`);
const entryOf = (facts: object, more: Partial<Entry> = {}): Entry => ({
  ...{ pk: 'PK', sk: 'SK', type: 'entry', kind: 'settlement', estateId: 'ziyun', deviceId: 'd1' },
  ...{
    receivedAtMs: at('2026-11-02T08:00:00'),
    topic: 't',
    sender: 's',
    raw: '',
    digest: '',
    outcome: 'done',
  },
  ...{ expiresAtS: 0, facts: { ...facts }, ...more },
});
const agreement = { sessionId: 'd1-7', facilityId: 'garage', deviceId: 'd1', port: 3, householdId: 'h1' };
const receipt = (readings: [string, number][], more: object = {}) => ({
  ...{ tariffVersion: '2026-01', estimated: false, remarks: [] },
  readings: readings.map(([local, energyWh]) => ({ atMs: at(local), energyWh })),
  ...more,
});
const posting = (debit: Account, credit: Account, amountFen = 5): Posting => ({
  ...{ debit, credit, amountFen, memo: 'm' },
});

describe('a bill in the books', () => {
  const readings: [string, number][] = [
    ['2026-10-31T20:00:00', 0],
    ['2026-10-31T21:00:00', 40],
    ['2026-10-31T23:59:59', 90],
  ];

  test('stands under the day on which the session ended, with all that its statement shows', () => {
    const postings = [posting('wallet:h1', 'revenue:service')];
    const more = { code: 'C7', remarks: ['capped-per-day'], estimated: true, revision: 2, adjustments: [{}] };
    const fact = factOf(entryOf({ agreement, receipt: receipt(readings, more) }, { postings }), zone);
    expect(fact).toStrictEqual({
      ...{ entry: { pk: 'PK', sk: 'SK' }, entryKind: 'settlement', postings, about: {} },
      ...{ recordedAtMs: at('2026-11-02T08:00:00'), day: '2026-10-31', ownMonth: '2026-10' },
      session: {
        ...{ sessionId: 'd1-7', householdId: 'h1', facilityId: 'garage', deviceId: 'd1', port: 3 },
        ...{ tariffVersion: '2026-01', energyWh: 90, receiptCode: 'C7', revision: 2 },
        ...{ startedAtMs: at('2026-10-31T20:00:00'), endedAtMs: at('2026-10-31T23:59:59') },
        remarks: ['estimated', 'capped-per-day'],
      },
    });
  });

  test('of a session with one reading, or none, is of one that never began, on the day of its booking', () => {
    for (const few of [[], readings.slice(1, 2)]) {
      const { householdId: _, ...nobodys } = agreement;
      const fact = factOf(
        entryOf({ agreement: nobodys, receipt: receipt(few, { adjustments: [{}] }) }),
        zone,
      );
      expect(fact).toStrictEqual({
        ...{ entry: { pk: 'PK', sk: 'SK' }, entryKind: 'settlement', postings: [], about: {} },
        ...{ recordedAtMs: at('2026-11-02T08:00:00'), day: '2026-11-02', ownMonth: '2026-11' },
        session: {
          ...{ sessionId: 'd1-7', householdId: undefined, facilityId: 'garage', deviceId: 'd1', port: 3 },
          ...{ tariffVersion: '2026-01', energyWh: 0, revision: 1, remarks: [] },
        },
      });
    }
  });

  test.each([
    ['2026-11-01T00:00:00', '2026-11-01T23:59:59', []],
    ['2026-11-01T23:59:59', '2026-11-02T00:00:00', ['began-the-day-before']],
    ['2026-10-31T23:59:59', '2026-11-01T00:00:00', ['began-in-the-month-before']],
  ])('from %s to %s says so where it began on another day: %j', (from, to, remarks) => {
    const fact = factOf(
      entryOf({
        agreement,
        receipt: receipt([
          [from, 0],
          [to, 1],
        ]),
      }),
      zone,
    );
    expect(fact.session?.remarks).toEqual(remarks);
    expect(fact.session?.revision).toBe(0);
  });

  test('is read only where nothing of it is missing: a bill of which less is known is no bill', () => {
    const whole: Record<string, object> = { agreement, receipt: receipt(readings) };
    for (const part of ['agreement', 'receipt'])
      for (const name of Object.keys(whole[part] ?? {}).filter((one) => one !== 'householdId')) {
        const { [name]: _, ...rest } = whole[part] as Record<string, unknown>;
        expect(factOf(entryOf({ ...whole, [part]: rest }), zone), name).not.toHaveProperty('session');
      }
    for (const reading of [{ atMs: 1 }, { energyWh: 1 }])
      expect(
        factOf(entryOf({ ...whole, receipt: { ...receipt([]), readings: [reading] } }), zone),
      ).not.toHaveProperty('session');
    expect(factOf(entryOf(whole), zone)).toHaveProperty('session');
  });
});

describe('what is no bill', () => {
  test.each([
    [{}, {}],
    [
      { sessionId: 'c', tariffVersion: 'v', reason: 'r' },
      { sessionId: 'c', tariffVersion: 'v', reason: 'r' },
    ],
    [{ order: { sessionId: 'c', reason: 'r', amountFen: 1 } }, { sessionId: 'c', reason: 'r' }],
    [
      { reason: 'own', order: { sessionId: 'c', reason: 'r' } },
      { sessionId: 'c', reason: 'own' },
    ],
    [{ sessionId: 7, order: { sessionId: 'c', reason: ['r'] } }, { sessionId: 'c' }],
    [{ tariffVersion: 'v', order: 'none' }, { tariffVersion: 'v' }],
  ])('%j is about %j', (facts, about) => {
    expect(factOf(entryOf(facts), zone)).toStrictEqual({
      ...{ entry: { pk: 'PK', sk: 'SK' }, entryKind: 'settlement', postings: [], about },
      ...{ recordedAtMs: at('2026-11-02T08:00:00'), day: '2026-11-02', ownMonth: '2026-11' },
    });
  });
});

describe('postings', () => {
  test('concern each household that they touch once, and the one whose session it is', () => {
    const of = (postings: Posting[], householdId?: string) =>
      householdsIn({
        ...factOf(entryOf({ agreement: { ...agreement, householdId }, receipt: receipt([]) }), zone),
        postings,
      });
    expect(of([posting('wallet:h2', 'wallet:h1'), posting('receivable:h3', 'wallet:h2')])).toEqual([
      ...['h1', 'h2', 'h3'],
    ]);
    expect(of([posting('wallet:h2', 'cash')], 'h1')).toEqual(['h1', 'h2']);
    expect(of([posting('cash', 'provider:alipay'), posting('mywallet:h1' as Account, 'wallet:')])).toEqual(
      [],
    );
    const { session: _, ...noBill } = factOf(entryOf({}), zone);
    expect(householdsIn({ ...noBill, postings: [] })).toEqual([]);
  });

  test('earn in each line what is credited to it, less what is debited', () => {
    expect(
      revenueOf([
        posting('wallet:h1', 'revenue:electricity', 40),
        posting('revenue:electricity', 'wallet:h1', 3),
        posting('wallet:h1', 'revenue:service', 7),
        posting('revenue:package', 'wallet:h1', 500),
        posting('wallet:h1', 'revenue:other' as Account, 9),
      ]),
    ).toEqual({ electricity: 37, service: 7, package: -500 });
  });

  test('change what the household has, and what it owes: that grows where its claim is debited', () => {
    const postings = [
      posting('wallet:h1', 'revenue:service', 30),
      posting('receivable:h1', 'revenue:service', 12),
      posting('cash', 'wallet:h1', 100),
      posting('wallet:h1', 'receivable:h1', 2),
      posting('wallet:h2', 'receivable:h2', 999),
    ];
    expect(effectOn(postings, 'h1')).toStrictEqual({ balanceFen: 68, owedFen: 10 });
    expect(effectOn([], 'h1')).toStrictEqual({ balanceFen: 0, owedFen: 0 });
  });

  test.each<[string, string, string]>([
    ['cash', 'wallet:h1', 'top-up'],
    ['wallet:h1', 'cash', 'refund'],
    ['provider:alipay', 'wallet:h1', 'top-up'],
    ['provider:alipay', 'receivable:h1', 'top-up'],
    ['wallet:h1', 'provider:alipay', 'refund'],
    ['wallet:h1', 'refund-pending:alipay', 'refund'],
    ['refund-pending:alipay', 'wallet:h1', 'refund-returned'],
    ['wallet:h1', 'revenue:package', 'package'],
    ['revenue:package', 'wallet:h1', 'package'],
    ['wallet:h1', 'revenue:service', 'correction'],
    ['wallet:h1', 'receivable:h1', 'correction'],
    ['cash', 'wallet:h2', 'correction'],
    ['cashbox', 'wallet:h1', 'correction'],
  ])('from %s to %s are shown to the first household as %s', (debit, credit, kind) => {
    expect(
      rowKindOf([posting('wallet:h1', 'receivable:h1'), posting(debit as Account, credit as Account)], 'h1'),
    ).toBe(kind);
  });
});
