import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beijingTime } from '../src/payments/beijing-time.ts';
import { parseBill } from '../src/payments/bill.ts';
import { billOfArchive } from '../src/payments/bill-archive.ts';
import type { ProviderName } from '../src/payments/provider.ts';
import { CommandRefused, wordsOf } from './refusal.ts';

/** A provider's bill of one day, as the API takes it. */
export interface DayBill {
  readonly day: string;
  readonly text: string;
}

/**
 * The bills in a file, or in all files of a directory, as they were downloaded at the provider: CSV in UTF-8 or GBK, and
 * Alipay's archive. Throws CommandRefused, `file-unreadable` or `bad-file`.
 */
export function readBills(provider: ProviderName, path: string): DayBill[] {
  return filesIn(path).map(({ file, bytes }) => {
    try {
      const text = textOf(bytes);
      return { day: dayOf(provider, file, text), text };
    } catch (error) {
      throw new CommandRefused('bad-file', `${file}: ${wordsOf(error)}`);
    }
  });
}

function filesIn(path: string): { readonly file: string; readonly bytes: Buffer }[] {
  try {
    const names = statSync(path).isDirectory() ? readdirSync(path).sort() : undefined;
    const files = names?.map((name) => join(path, name)) ?? [path];
    return files.map((file) => ({ file, bytes: readFileSync(file) }));
  } catch (error) {
    throw new CommandRefused('file-unreadable', `${path}: ${wordsOf(error)}`);
  }
}

function textOf(bytes: Buffer): string {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') return billOfArchive(bytes);
  for (const encoding of ['utf-8', 'gb18030'])
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (!text.includes('\0')) return text;
    } catch {
      // It is not in this encoding; the next may read it.
    }
  throw new Error('it is no text');
}

/** From the file's name, where that has one day, or else from its first line. A seller's number may look like a day. */
function dayOf(provider: ProviderName, file: string, text: string): string {
  const named = [...basename(file).matchAll(/(?<!\d)(20\d{2})-?(\d{2})-?(\d{2})(?!\d)/g)];
  const [day] = named.map(([, ...parts]) => parts.join('-'));
  if (day !== undefined && named.length === 1) return day;
  const [first] = parseBill(provider, text);
  if (first === undefined) throw new Error('of which day is it? Its name does not say');
  return beijingTime(first.atMs).slice(0, 10);
}
