import { beforeAll, describe, expect, test } from 'vitest';
import { closedMonth, readBooks } from '../../src/books/close/month-store.ts';
import { readRevenue } from '../../src/books/close/revenue.ts';
import { readStatement } from '../../src/books/close/statement.ts';
import { keys } from '../../src/shared/keys.ts';
import { type BooksWorld, board, cost, estateId, hour, october, zone } from './ledger-builder.ts';
import { closedAtMs, first, twoMonths } from './two-months.ts';

// What the books of a month consist of, to the last field. The hashes are kept for as long as the books are: another
// way to make them would say of old books that somebody has changed them.

let world: BooksWorld;
beforeAll(async () => {
  world = await twoMonths();
});

const head = (month: string, householdId: string, building: string, unit: string) => ({
  ...{ estateId, month, householdId, building, unit },
});
const sessionOne = (energyWh: number) => ({
  ...{ sessionId: `${board}-1`, facilityId: 'garage', deviceId: board, port: 1, tariffVersion: '2026-01' },
  ...{ startedAtMs: first.startedAtMs, endedAtMs: first.endedAtMs, energyWh, receiptCode: 'C1' },
});
const still = { owedFen: 0, owedAfterFen: 0, energyWh: 0, remarks: [] };

describe('a statement', () => {
  test('has every movement with what it did and what there was after it', async () => {
    expect(await readStatement(world.table, estateId, '2026-10', 'h1')).toStrictEqual({
      ...{ timeZone: zone, facilities: { garage: { zh: '车库', en: 'Garage' } } },
      statement: {
        ...head('2026-10', 'h1', '3', 'h1'),
        ...{ openingFen: 0, openingOwedFen: 0, closingFen: 4644, closingOwedFen: 0, energyWh: 700, rows: 4 },
        movedFen: { 'top-up': 5000, session: -64, adjustment: 8, package: -300 },
        hash: '7a4f8bc823c07eef7b39fa2d810c69229ef828ab8c58ad8c9128c5bd2745f375',
      },
      rows: [
        {
          ...{ ...still, kind: 'top-up', recordedAtMs: october + hour, day: '2026-10-01' },
          ...{ balanceFen: 5000, balanceAfterFen: 5000, memo: 't1' },
        },
        {
          ...{
            ...still,
            kind: 'session',
            recordedAtMs: october + 9 * hour,
            day: '2026-10-01',
            energyWh: 800,
          },
          ...{ balanceFen: -64, balanceAfterFen: 4936, electricityFen: 40, serviceFen: 24 },
          ...{ session: sessionOne(800), remarks: ['estimated'], memo: 'session' },
        },
        {
          ...{ ...still, kind: 'adjustment', recordedAtMs: october + 30 * hour, day: '2026-10-01' },
          ...{ balanceFen: 8, balanceAfterFen: 4944, electricityFen: -5, serviceFen: -3, energyWh: -100 },
          ...{ session: sessionOne(700), memo: 'session' },
        },
        {
          ...{ ...still, kind: 'package', recordedAtMs: october + 32 * hour, day: '2026-10-02' },
          ...{ balanceFen: -300, balanceAfterFen: 4644, memo: 'p1' },
        },
      ],
    });
  });

  test('says what is owed, of which session, and why', async () => {
    const { statement, rows } = await readStatement(world.table, estateId, '2026-10', 'h2');
    expect(statement).toStrictEqual({
      ...head('2026-10', 'h2', '3', 'h2'),
      ...{ openingFen: 0, openingOwedFen: 0, closingFen: 0, closingOwedFen: 7, energyWh: 0, rows: 1 },
      movedFen: { correction: 0 },
      hash: 'be2b32efc2307a38285a25fcfc57a59a95b48f41583962087f31b13bb840d505',
    });
    expect(rows).toStrictEqual([
      {
        ...{ ...still, kind: 'correction', recordedAtMs: october + 33 * hour, day: '2026-10-02' },
        ...{ balanceFen: 0, balanceAfterFen: 0, owedFen: 7, owedAfterFen: 7, remarks: ['broken meter'] },
        memo: `${board}-1`,
      },
    ]);
  });

  test('of a household that is not registered has a session that ran and cost nothing, and none that never began', async () => {
    const [item] = await world.table.get([keys.statement(estateId, '2026-10', 'h9')]);
    expect(item).toMatchObject({ building: '', unit: '', rows: 1, movedFen: { session: 0 } });
    const rows = await world.table.query({ pk: keys.statementRow(estateId, '2026-10', 'h9', 0, '').pk });
    expect(rows).toMatchObject([
      { memo: `${board}-5`, session: { facilityId: 'shed', energyWh: 0 }, energyWh: 0 },
    ]);
  });

  test('of the next month begins with what there was, and names the month of what came late', async () => {
    const { statement, rows } = await readStatement(world.table, estateId, '2026-11', 'h1');
    expect(statement).toStrictEqual({
      ...head('2026-11', 'h1', '3', 'h1'),
      ...{ openingFen: 4644, openingOwedFen: 0, closingFen: 4648, closingOwedFen: 0, energyWh: -50, rows: 1 },
      movedFen: { adjustment: 4 },
      hash: '26307542a7b5ec657839381ff4b35b5d7edfd85e98d81be1a00cecab00792a0c',
    });
    expect(rows).toStrictEqual([
      {
        ...{ ...still, kind: 'adjustment', recordedAtMs: closedAtMs + hour, day: '2026-10-01' },
        ...{ belongsTo: '2026-10', balanceFen: 4, balanceAfterFen: 4648, energyWh: -50, memo: 'session' },
        ...{ electricityFen: -4, serviceFen: 0, session: sessionOne(650) },
      },
    ]);
    expect((await readStatement(world.table, estateId, '2026-11', 'h2')).statement).toStrictEqual({
      ...head('2026-11', 'h2', '3', 'h2'),
      ...{ openingFen: 0, openingOwedFen: 7, closingFen: 0, closingOwedFen: 7, energyWh: 0, rows: 0 },
      ...{ movedFen: {}, hash: '' },
    });
  });
});

