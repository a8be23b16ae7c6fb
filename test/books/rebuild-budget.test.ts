import { beforeEach, describe, expect, test } from 'vitest';
import { checkBudget } from '../../src/books/rebuild/budget.ts';
import { type History, noHistory } from '../../src/books/rebuild/history.ts';
import { keptMs } from '../../src/books/rebuild/lines.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Budget } from '../../src/wallet/budget.ts';
import { emptyWallet } from '../../src/wallet/wallet.ts';
import { boardId, estateId, type TestEstate, testEstate } from '../support/estate.ts';
import { tell, tellSession } from './told-sessions.ts';

const at = (local: string) => Date.parse(`${local}+08:00`);
const dayMs = 86_400_000;
let estate: TestEstate;
beforeEach(async () => {
  estate = await testEstate();
  estate.clockMs = at('2026-12-20T12:00:00');
});

type Spent = Budget['spent'];
/** What differs, as `field recorded recomputed`. */
async function found(spent: Partial<Spent>, history: Partial<History> = {}): Promise<string[]> {
  const counted: Spent = { month: '2026-12', totalFen: 0, byMember: {}, noticed: [], ...spent };
  const wallet = { ...emptyWallet(estateId, 'h1'), budget: { members: {}, spent: counted } };
  const differences = await checkBudget(estate.backend, wallet, { ...noHistory(), ...history });
  const { pk, sk } = keys.wallet(estateId, 'h1');
  return differences.map(({ what, of, where, recorded, recomputed }) => {
    expect({ what, of }).toEqual({ what: 'budget', of: 'h1' });
    return `${where.replace(`${pk}|${sk} budget.spent.`, '')} ${recorded} ${recomputed}`;
  });
}
const bought = (...all: [id: string, local: string, fen: number, memberId?: string][]) => ({
  bought: new Map(
    all.map(([id, local, fen, memberId]) => [id, { atMs: at(local), fen, ...(memberId && { memberId }) }]),
  ),
});

describe('what a month has cost, computed again', () => {
  test('is what was bought in it and kept, of the household and of each member', async () => {
    const history = bought(
      ['last', '2026-11-30T23:59:59', 7, 'm1'],
      ['first', '2026-12-01T00:00:00', 500, 'm1'],
      ['second', '2026-12-09T00:00:00', 30, 'm1'],
      ['nobodys', '2026-12-10T00:00:00', 4],
      ['free', '2026-12-10T00:00:00', 0, 'm2'],
      ['back', '2026-12-11T00:00:00', 60, 'm2'],
    );
    const returned = new Set(['back']);
    expect(
      await found({ totalFen: 534, byMember: { m1: 530, m2: 0, m3: 0 } }, { ...history, returned }),
    ).toEqual([]);
    expect(await found({}, { ...history, returned })).toEqual(['byMember.m1 absent 530', 'totalFen 0 534']);
  });

  test('is what its sessions cost by their newest bills, of whoever they were', async () => {
    const session = { order: 1, endedAtMs: at('2026-12-01T00:00:00'), chargedFen: 50 };
    const agreed = { memberId: 'm1' };
    await tellSession(estate, { ...session, agreed }, { ...session, agreed, chargedFen: 45, revision: 1 });
    await tellSession(estate, { ...session, order: 2, endedAtMs: at('2026-12-05T00:00:00') });
    await tellSession(estate, { ...session, order: 3, endedAtMs: at('2026-11-30T23:59:59') });
    const sessions = new Map([1, 2, 3].map((order) => [`${boardId}-${order}`, session.endedAtMs]));
    expect(await found({ totalFen: 95, byMember: { m1: 45 } }, { sessions })).toEqual([]);
    expect(await found({ totalFen: 1, byMember: { m1: 46 } }, { sessions })).toEqual([
      ...['byMember.m1 46 45', 'totalFen 1 95'],
    ]);
  });

  // The entries know an end that a correction has moved; a month begins a day before it does in UTC, or after.
  test.each([
    ['2026-11-28T00:00:00Z', 50],
    ['2026-11-27T23:59:59.999Z', 0],
  ])('has a session that its entries have ended at %s: %i fen', async (known, totalFen) => {
    await tellSession(estate, { order: 1, endedAtMs: at('2026-12-02T00:00:00'), chargedFen: 50 });
    const sessions = new Map([[`${boardId}-1`, Date.parse(known)]]);
    expect(await found({ totalFen }, { sessions })).toEqual([]);
  });
});

