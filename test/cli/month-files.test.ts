import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { downloadFile } from '../../cli/month-files.ts';
import { type ExportKind, exportKinds } from '../../contract/words/words.ts';
import { workbookOf } from '../../contract/workbook.ts';
import { type Column, numberText, type Row } from '../../src/books/export/csv.ts';
import { csvOf, exportPage } from '../../src/books/export/export-page.ts';
import { close, estateId } from '../books/ledger-builder.ts';
import { longMonth } from './closed-month.ts';

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});
function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pengyou-books-'));
  directories.push(directory);
  return directory;
}

const world = await longMonth();
await close(world, '2026-10');
const page = (kind: ExportKind) => (cursor: string | undefined) =>
  exportPage(world.table, estateId, '2026-10', kind, cursor);
const kinds = exportKinds.filter((kind) => kind !== 'reconciliation');
const silent = () => {};

describe.each(kinds)('the file of %s', (kind) => {
  test('is the same, byte for byte, wherever it was interrupted', async () => {
    const whole = newDirectory();
    let pages = 0;
    const files = await downloadFile(
      (cursor) => {
        pages += 1;
        return page(kind)(cursor);
      },
      whole,
      kind,
      silent,
    );
    const expected = files.map((file) => readFileSync(file));
    expect(readdirSync(whole).sort()).toEqual([`${kind}.csv`, `${kind}.xlsx`]);

    for (let dies = 1; dies <= pages; dies += 1) {
      const directory = newDirectory();
      let fetched = 0;
      const dying = async (cursor: string | undefined) => {
        fetched += 1;
        if (fetched === dies) throw new Error('killed');
        return page(kind)(cursor);
      };
      await expect(downloadFile(dying, directory, kind, silent)).rejects.toThrow('killed');
      const part = join(directory, `${kind}.part`);
      expect(existsSync(join(directory, `${kind}.csv`))).toBe(false);
      // It was cut off in the middle of writing the next page.
      if (existsSync(part)) appendFileSync(part, '["2026-10","cut o');
      let again = 0;
      const resumed = await downloadFile(
        (cursor) => {
          again += 1;
          return page(kind)(cursor);
        },
        directory,
        kind,
        silent,
      );
      expect(resumed.map((file) => readFileSync(file).equals(expected.shift() ?? Buffer.of()))).toEqual([
        true,
        true,
      ]);
      expected.push(...files.map((file) => readFileSync(file)));
      expect(again).toBe(pages - dies + 1);
    }
  });

  test('begins again when what is on the disk is of other books, or nothing that can be read', async () => {
    const expected = (await downloadFile(page(kind), newDirectory(), kind, silent)).map((file) =>
      readFileSync(file),
    );
    for (const state of [
      '{"source":"other","columns":[],"cursor":"x","bytes":5,"complete":false}',
      '{"source":"other","columns":[],"bytes":50000000,"complete":false}',
      'not JSON',
    ]) {
      const directory = newDirectory();
      writeFileSync(join(directory, `${kind}.part`), '["x"]\n');
      writeFileSync(join(directory, `${kind}.part.json`), state);
      const files = await downloadFile(
        async (cursor) => page(kind)(cursor === 'x' ? undefined : cursor),
        directory,
        kind,
        silent,
      );
      expect(files.map((file, index) => readFileSync(file).equals(expected[index] ?? Buffer.of()))).toEqual([
        true,
        true,
      ]);
    }
  });

  test('as the API writes its text is the same file', async () => {
    const [csv = ''] = await downloadFile(page(kind), newDirectory(), kind, silent);
    let text = '\uFEFF';
    let cursor: string | undefined;
    let told = { done: 0, total: 0 };
    do {
      const next = await page(kind)(cursor);
      text += csvOf(next, cursor === undefined);
      expect(next.done).toBeGreaterThanOrEqual(told.done);
      told = { done: next.done, total: next.total };
      ({ cursor } = next);
    } while (cursor !== undefined);
    expect(text).toBe(readFileSync(csv, 'utf8'));
    expect(told.done).toBe(told.total);
  });

  test('has the same cells as an Excel file, and no formula', async () => {
    const [csv = '', workbook = ''] = await downloadFile(page(kind), newDirectory(), kind, silent);
    const rows: string[][] = parse(readFileSync(csv), { bom: true });
    const sheet = xlsx.read(readFileSync(workbook), { cellFormula: true, cellNF: true }).Sheets[kind];
    let numbers = 0;
    for (const [line, cells] of rows.entries()) {
      for (const [index, text] of cells.entries()) {
        const cell = sheet?.[xlsx.utils.encode_cell({ r: line, c: index })];
        expect(cell?.f).toBeUndefined();
        if (text === '') expect(cell).toBeUndefined();
        else if (cell?.t === 'n') {
          numbers += 1;
          expect(String(cell.w)).toBe(text);
        } else expect(cell?.t).toBe('s');
      }
    }
    expect(numbers).toBeGreaterThan(0);
  });
});

test('statements have an opening and a closing for every household, and add up in the file', async () => {
  const [csv = ''] = await downloadFile(page('statements'), newDirectory(), 'statements', silent);
  const [head = [], ...rows] = parse(readFileSync(csv), { bom: true }) as string[][];
  const at = (name: string) => head.findIndex((column) => column.startsWith(name));
  const fen = (text: string | undefined) => Number((text ?? '').replace('.', '') || '0');
  let balance = 0;
  let households = 0;
  for (const row of rows) {
    const kind = row[at('类型')];
    const after = fen(row[at('余额 balance')]);
    if (kind === 'opening') {
      balance = after;
      households += 1;
    } else if (kind === 'closing') expect(after).toBe(balance);
    else {
      balance += fen(row[at('余额变动')]);
      expect(after).toBe(balance);
    }
  }
  expect(households).toBe(60);
  expect(rows).toHaveLength(60 + 900 + 2 * 60);
  const named = rows.find((row) => row[1] === 'h1');
  expect(named?.slice(2, 4)).toEqual(['\'=HYPERLINK("http://evil.example")', '２ @SUM(A1)']);
});

test('an amount has the digits in an Excel file that it has in the ledger', () => {
  const column: Column = { name: 'money', type: 'money' };
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -(10 ** 13), max: 10 ** 13 }), { minLength: 1, maxLength: 20 }),
      (fens) => {
        const bytes = workbookOf(
          'money',
          [column],
          fens.map((fen): Row => [fen]),
        );
        const sheet = xlsx.read(bytes).Sheets['money'];
        for (const [index, fen] of fens.entries()) {
          const cell = sheet?.[xlsx.utils.encode_cell({ r: index + 1, c: 0 })];
          expect(Number(cell?.v).toFixed(2)).toBe(numberText('money', fen));
        }
      },
    ),
    { numRuns: 50 },
  );
});