const account = (openingFen: number, debitFen: number, creditFen: number) => ({
  ...{ openingFen, debitFen, creditFen },
});
const all = { property: 1000, operator: 0, committee: 0 };
const line = (totalFen: number) => ({
  ...{ totalFen, shares: all, parts: { property: totalFen, operator: 0, committee: 0 } },
});
const closed = {
  ...{ estateId, month: '2026-10', timeZone: zone, state: 'closed', startedBy: 'manager-1' },
  ...{ startedAtMs: closedAtMs, cutoffMs: closedAtMs, closedBy: 'manager-1', closedAtMs, reconciliation: [] },
  accounts: {
    cash: account(0, 5050, 0),
    wallets: account(0, 364, 5008),
    receivables: account(0, 7, 0),
    'revenue:electricity': account(0, 5, 47),
    'revenue:service': account(0, 3, 74),
    'revenue:package': account(0, 0, 300),
  },
  ...{ entries: 9, lateEntries: 0, postings: 8, rows: 6, statements: 3 },
  sealed: {
    statements: 3,
    balancesFen: 4644,
    owedFen: 7,
    hash: '1125c04f7273d6b401eb292b524ac1f588ce566fd111139e6ccd2a614f705ed5',
  },
  split: { lines: { electricity: line(42), service: line(71), package: line(300) } },
};

