import { describe, expect, test } from 'vitest';
import { monthSchema, statementSchema } from '../../contract/shapes/books.ts';
import { putMonth } from '../../src/books/close/month-store.ts';
import {
  chained,
  householdOf,
  openStatement,
  readStatement,
  type StatementRow,
  withRow,
} from '../../src/books/close/statement.ts';
import { keys } from '../../src/shared/keys.ts';
import { addHouseholds, begunMonth, booksWorld, estateId } from './ledger-builder.ts';

const h1 = { householdId: 'h1', building: '3', unit: '2' };
const opened = openStatement(estateId, '2026-10', h1, undefined);
const movement = (kind: StatementRow['kind'], balanceFen: number, owedFen: number, energyWh: number) => ({
  ...{ kind, recordedAtMs: 1, day: '2026-10-01', balanceFen, owedFen, energyWh, remarks: ['r'], memo: 'm' },
});

describe('a statement', () => {
  test('adds up what is added to it, kind by kind, and shows after each row what there is', () => {
    const before = { ...opened, closingFen: 100, closingOwedFen: 10, version: 3 };
    const next = openStatement(estateId, '2026-11', h1, before);
    expect(next).toEqual({
      ...{ estateId, month: '2026-11', ...h1, openingFen: 100, openingOwedFen: 10, movedFen: {} },
      ...{ closingFen: 100, closingOwedFen: 10, energyWh: 0, rows: 0, hash: '' },
    });
    const one = withRow(next, movement('session', -30, 5, 400));
    expect(one.row).toEqual({ ...movement('session', -30, 5, 400), balanceAfterFen: 70, owedAfterFen: 15 });
    const two = withRow(one.statement, movement('session', -20, -1, 50));
    const three = withRow(two.statement, movement('top-up', 1000, -14, 0));
    expect(three.row).toMatchObject({ balanceAfterFen: 1050, owedAfterFen: 0 });
    expect(three.statement).toEqual({
      ...{ ...next, movedFen: { session: -50, 'top-up': 1000 }, closingFen: 1050, closingOwedFen: 0 },
      ...{ energyWh: 450, rows: 3, hash: chained(chained(chained('', one.row), two.row), three.row) },
    });
    expect(statementSchema.parse(three.statement)).toEqual(three.statement);
  });

  test('is of the household as it is registered, or of one of which only the id is known', () => {
    expect(householdOf({ building: '3', unit: '2', householdId: 'other', more: 1 }, 'h1')).toEqual(h1);
    for (const unknown of [undefined, {}, { building: '3' }, { building: 3, unit: '2' }])
      expect(householdOf(unknown, 'h1')).toEqual({ householdId: 'h1', building: '', unit: '' });
  });

  test('is read of a closed month, and empty of a household to whom nothing ever happened', async () => {
    const world = await booksWorld();
    const { table } = world;
    await addHouseholds(world, 'h1');
    const month = { ...begunMonth, phase: 'seal' } as const;
    const read = (householdId: string) => readStatement(table, estateId, '2026-10', householdId);
    await expect(read('h1')).rejects.toMatchObject({ error: 'not-found', message: '2026-10 is not closed' });
    await table.commit([putMonth(month)]);
    await expect(read('h1')).rejects.toMatchObject({ error: 'month-open' });
    await table.commit([putMonth({ ...month, version: 1, state: 'closed', phase: 'closed' })]);
    const message = 'There is no household h2';
    await expect(read('h2')).rejects.toMatchObject({ error: 'not-found', message });
    expect(await read('h1')).toStrictEqual({
      statement: { ...opened, unit: 'h1' },
      ...{ rows: [], timeZone: 'Asia/Shanghai', facilities: {} },
    });
  });

  test('that is stored is read without its version, which is the table’s', async () => {
    const world = await booksWorld();
    const { table } = world;
    const { statement, row } = withRow(opened, movement('session', -30, 5, 400));
    const session = {
      ...{ sessionId: 'c', facilityId: 'f', deviceId: 'd', port: 1, tariffVersion: 'v', energyWh: 7 },
      ...{ startedAtMs: 1, endedAtMs: 2, receiptCode: 'C' },
    };
    const whole = { ...row, belongsTo: '2026-09', electricityFen: 1, serviceFen: 2, session };
    const place = keys.statementRow(estateId, '2026-10', 'h1', 5, 'e');
    await addHouseholds(world, 'h1');
    await table.commit([
      { put: { ...keys.statement(estateId, '2026-10', 'h1'), ...statement }, when: { version: undefined } },
      { put: { ...place, ...whole }, when: 'absent' },
      putMonth({ ...begunMonth, state: 'closed', phase: 'closed' }),
    ]);
    const read = await readStatement(table, estateId, '2026-10', 'h1');
    expect(read).toMatchObject({ statement, rows: [whole] });
    expect(read.statement).not.toHaveProperty('version');
    expect(Object.keys(read.rows[0] ?? {})).toHaveLength(Object.keys(whole).length);
  });
});

describe('the hash of books', () => {
  const golden = '9282879bd9feaacabffb8b88d6f1c6c1e06eb16df28c40d9ebc56619d5c13ea2';

  test('follows from what was there before and from every member, in whatever order they were made', () => {
    const value = { b: [1, { d: null, c: 'x' }], a: { f: false, e: 0 } };
    const turned = { a: { e: 0, none: undefined, f: false }, none: undefined, b: [1, { c: 'x', d: null }] };
    expect(chained('before', value)).toBe(golden);
    expect(chained('before', turned)).toBe(golden);
    const others = [
      chained('', value),
      chained('before', { ...value, b: [{ d: null, c: 'x' }, 1] }),
      chained('before', { ...value, g: 1 }),
      chained('before', { ...value, a: { f: false, e: 1 } }),
      chained('before', { ...value, a: { f: false, h: 0 } }),
      chained('before', [value]),
      chained('before', {}),
      chained('before', []),
      chained('before', null),
    ];
    expect(new Set([golden, ...others]).size).toBe(10);
  });
});

test.each(['2026-01', '2026-09', '2026-10', '2099-12'])('%s is a month: true', (text) => {
  expect(monthSchema.safeParse(text).success).toBe(true);
});
test.each(['2026-00', '2026-13', '1999-12', '2026-1', '2026-10-01', 'x2026-10'])(
  '%s is a month: false',
  (text) => {
    expect(monthSchema.safeParse(text).success).toBe(false);
  },
);
