import { beforeEach, describe, expect, test } from 'vitest';
import { type RebuildPage, rebuildPageSchema } from '../../contract/shapes/rebuild.ts';
import { rebuildPage } from '../../src/books/rebuild/rebuild.ts';
import { allDifferences } from '../../src/books/rebuild/sums.ts';
import { keys } from '../../src/shared/keys.ts';
import {
  boardId,
  estateId,
  eveningMs,
  provisionByTwo,
  type TestEstate,
  testEstate,
} from '../support/estate.ts';
import { rebuilt } from '../support/rebuilt.ts';
import { writeViews } from '../support/views.ts';
import { tell, tellSession } from './told-sessions.ts';

let estate: TestEstate;
beforeEach(async () => {
  estate = await testEstate();
});

const nothing = { sessions: 0, receipts: 0, entries: 0, households: 0, payments: 0 };
const cursorOf = (cursor: object) => Buffer.from(JSON.stringify(cursor)).toString('base64url');
const shownCursor = (text: string | undefined) =>
  text === undefined ? undefined : JSON.parse(Buffer.from(text, 'base64url').toString());
/** Where each page leads, and what it has checked, as far as it checked anything. */
const wayOf = (pages: readonly RebuildPage[]) =>
  pages.map(({ checked, cursor }) => [
    ...[Object.fromEntries(Object.entries(checked).filter(([, count]) => count > 0)), shownCursor(cursor)],
  ]);
const addHouseholds = async (count: number) => {
  for (let number = 1; number <= count; number += 1) {
    const householdId = `h${String(number).padStart(2, '0')}`;
    const put = { ...keys.household(estateId, householdId), estateId, householdId, building: '1', unit: '1' };
    await estate.table.commit([{ put, when: 'always' }]);
  }
};

describe('an estate computed again page by page', () => {
  test('goes from sessions to the ledger, the households and their payments, and names on each page what it has seen', async () => {
    await writeViews(estate);
    expect((await rebuilt(estate)).pages).toEqual([
      { ...rest(), checked: nothing, cursor: cursorOf({ part: 'ledger' }) },
      {
        ...{ ...rest(), checked: { ...nothing, entries: 1 }, cursor: cursorOf({ part: 'households' }) },
        accounts: { cash: -2000, 'wallet:h1': 2000 },
      },
      { ...rest(), checked: { ...nothing, households: 1 }, cursor: cursorOf({ part: 'payments' }) },
      { ...rest(), checked: nothing },
    ]);
  });

  test.each([
    [
      9,
      [
        [{ households: 9 }, { part: 'payments' }],
        [{}, undefined],
      ],
    ],
    [
      10,
      [
        [{ households: 10 }, { part: 'households', after: 'h1' }],
        [{}, { part: 'payments' }],
        [{}, { part: 'payments', after: 'h1' }],
        [{}, undefined],
      ],
    ],
  ])('with %i households goes on behind the last of a page that is full', async (count, way) => {
    await addHouseholds(count - 1);
    expect(wayOf((await rebuilt(estate)).pages).slice(2)).toEqual(way);
  });

  test('looks at the sessions of every charging board, one board behind the other', async () => {
    const login = { user: 'board', password: 'secret' };
    const more = ['861317069234386', '861317069234388'];
    for (const deviceId of more)
      await provisionByTwo(
        estate.backend,
        {
          ...{
            estateId,
            deviceId: 'api',
            receivedAtMs: eveningMs,
            topic: 'api',
            sender: 'test',
            fact: deviceId,
          },
          payload: new Uint8Array(),
        },
        { kind: 'charging-board', deviceId, facilityId: 'garage', ports: 2, login, settlementUnitWh: 10 },
      );
    const pages = wayOf((await rebuilt(estate)).pages);
    expect(pages.slice(0, 3)).toEqual([
      [{}, { part: 'sessions', deviceId: boardId }],
      [{}, { part: 'sessions', deviceId: '861317069234388' }],
      [{}, { part: 'ledger' }],
    ]);
  });

  test('goes on at the ledger where a board is gone', async () => {
    const page = await rebuildPage(
      estate.backend,
      estateId,
      cursorOf({ part: 'sessions', deviceId: 'gone' }),
    );
    expect(page).toEqual({ ...rest(), checked: nothing, cursor: cursorOf({ part: 'ledger' }) });
  });

  test('begins a page with the session of which the one before may not have had everything', async () => {
    // Three entries of most sessions, and of the second more than a page has.
    for (let order = 1; order <= 9; order += 1) await tellSession(estate, { order, endedAtMs: eveningMs });
    for (let step = 0; step < 100; step += 1)
      await tell(
        estate,
        { pk: `DEVICE#${boardId}`, sk: `SESSION#5#told-${step}` },
        { kind: 'ports-stopped' },
      );
    const pages = wayOf((await rebuilt(estate)).pages).filter(([, cursor]) => cursor?.part === 'sessions');
    expect(pages).toEqual([
      [
        { sessions: 4, receipts: 4 },
        { part: 'sessions', deviceId: boardId, order: '4' },
      ],
      [
        { sessions: 1, receipts: 1 },
        { part: 'sessions', deviceId: boardId, order: '5' },
      ],
    ]);
    expect((await rebuilt(estate)).checked).toMatchObject({ sessions: 9, receipts: 9 });
  });

  test('goes on behind the last line of a page of the ledger that is full', async () => {
    for (let number = 1; number < 100; number += 1) {
      const postings = [{ debit: 'cash', credit: 'wallet:h1', amountFen: 1, memo: 'm' } as const];
      const key = { pk: `TOPUP#${estateId}#more-${number}`, sk: 'TOPUP' };
      await tell(estate, key, { kind: 'top-up', postings }, eveningMs + number);
    }
    await writeViews(estate);
    const sums = await rebuilt(estate);
    const last = `${eveningMs + 99}#TOPUP#${estateId}#more-99|TOPUP`;
    expect(wayOf(sums.pages).slice(1, 3)).toEqual([
      [{ entries: 100 }, { part: 'ledger', after: last }],
      [{}, { part: 'households' }],
    ]);
    expect(sums.accounts).toEqual({ cash: -2099, 'wallet:h1': 2099 });
    // Beside the wallet, which knows nothing of them, the ledger is right.
    expect(allDifferences(sums)).toEqual([
      {
        ...{ what: 'wallet', of: 'h1', where: `WALLET#${estateId}#h1|WALLET balanceFen` },
        ...{ recorded: '2000', recomputed: '2099' },
      },
    ]);
  });
});

