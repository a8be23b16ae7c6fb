import { beforeAll, describe, expect, test } from 'vitest';
import type { ExportKind } from '../../contract/words/words.ts';
import { closedMonth, putMonth } from '../../src/books/close/month-store.ts';
import { exportPage } from '../../src/books/export/export-page.ts';
import { columns, localTime, revenueRows, splitRows } from '../../src/books/export/tables.ts';
import { reconcileMonth } from '../../src/books/reconcile/reconciliation-store.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import { type BooksWorld, board, estateId, zone } from './ledger-builder.ts';
import { closedAtMs, twoMonths } from './two-months.ts';

let world: BooksWorld;
beforeAll(async () => {
  world = await twoMonths();
});
const page = (kind: ExportKind, month = '2026-10', cursor?: string) =>
  exportPage(world.table, estateId, month, kind, cursor);
const cursorOf = (after: string, done: number) =>
  Buffer.from(JSON.stringify({ after, done })).toString('base64url');

describe('the rows of a file', () => {
  test('of statements say what is owed and why, and call a facility by its id that the books do not know', async () => {
    const { rows } = await page('statements');
    const none = ['', '', '', '', '', '', ''];
    const claimed = ['correction', '2026-10-02', '2026-10-02 09:00', '', '', '', '', '', null, null, null];
    const [began, ended] = ['2026-10-02 11:00', '2026-10-02 12:00'];
    const free = ['session', '2026-10-02', ended, '', began, ended, 'shed'];
    expect(rows.slice(6)).toEqual([
      ['2026-10', 'h2', '3', 'h2', 'opening', ...none, null, null, null, null, null, 0, 0, '', '', '', ''],
      ['2026-10', 'h2', '3', 'h2', ...claimed, 0, 7, 0, 7, '', '', `${board}-1`, 'broken meter'],
      ['2026-10', 'h2', '3', 'h2', 'closing', ...none, 0, null, null, null, null, 0, 7, '', '', '', ''],
      ['2026-10', 'h9', '', '', 'opening', ...none, null, null, null, null, null, 0, 0, '', '', '', ''],
      [
        ...['2026-10', 'h9', '', '', ...free, `${board}/1`, 0, 0, 0, 0, 0, 0, 0],
        ...['C5', '2026-02', `${board}-5`, ''],
      ],
      ['2026-10', 'h9', '', '', 'closing', ...none, 0, null, null, null, null, 0, 0, '', '', '', ''],
    ]);
    for (const row of rows) expect(row).toHaveLength(columns.statements.length);
  });

  test('of revenue call a facility by its name, and packages are of none', async () => {
    expect((await page('revenue')).rows).toEqual([
      ['2026-10', '2026-10-01', '', 'garage', '车库', '2026-01', 'electricity', 700, 35],
      ['2026-10', '2026-10-01', '', 'garage', '车库', '2026-01', 'service', 0, 21],
      ['2026-10', '2026-10-02', '', '', '', '2026-02', 'package', 0, 300],
      ['2026-10', '2026-10-02', '', 'garage', '车库', '2026-01', 'electricity', 0, 7],
      ['2026-10', '2026-10-02', '', 'garage', '车库', '2026-01', 'service', 0, 50],
    ]);
    const month = await closedMonth(world.table, estateId, '2026-10');
    const cell = { facilityId: 'shed', tariffVersion: 'v', amountFen: 1, energyWh: 0 };
    expect(revenueRows(month, [{ day: '2026-09-30', cells: [{ ...cell, line: 'service' }] }])).toEqual([
      ['2026-10', '2026-09-30', '2026-09', 'shed', '', 'v', 'service', 0, 1],
    ]);
  });

  test('of a split name its rule, and are none before the month is closed', async () => {
    const { split, ...month } = await closedMonth(world.table, estateId, '2026-10');
    if (split === undefined) throw new Error('There is no split');
    expect(splitRows(month)).toEqual([]);
    const rows = splitRows({ ...month, split: { ...split, ruleFromMonth: '2026-09' } });
    expect(rows).toHaveLength(9);
    expect(rows[0]).toEqual(['2026-10', 'electricity', 42, 'property', 1000, 42, '2026-09']);
  });

  test('tell a moment as the clock of the estate showed it, to the minute', () => {
    expect([0, 59_999, 60_000, 15 * 3_600_000 + 599_999].map((ms) => localTime(ms, zone))).toEqual([
      ...['1970-01-01 08:00', '1970-01-01 08:00', '1970-01-01 08:01', '1970-01-01 23:09'],
    ]);
  });
});

