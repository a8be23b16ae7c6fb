import { beforeAll, expect, test } from 'vitest';
import { exportPage } from '../../src/books/export/export-page.ts';
import { type BooksWorld, booksWorld, closeInTime, estateId, october, zone } from './ledger-builder.ts';

let world: BooksWorld;
beforeAll(async () => {
  world = await booksWorld(zone, 'h1');
  await world.topUp(october + 60_000, 'h1', 1000);
  await closeInTime(world, '2026-10');
});

const read = (kind: 'statements' | 'ledger', cursor: string) =>
  exportPage(world.table, estateId, '2026-10', kind, cursor);
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
    await expect(read(kind, cursor)).rejects.toMatchObject({ error: 'bad-request' });
});

test('a cursor behind the last row is the end of the file', async () => {
  const page = await read('statements', cursorOf({ after: 'h1', done: 3 }));
  expect(page).toMatchObject({ rows: [], done: 3, total: 3 });
  expect(page).not.toHaveProperty('cursor');
});
