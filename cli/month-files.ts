import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Column, ExportPage, Row } from '../contract/shapes/books.ts';
import { workbookOf } from '../contract/workbook.ts';
import { byteOrderMark, csvHead, csvLine } from '../src/books/export/csv.ts';

type Page = Readonly<Omit<ExportPage, 'columns' | 'rows' | 'csv'>> & {
  readonly columns: readonly Column[];
  readonly rows?: readonly Row[] | undefined;
};

/** Asks for one page; without a cursor, for the first. */
export type FetchPage = (cursor: string | undefined) => Promise<Page>;

/** What is on the disk of a file that is not whole yet. */
const stateSchema = z.object({
  source: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.enum(['text', 'money', 'energy', 'count']) })),
  cursor: z.optional(z.string()),
  /** Bytes of the part that are whole pages; what is behind them was cut off. */
  bytes: z.int(),
  complete: z.boolean(),
});
type State = z.infer<typeof stateSchema>;

const cellSchema = z.union([z.string(), z.int(), z.null()]);
const rowSchema = z.array(cellSchema);

/**
 * Fetches a file page by page and writes it as `<name>.csv` and `<name>.xlsx`. What has come is kept beside them in
 * `<name>.part` and `<name>.part.json`, so that after an interruption, wherever it was, the next call goes on behind
 * the last whole page; the files are the same, byte for byte, as without it. A part that was begun on other books is
 * thrown away.
 */
export async function downloadFile(
  fetchPage: FetchPage,
  directory: string,
  name: string,
  progress: (done: number, total: number) => void,
): Promise<string[]> {
  mkdirSync(directory, { recursive: true });
  const part = join(directory, `${name}.part`);
  const stateFile = `${part}.json`;
  let state = readState(part, stateFile);
  while (state === undefined || !state.complete) {
    const page = await fetchPage(state?.cursor);
    if (state !== undefined && page.source !== state.source) {
      rmSync(part, { force: true });
      rmSync(stateFile, { force: true });
      state = undefined;
      continue;
    }
    state = keep(part, stateFile, state, page);
    progress(page.done, page.total);
  }
  const files = finish(directory, name, part, state);
  rmSync(stateFile, { force: true });
  rmSync(part, { force: true });
  return files;
}

function readState(part: string, stateFile: string): State | undefined {
  if (!existsSync(stateFile) || !existsSync(part)) return undefined;
  try {
    const state = stateSchema.parse(JSON.parse(readFileSync(stateFile, 'utf8')));
    if (statSync(part).size < state.bytes) return undefined;
    // A page that was cut off in the middle is fetched again.
    truncateSync(part, state.bytes);
    return state;
  } catch {
    return undefined;
  }
}

/** First the rows, then, when they are on the disk, the word that they are. */
function keep(part: string, stateFile: string, before: State | undefined, page: Page): State {
  if (before === undefined) writeFileSync(part, '');
  appendFileSync(part, (page.rows ?? []).map((row) => `${JSON.stringify(row)}\n`).join(''), { flush: true });
  const state: State = {
    source: page.source,
    columns: page.columns.map((column) => ({ ...column })),
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
    bytes: statSync(part).size,
    complete: page.cursor === undefined,
  };
  replace(stateFile, JSON.stringify(state));
  return state;
}

function finish(directory: string, name: string, part: string, { columns }: State): string[] {
  const rows = rowsIn(part);
  const csv = join(directory, `${name}.csv`);
  const workbook = join(directory, `${name}.xlsx`);
  replace(csv, `${byteOrderMark}${csvHead(columns)}${rows.map((row) => csvLine(columns, row)).join('')}`);
  replace(workbook, workbookOf(name, columns, rows));
  return [csv, workbook];
}

function rowsIn(part: string): Row[] {
  return readFileSync(part, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => rowSchema.parse(JSON.parse(line)));
}

/** The whole new content or the whole old one, whenever the machine stops. */
function replace(file: string, content: string | Uint8Array): void {
  const fresh = `${file}.new`;
  const handle = openSync(fresh, 'w');
  try {
    const bytes = Buffer.from(content as string);
    for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
}
