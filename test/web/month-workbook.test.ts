import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { downloadFile } from '../../cli/month-files.ts';
import { checkAnswer } from '../../contract/check.ts';
import { openClient } from '../../contract/client.ts';
import { exportKinds } from '../../contract/words/words.ts';
import { workbookOf } from '../../contract/workbook.ts';
import type { Column } from '../../src/books/export/csv.ts';
import { exportPage } from '../../src/books/export/export-page.ts';
import { type MonthApi, monthApi } from '../../web/src/month/month-api.ts';
import { type BooksWorld, close, estateId } from '../books/ledger-builder.ts';
import { longMonth, serveBooks } from '../cli/closed-month.ts';

// Excel files, as the page makes them of what it was sent by HTTP.

const month = '2026-10';
const kinds = exportKinds.filter((kind) => kind !== 'reconciliation');
const directory = mkdtempSync(join(tmpdir(), 'pengyou-workbook-'));
let world: BooksWorld;
let server: Awaited<ReturnType<typeof serveBooks>>;
let api: MonthApi;

beforeAll(async () => {
  world = await longMonth();
  await close(world, month);
  server = await serveBooks(world, () => false);
  api = monthApi(openClient({ base: server.url, check: checkAnswer }), estateId);
});
afterAll(() => {
  server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const silent = () => {};
const readBack = (bytes: Uint8Array) =>
  xlsx.read(bytes, { cellFormula: true, cellNF: true, cellStyles: true });

async function fromPage(kind: (typeof kinds)[number]): Promise<Uint8Array> {
  const file = await api.file({ month, kind, format: 'xlsx', pages: [] }, silent);
  return new Uint8Array(await file.arrayBuffer());
}

describe.each(kinds)('the workbook of %s', (kind) => {
  test('has the same cells from the page as from the command line', async () => {
    const page = (cursor: string | undefined) => exportPage(world.table, estateId, month, kind, cursor);
    const [, file = ''] = await downloadFile(page, directory, `${month}-${kind}`, silent);
    const expected = readBack(readFileSync(file));
    expect(expected.SheetNames).toEqual([`${month}-${kind}`]);
    const made = readBack(await fromPage(kind));
    expect(made.SheetNames).toEqual(expected.SheetNames);
    expect(made.Sheets).toEqual(expected.Sheets);
  });
});

test('numbers are numbers, and a name that looks like a formula is text', async () => {
  const sheet = readBack(await fromPage('statements')).Sheets[`${month}-statements`] ?? {};
  const rows = xlsx.utils.sheet_to_json<unknown[]>(sheet, { header: 1 });
  const line = rows.findIndex((row) => row[1] === 'h1' && row[4] === 'closing');
  const cell = (column: number): xlsx.CellObject => sheet[xlsx.utils.encode_cell({ r: line, c: column })];
  expect(cell(2)).toMatchObject({ t: 's', v: '=HYPERLINK("http://evil.example")' });
  expect(cell(2).f).toBeUndefined();
  expect(cell(17)).toMatchObject({ t: 'n', v: 10.01, w: '10.01', z: '0.00' });
});

test('a column has room for all that is in it, Chinese too', () => {
  const columns: Column[] = [
    { name: '金额', type: 'money' },
    { name: '名称', type: 'text' },
  ];
  const book = readBack(
    workbookOf('room', columns, [
      [123_456_789_00, '东门一号充电棚'],
      [5, ''],
    ]),
  );
  const [money = 0, name = 0] = (book.Sheets['room']?.['!cols'] ?? []).map(({ wch = 0 }) => wch);
  expect(money).toBeGreaterThanOrEqual('123456789.00'.length);
  expect(name).toBeGreaterThanOrEqual(2 * '东门一号充电棚'.length);
});

test('whatever words begin with, they are text, also for whoever goes into the cell and presses Enter', () => {
  const words = fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '＝', '\t=', '1', "'", ''), fc.string({ unit: 'grapheme' }))
    .map((parts) => parts.join(''))
    .filter((text) => text !== '');
  const columns: Column[] = [{ name: 'words', type: 'text' }];
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 10 }), (texts) => {
      const sheet = readBack(
        workbookOf(
          'words',
          columns,
          texts.map((text) => [text]),
        ),
      ).Sheets['words'];
      for (const [index, text] of texts.entries()) {
        const cell: xlsx.CellObject | undefined = sheet?.[xlsx.utils.encode_cell({ r: index + 1, c: 0 })];
        // A cell that is formatted as text stays text when it is typed again.
        expect(cell).toMatchObject({ t: 's', v: text, z: '@' });
        expect(cell).not.toHaveProperty('f');
      }
    }),
    { numRuns: 50 },
  );
});
