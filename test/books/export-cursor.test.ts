import { beforeAll, expect, test } from 'vitest';
import { startOfMonth } from '../../src/books/close/book-day.ts';
import { exportPage } from '../../src/books/export/export-page.ts';
import { addHouseholds, type BooksWorld, booksWorld, close, estateId } from './ledger-builder.ts';

const zone = 'Asia/Shanghai';
let world: BooksWorld;
beforeAll(async () => {
  world = await booksWorld(zone);
  await addHouseholds(world, 'h1');
  await world.topUp(startOfMonth('2026-10', zone) + 60_000, 'h1', 1000);
  world.nowMs = startOfMonth('2026-11', zone) + 14 * 3_600_000;
  await close(world, '2026-10');
});

const cursorOf = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

test.each([
  ['no JSON', 'x'],
  ['not base64url', '{}'],
  ['nothing', cursorOf({ after: '', done: 0 })],
  ['no household', cursorOf({ after: ' ', done: 0 })],
  ['no household, and a row', cursorOf({ after: ' 1793462400000', done: 0 })],
  ['less than nothing done', cursorOf({ after: 'h1', done: -1 })],
])('a cursor of %s is refused', async (_, cursor) => {
  for (const kind of ['statements', 'ledger'] as const)
    await expect(exportPage(world.table, estateId, '2026-10', kind, cursor)).rejects.toMatchObject({
      error: 'bad-request',
    });
});

test('a cursor behind the last row is the end of the file', async () => {
  const page = await exportPage(
    world.table,
    estateId,
    '2026-10',
    'statements',
    cursorOf({ after: 'h1', done: 3 }),
  );
  expect(page).toMatchObject({ rows: [], done: 3, total: 3 });
  expect(page).not.toHaveProperty('cursor');
});