describe('a page of a file', () => {
  test('says of what it was made: of the books as they were closed, and of what was compared', async () => {
    const { sealed } = await closedMonth(world.table, estateId, '2026-10');
    for (const kind of ['statements', 'revenue', 'split', 'ledger'] as const) {
      const { source, columns: of, rows, done, total } = await page(kind);
      expect({ source, of }).toEqual({ source: sealed.hash, of: columns[kind] });
      expect([done, total]).toEqual([rows.length, rows.length]);
    }
    await expect(page('reconciliation')).rejects.toMatchObject({ error: 'not-found' });
    const by = { by: 'manager-1', nowMs: closedAtMs };
    for (const provider of ['wechat-pay', 'alipay'] as const)
      await reconcileMonth(world.table, estateId, '2026-10', provider, by);
    expect((await page('reconciliation')).source).toBe(
      `${sealed.hash} alipay ${closedAtMs},wechat-pay ${closedAtMs}`,
    );
  });

  test('goes on in a household whose statement is gone with the next', async () => {
    const behind = await page('statements', '2026-10', cursorOf('h1x 1', 6));
    expect(behind.rows.map(([, household]) => household)).toEqual(['h2', 'h2', 'h2', 'h9', 'h9', 'h9']);
    expect(behind).toMatchObject({ done: 12, total: 12 });
  });

  test('goes on behind a row of a household, without its opening', async () => {
    const { rows } = await page('statements');
    const place = (await world.table.query({ pk: `STATEMENTS#${estateId}#2026-10#h1` }))[2]?.sk;
    const behind = await page('statements', '2026-10', cursorOf(`h1 ${place}`, 4));
    expect(behind.rows).toEqual(rows.slice(4));
    const last = await page('statements', '2026-10', cursorOf('h1 9', 5));
    expect(last.rows).toEqual(rows.slice(5));
  });

  test('that the movements of a household fill to the last row leaves its closing to the next', async () => {
    const { table } = await twoMonths();
    const { pk } = keys.statementRow(estateId, '2026-10', 'h1', 0, '');
    const own = await table.query({ pk });
    const more = Array.from({ length: 400 - own.length }, (_, index) => ({
      put: { ...(own.at(-1) as Item), sk: `~${String(index).padStart(3, '0')}` },
      when: 'always' as const,
    }));
    await table.commit(more);
    const kinds = ({ rows }: Awaited<ReturnType<typeof page>>) =>
      rows.filter(([, household]) => household === 'h1').map(([, , , , kind]) => kind);
    const first = await exportPage(table, estateId, '2026-10', 'statements', undefined);
    expect([kinds(first).length, kinds(first)[0], kinds(first).includes('closing')]).toEqual([
      401,
      'opening',
      false,
    ]);
    const next = await exportPage(table, estateId, '2026-10', 'statements', first.cursor);
    expect(kinds(next)).toEqual(['closing']);
  });

  test('is of a month that is closed', async () => {
    await expect(page('statements', '2026-12')).rejects.toMatchObject({ error: 'not-found' });
    const month = await closedMonth(world.table, estateId, '2026-10');
    const { version: _, ...next } = month;
    await world.table.commit([putMonth({ ...next, month: '2026-12', state: 'running', phase: 'seal' })]);
    await expect(page('ledger', '2026-12')).rejects.toMatchObject({ error: 'month-open' });
  });
});
