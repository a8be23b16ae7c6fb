import { expect, test } from 'vitest';
import type { Client } from '../../web/src/client.ts';
import { type Download, monthApi } from '../../web/src/month/month-api.ts';

// A file of three pages, over a line that breaks off when it is told to.

interface Line {
  readonly client: Client;
  readonly asked: string[];
  broken: boolean;
  source: string;
}

function lineTo(rows: readonly string[]): Line {
  const asked: string[] = [];
  const get = async (_schema: unknown, path: string) => {
    const at = Number(new URL(path, 'http://x').searchParams.get('cursor') ?? 0);
    asked.push(path);
    if (line.broken && at === 1) throw new Error('broken off');
    const next = at + 1 < rows.length ? { cursor: String(at + 1) } : {};
    return {
      columns: [],
      csv: `${rows[at]}\n`,
      done: at + 1,
      total: rows.length,
      source: line.source,
      ...next,
    };
  };
  const line: Line = { client: { get } as unknown as Client, asked, broken: false, source: 'a' };
  return line;
}

const begun = (): Download => ({ month: '2026-03', kind: 'ledger', parts: [], next: undefined });
const silent = () => undefined;

test('what broke off goes on where it stopped', async () => {
  const line = lineTo(['one', 'two', 'three']);
  const api = monthApi(line.client, 'ziyun');
  const download = begun();
  line.broken = true;
  await expect(api.csv(download, silent)).rejects.toThrow('broken off');
  line.broken = false;
  const file = await api.csv(download, silent);
  expect(await file.text()).toBe('one\ntwo\nthree\n');
  expect(line.asked.map((path) => new URL(path, 'http://x').searchParams.get('cursor'))).toEqual([
    ...[null, '1', '1', '2'],
  ]);
});

test('what is whole is not asked for again', async () => {
  const line = lineTo(['one', 'two']);
  const api = monthApi(line.client, 'ziyun');
  const download = begun();
  await api.csv(download, silent);
  const again = await api.csv(download, silent);
  expect(await again.text()).toBe('one\ntwo\n');
  expect(line.asked).toHaveLength(2);
});

test('pages of two closings are never one file', async () => {
  const line = lineTo(['one', 'two', 'three']);
  const api = monthApi(line.client, 'ziyun');
  const download = begun();
  line.broken = true;
  await expect(api.csv(download, silent)).rejects.toThrow('broken off');
  Object.assign(line, { broken: false, source: 'b' });
  await expect(api.csv(download, silent)).rejects.toThrow('export-changed');
});
