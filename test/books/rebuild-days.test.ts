import { beforeEach, describe, expect, test } from 'vitest';
import { checkCashAlone, checkDays } from '../../src/books/rebuild/days.ts';
import { type History, noHistory } from '../../src/books/rebuild/history.ts';
import { keptMs } from '../../src/books/rebuild/lines.ts';
import { keys } from '../../src/shared/keys.ts';
import { spentBy } from '../../src/wallet/session-money.ts';
import { emptyWallet, type Wallet } from '../../src/wallet/wallet.ts';
import { boardId, estateId, type TestEstate, testEstate } from '../support/estate.ts';
import { receiptOf, type ToldBill, tellSession } from './told-sessions.ts';

const at = (local: string) => Date.parse(`${local}+08:00`);
const dayMs = 86_400_000;
const hourMs = 3_600_000;
let estate: TestEstate;
/** What a session of 100 Wh in the morning counts towards the cap of its day, in grains. */
let grains: number;
beforeEach(async () => {
  estate = await testEstate({ capPerDayFen: 500 });
  estate.clockMs = at('2026-12-20T12:00:00');
  const tariff = await estate.backend.registry.tariff(estateId, '2026-01');
  grains = spentBy(tariff, receiptOf(session(1, '2026-12-10')))['2026-12-10'] ?? 0;
});
const session = (order: number, date: string, more: Partial<ToldBill> = {}): ToldBill => ({
  ...{ order, endedAtMs: at(`${date}T10:00:00`), ...more },
});
const idOf = (order: number) => `${boardId}-${order}`;
const endsOf = (...bills: ToldBill[]) => ({
  sessions: new Map(bills.map(({ order, endedAtMs }) => [idOf(order), endedAtMs])),
});

const { pk, sk } = keys.wallet(estateId, 'h1');
const walletOf = (changes: Partial<Wallet>) => ({ ...emptyWallet(estateId, 'h1'), ...changes });
async function found(days: Wallet['days'], history: Partial<History> = {}): Promise<string[]> {
  const all = await checkDays(estate.backend, walletOf({ days }), { ...noHistory(), ...history });
  return all.map(({ what, of, where, recorded, recomputed }) => {
    expect({ what, of }).toEqual({ what: 'day-cap', of: 'h1' });
    return `${where.replace(`${pk}|${sk} days.`, '')} ${recorded} ${recomputed}`;
  });
}