test.each([
  ['sessions of a board behind an order', { part: 'sessions', deviceId: boardId, order: '7' }, true],
  ['the ledger behind a line', { part: 'ledger', after: 'x' }, true],
  ['households behind one', { part: 'households', after: 'h1' }, true],
  ['payments behind one of a household', { part: 'payments', after: 'h1', behind: 'x' }, true],
  ['a board that is a number', { part: 'sessions', deviceId: 7 }, false],
  ['an order that is a number', { part: 'sessions', deviceId: boardId, order: 7 }, false],
  ['a line that is a number', { part: 'ledger', after: 7 }, false],
  ['a household that is a number', { part: 'households', after: 7 }, false],
  ['payments behind a number', { part: 'payments', after: 7 }, false],
  ['payments behind a place that is a number', { part: 'payments', after: 'h1', behind: 7 }, false],
  ['a part that there is not', { part: 'doors' }, false],
])('a cursor to %s is one of ours: %s', async (_, cursor, isOurs) => {
  const page = rebuildPage(estate.backend, estateId, cursorOf(cursor));
  if (isOurs) expect(await page).toMatchObject({ differences: [] });
  else await expect(page).rejects.toMatchObject({ error: 'bad-request' });
});

test('a page is read by its schema without losing anything', () => {
  const page: RebuildPage = {
    checked: { sessions: 1, receipts: 2, entries: 3, households: 4, payments: 5 },
    differences: [{ what: 'a', of: 'b', where: 'c', recorded: 'd', recomputed: 'e' }],
    accounts: { cash: 6 },
    packagesUsed: { p: 7 },
    packages: { p: { bought: 8, left: 9 } },
    cursor: 'f',
  };
  expect(rebuildPageSchema.parse(page)).toEqual(page);
});

function rest(): Pick<RebuildPage, 'accounts' | 'differences' | 'packages' | 'packagesUsed'> {
  return { accounts: {}, differences: [], packages: {}, packagesUsed: {} };
}
