import { expect, test } from 'vitest';
import type { Client } from '../../contract/client.ts';
import { type Download, monthApi } from '../../web/src/month/month-api.ts';

// A file of some pages, over a line that breaks off when it is told to.

interface Query {
  readonly cursor?: string;
  readonly format?: string;
}

interface Line {
  readonly client: Client;
  readonly asked: Query[];
  broken: boolean;
  source: string;
}

function lineTo(...words: readonly string[]): Line {
  const asked: Query[] = [];
  const call = async (_key: string, { query }: { query: Query }) => {
    const at = Number(query.cursor ?? 0);
    asked.push(query);
    if (line.broken && at === 1) throw new Error('broken off');
    const next = at + 1 < words.length ? { cursor: String(at + 1) } : {};
    const isCsv = query.format === 'csv';
    return {
      columns: [{ name: 'word', type: 'text' }],
      ...(isCsv ? { csv: `${words[at]}\n` } : { rows: [[words[at]]] }),
      done: at + 1,
      total: words.length,
      source: line.source,
      ...next,
    };
  };
  const line: Line = { client: { call } as unknown as Client, asked, broken: false, source: 'a' };
  return line;
}

const begun = (format: Download['format']): Download => ({
  ...{ month: '2026-03', kind: 'ledger', format, pages: [] },
});
const silent = () => undefined;
const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer());

test.each(['csv', 'xlsx'] as const)(
  'a file of %s that broke off goes on where it stopped',
  async (format) => {
    const line = lineTo('one', 'two', 'three');
    const api = monthApi(line.client, 'ziyun');
    const download = begun(format);
    line.broken = true;
    await expect(api.file(download, silent)).rejects.toThrow('broken off');
    line.broken = false;
    const file = await api.file(download, silent);
    const cursors = line.asked.map((query) => query.cursor);
    expect(cursors).toEqual([undefined, '1', '1', '2']);
    const whole = await api.file(begun(format), silent);
    expect(await bytesOf(file)).toEqual(await bytesOf(whole));
    expect(file.size).toBeGreaterThan(0);
  },
);

test('the text of a file is its pages one after the other, behind what says that it is UTF-8', async () => {
  const file = await monthApi(lineTo('one', 'two').client, 'ziyun').file(begun('csv'), silent);
  expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(await bytesOf(file))).toBe('\uFEFFone\ntwo\n');
});

test.each(['csv', 'xlsx'] as const)('what is whole is not asked for again as %s', async (format) => {
  const line = lineTo('one', 'two');
  const api = monthApi(line.client, 'ziyun');
  const download = begun(format);
  const first = await api.file(download, silent);
  const again = await api.file(download, silent);
  expect(await bytesOf(again)).toEqual(await bytesOf(first));
  expect(line.asked).toHaveLength(2);
});

test.each(['csv', 'xlsx'] as const)('pages of two closings are never one file of %s', async (format) => {
  const line = lineTo('one', 'two', 'three');
  const api = monthApi(line.client, 'ziyun');
  const download = begun(format);
  line.broken = true;
  await expect(api.file(download, silent)).rejects.toThrow('broken off');
  Object.assign(line, { broken: false, source: 'b' });
  await expect(api.file(download, silent)).rejects.toThrow('export-changed');
});