describe('what counts towards the caps of days, computed again', () => {
  test('is what the sessions of each card count by their newest bills, day by day', async () => {
    const first = session(1, '2026-12-10');
    const second = session(2, '2026-12-10');
    const other = session(3, '2026-12-12', { agreed: { credentialId: 'c|2' } });
    const doubled = { ...second, energyWh: 900 };
    await tellSession(estate, first);
    await tellSession(estate, doubled, { ...second, revision: 1 });
    await tellSession(estate, other);
    const history = endsOf(first, second, other);
    const days = { 'c1|2026-12-10': 2 * grains, 'c|2|2026-12-12': grains };
    expect(grains).toBeGreaterThan(0);
    expect(await found(days, history)).toEqual([]);
    expect(await found({ 'c1|2026-12-10': 1 }, history)).toEqual([
      `c1|2026-12-10 1 ${2 * grains}`,
      `c|2|2026-12-12 absent ${grains}`,
    ]);
  });

  test('goes back eight days before the newest that ever counted: what is older is forgotten', async () => {
    const newest = session(1, '2026-12-10');
    const kept = session(2, '2026-12-02');
    const gone = session(3, '2026-12-01');
    // By its newest bill it ended two days earlier.
    const corrected = { ...newest, endedAtMs: at('2026-12-08T10:00:00'), revision: 1 };
    for (const bill of [newest, kept, gone]) await tellSession(estate, bill);
    const history = endsOf(newest, kept, gone);
    const days = { 'c1|2026-12-10': grains, 'c1|2026-12-02': grains };
    expect(await found(days, history)).toEqual([]);
    expect(await found({ ...days, 'c1|2026-12-01': 7 }, history)).toEqual([]);
    expect(await found({ 'c1|2026-12-10': grains }, history)).toEqual([`c1|2026-12-02 absent ${grains}`]);
    await tellSession(estate, corrected);
    expect(await found({ 'c1|2026-12-08': grains, 'c1|2026-12-02': grains }, history)).toEqual([]);
  });

  test('is believed of days of which the journal has forgotten something', async () => {
    estate.clockMs = at('2026-12-12T00:00:00') + keptMs - 2 * dayMs + 8 * hourMs;
    const days = { 'c1|2026-12-11': 1, 'c1|2026-12-12': 2, 'c1|2026-12-13': 3 };
    expect(await found(days)).toEqual(['c1|2026-12-13 3 absent']);
    estate.clockMs -= 1;
    expect(await found(days)).toEqual(['c1|2026-12-12 2 absent', 'c1|2026-12-13 3 absent']);
  });

  // A day is counted from Greenwich here, so a session may be looked for some hours further back than it has to be.
  test.each([
    [0, []],
    [-1, ['c1|2026-12-10 %grains absent']],
  ])(
    'is of sessions that ended up to eleven days before the newest day of the wallet, and %i ms',
    async (ms, told) => {
      const bill = session(1, '2026-12-10');
      await tellSession(estate, bill);
      const newestDayMs = Date.parse('2026-12-10');
      const sessions = new Map([
        [idOf(1), newestDayMs - 11 * dayMs + ms],
        ['none-2', newestDayMs + 20 * dayMs],
      ]);
      const days = { 'c1|2026-12-10': grains, 'c2|2026-12-03': 0 };
      const expected = told.map((line) => line.replace('%grains', String(grains)));
      const names = (await found(days, { sessions })).filter((line) => line.startsWith('c1'));
      expect(names).toEqual(expected);
    },
  );

  test.each([
    [0, 0],
    [-1, 1],
  ])(
    'is of sessions up to eleven days before the newest of them, and %i ms: %i differences',
    async (ms, count) => {
      await tellSession(estate, session(1, '2026-12-10'));
      const newestMs = at('2026-12-10T10:00:00');
      const sessions = new Map([
        [idOf(1), newestMs - 11 * dayMs + ms],
        ['none-2', newestMs],
      ]);
      expect(await found({ 'c1|2026-12-19': 0, 'c1|2026-12-10': grains }, { sessions })).toHaveLength(
        1 + count,
      );
    },
  );

  test('is of sessions that moved no money too, which the list of the estate alone names', async () => {
    await tellSession(estate, session(1, '2026-12-10'));
    const days = { 'c1|2026-12-10': grains };
    expect(await found(days)).toEqual([`c1|2026-12-10 ${grains} absent`]);
    const list = (atMs: number) => ({
      put: { ...keys.sessionOfEstate(estateId, atMs, idOf(1)), sessionId: idOf(1), householdId: 'h1' },
      when: 'always' as const,
    });
    await estate.table.commit([list(at('2026-12-10T09:00:00'))]);
    expect(await found(days, endsOf(session(2, '2026-12-11')))).toEqual([]);
    // Named in both lists, it counts once.
    expect(await found({ 'c1|2026-12-10': 1 }, endsOf(session(1, '2026-12-10')))).toEqual([
      `c1|2026-12-10 1 ${grains}`,
    ]);
  });
});

describe('cash that one person booked alone, computed again', () => {
  const order = (
    date: string,
    amountFen: number,
    kind: History['cashAlone'][number]['kind'] = 'cash-top-up',
  ) => ({ ...{ date, amountFen, kind } });
  const orders = [
    ...[order('2026-12-10', 300), order('2026-12-12', 400), order('2026-12-12', 50)],
    ...[order('2026-12-12', 7, 'cash-refund'), order('2026-12-11', 1000)],
  ];
  const check = (cashAlone: Wallet['cashAlone'], cashOrders: History['cashAlone'] = orders) =>
    checkCashAlone(estate.backend, walletOf({ cashAlone }), { ...noHistory(), cashAlone: cashOrders });

  test('is that of the newest day, what came in and what went out', () => {
    expect(check({ date: '2026-12-12', topUpFen: 450, refundFen: 7 })).toEqual([]);
    expect(check(undefined, [])).toEqual([]);
    expect(check({ date: '2026-12-11', topUpFen: 450, refundFen: 8 })).toEqual([
      ...[
        ['date', '"2026-12-11"', '"2026-12-12"'],
        ['refundFen', '8', '7'],
      ].map(([name, recorded, recomputed]) => ({
        ...{ what: 'cash-alone', of: 'h1', where: `${pk}|${sk} cashAlone.${name}`, recorded, recomputed },
      })),
    ]);
    expect(check({ date: '2026-12-12', topUpFen: 5, refundFen: 0 }, [])).toMatchObject([
      { where: `${pk}|${sk} cashAlone`, recomputed: 'absent' },
    ]);
  });

  test('is believed of a day of which the journal has forgotten something', () => {
    const wrong = { date: '2026-12-12', topUpFen: 1, refundFen: 7 };
    estate.clockMs = Date.parse('2026-12-12') + keptMs - 2 * dayMs - 1;
    expect(check(wrong)).toHaveLength(1);
    estate.clockMs += 1;
    expect(check(wrong)).toEqual([]);
  });
});