describe('the month that is counted', () => {
  test.each([
    ['of its own', '2026-12', '2026-12-05T00:00:00', []],
    ['of its own, though something was spent before it', '2026-12', '2026-11-05T00:00:00', []],
    ['before the newest', '2026-11', '2026-12-05T00:00:00', ['month "2026-11" "2026-12"']],
    ['that has not come', '2027-01', '2026-12-05T00:00:00', ['month "2027-01" "2026-12"']],
    ['that is none', '2026-13', '2026-12-05T00:00:00', ['month "2026-13" "2026-12"']],
    ['by the clock of the estate', '2026-11', '2026-12-01T00:00:00', ['month "2026-11" "2026-12"']],
  ])('%s, %s, is told of a purchase at %s as %j', async (_, month, local, differences) => {
    const totalFen = local.startsWith(month) || month !== '2026-12' ? 5 : 0;
    expect(await found({ month, totalFen }, bought(['p', local, 5]))).toEqual(differences);
  });

  test('is the newest of sessions and purchases', async () => {
    const sessions = new Map([
      ['none-1', at('2026-12-01T00:00:00')],
      ['none-2', at('2026-10-01T00:00:00')],
    ]);
    const history = { ...bought(['p', '2026-11-05T00:00:00', 5]), sessions };
    expect(await found({ month: '2026-11', totalFen: 0 }, history)).toEqual(['month "2026-11" "2026-12"']);
    expect(await found({ month: '', totalFen: 0 })).toEqual([]);
  });

  test('is believed from the moment on at which the journal may have forgotten some of it', async () => {
    const beginMs = Date.parse('2026-12-01T00:00:00Z') - 3 * dayMs;
    estate.clockMs = beginMs + keptMs;
    expect(await found({ totalFen: 1 })).toEqual(['totalFen 1 0']);
    estate.clockMs += 1;
    expect(await found({ totalFen: 1 })).toEqual([]);
  });
});

describe('the limits that were told', () => {
  const notice = (noticeId: string) =>
    tell(estate, keys.noticed(estateId, 'h1', noticeId), {
      kind: 'notice',
      facts: { noticeId, estateId, householdId: 'h1', month: '2026-12', limitFen: 1, spentFen: 1, atMs: 1 },
    });

  test('have one mark for each notice of the month', async () => {
    await notice('2026-11:household:1');
    await notice('2026-12:household:5000');
    await notice('2026-12:m1:300');
    expect(await found({ noticed: ['household:5000', 'm1:300'] })).toEqual([]);
    expect(await found({ noticed: ['household:1'] })).toEqual([
      'noticed.household:1 true absent',
      ...['noticed.household:5000 absent true', 'noticed.m1:300 absent true'],
    ]);
  });

  test.each([
    ['household', []],
    ['household:5000', []],
    ['household:', ['noticed.household absent true', 'noticed.household: true absent']],
    ['household:5000x', ['noticed.household absent true', 'noticed.household:5000x true absent']],
    ['household-2:5000', ['noticed.household absent true', 'noticed.household-2:5000 true absent']],
  ])('by a notice that names no amount are marked by %s: %j', async (mark, differences) => {
    await notice('2026-12:household');
    expect(await found({ noticed: [mark] })).toEqual(differences);
  });

  test('of a month that is not the one counted leave no mark in it', async () => {
    await notice('2026-12:household');
    expect(
      await found({ month: '2026-11', noticed: ['household:5000'] }, bought(['p', '2026-12-05T00:00:00', 0])),
    ).toEqual([
      'month "2026-11" "2026-12"',
      ...['noticed.household absent true', 'noticed.household:5000 true absent'],
    ]);
  });
});