describe('a month', () => {
  test('is stored with its accounts, its counts, its sums and its split, and never written again', async () => {
    expect(await closedMonth(world.table, estateId, '2026-10')).toStrictEqual({
      ...{ ...closed, phase: 'closed', cursor: 'h9', version: 5 },
      facilities: { garage: { zh: '车库', en: 'Garage' } },
    });
    expect(await readBooks(world.table, estateId)).toStrictEqual({
      ...{ firstMonth: '2026-10', lastMonth: '2026-11', version: 2 },
    });
  });

  test('is journalled with all of that, for as long as money is', async () => {
    const [entry] = world.entries().filter(({ sk }) => sk === keys.monthClosed(estateId, '2026-10').sk);
    expect(entry).toMatchObject({
      ...{ pk: `BOOKS#${estateId}`, kind: 'month-closed', outcome: 'closed', receivedAtMs: closedAtMs },
      ...{ digest: '8f92ff5a51dd202b', expiresAtS: closedAtMs / 1000 + 1095 * 86_400 },
    });
    expect(entry?.facts).toStrictEqual(closed);
  });

  test('begins with what the accounts of the one before ended with', async () => {
    const month = await closedMonth(world.table, estateId, '2026-11');
    expect(month.accounts).toStrictEqual({
      cash: account(-5050, 0, 0),
      wallets: account(4644, 0, 4),
      receivables: account(-7, 0, 0),
      'revenue:electricity': account(42, 4, 0),
      'revenue:service': account(71, 0, 0),
      'revenue:package': account(300, 0, 0),
    });
    expect(month).toMatchObject({
      ...{ entries: 1, lateEntries: 1, postings: 1, rows: 1, statements: 3 },
      sealed: {
        statements: 3,
        balancesFen: 4648,
        owedFen: 7,
        hash: '0225a7adecfa73c20bdad1d7e8ace50cf1faf47d45b06f2bb44652a2b33b444e',
      },
      split: { lines: { electricity: line(-4), service: line(0), package: line(0) } },
    });
  });

  test('has what each day earned, where and by which prices, and energy for those who were billed for it', async () => {
    const garage = { facilityId: 'garage', tariffVersion: '2026-01' };
    const electricity = { ...garage, line: 'electricity' };
    const service = { ...garage, line: 'service', energyWh: 0 };
    const packages = { facilityId: '', tariffVersion: '2026-02', line: 'package', energyWh: 0 };
    expect(await readRevenue(world.table, estateId, '2026-10')).toStrictEqual([
      {
        ...{ day: '2026-10-01', version: 1 },
        cells: [
          { ...electricity, amountFen: 35, energyWh: 700 },
          { ...service, amountFen: 21 },
        ],
      },
      {
        ...{ day: '2026-10-02', version: 1 },
        cells: [
          { ...packages, amountFen: 300 },
          { ...electricity, amountFen: 7, energyWh: 0 },
          { ...service, amountFen: 50 },
        ],
      },
    ]);
    expect(await readRevenue(world.table, estateId, '2026-11')).toStrictEqual([
      { day: '2026-10-01', version: 1, cells: [{ ...electricity, amountFen: -4, energyWh: -50 }] },
    ]);
  });

  test('remembers each session by its newest bill, and each entry with its month', async () => {
    const stored = await world.table.query({ pk: keys.bookedSession(estateId, '').pk });
    const version1 = { tariffVersion: '2026-01', facilityId: 'garage', version: 1 };
    const { pk } = keys.bookedSession(estateId, '');
    expect(stored).toStrictEqual([
      { pk, sk: `${board}-1`, ...version1, revision: 2, energyWh: 650, version: 2 },
      { pk, sk: `${board}-4`, ...version1, revision: 0, energyWh: 0 },
      {
        pk,
        sk: `${board}-5`,
        ...version1,
        revision: 0,
        energyWh: 0,
        facilityId: 'shed',
        tariffVersion: '2026-02',
      },
      { pk, sk: `${board}-6`, ...version1, revision: 0, energyWh: 500 },
    ]);
    const booked = await world.table.query({ pk: keys.booked(estateId, 0, '').pk });
    expect(booked).toHaveLength(10);
    expect(booked.at(-1)).toStrictEqual({
      pk: `BOOKED#${estateId}`,
      sk: `${closedAtMs + hour}#DEVICE#${board}|SESSION#1#adjusted`,
      ...{ month: '2026-11', day: '2026-10-01', belongsTo: '2026-10', entryKind: 'session-closed' },
      ...{ entry: { pk: `DEVICE#${board}`, sk: 'SESSION#1#adjusted' }, recordedAtMs: closedAtMs + hour },
      postings: cost('h1', -4, 0),
    });
  });
});
