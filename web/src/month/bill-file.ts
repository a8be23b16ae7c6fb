import type { Provider } from '../../../contract/words/words.ts';
import { daysOfMonth } from './tables.ts';

/** Why a file cannot be a provider's bill of one day of the month; the page has words for each. */
export type BillProblem =
  | 'not-csv'
  | 'not-text'
  | 'too-large'
  | 'not-a-bill'
  | 'other-provider'
  | 'only-sums'
  | 'cut-off'
  | 'several-days'
  | 'other-month'
  | 'twice';

/** A file that somebody chose. `day` is undefined where neither the file nor its name says it, and has to be asked. */
export interface BillFile {
  readonly name: string;
  readonly text: string;
  readonly day: string | undefined;
  readonly problem: BillProblem | undefined;
}

/** What one request may carry, in letters. */
const lettersAtMost = 2_000_000;

/** Reads a file as the provider's portal gave it, in UTF-8 or in GBK. The server reads it again, line by line. */
export function readBillFile(name: string, bytes: Uint8Array, provider: Provider): BillFile {
  const [first, second] = bytes;
  // "PK": an archive, or a spreadsheet, which is one too.
  if (first === 0x50 && second === 0x4b) return { name, text: '', day: undefined, problem: 'not-csv' };
  const text = textOf(bytes);
  if (text === undefined) return { name, text: '', day: undefined, problem: 'not-text' };
  const days = daysIn(text, provider);
  // A refund's line may tell another day: then the name decides, or whoever chose the file. Alipay's head is certain.
  const known = days.length === 1 || provider === 'alipay' ? days : daysOf(name);
  const problem = problemOf(text, provider) ?? (known.length > 1 ? 'several-days' : undefined);
  return { name, text, day: known.length === 1 ? known[0] : undefined, problem };
}

/** The file as the day's bill that it is said to be, beside the others that were chosen. */
export function problemInMonth(
  file: BillFile,
  month: string,
  others: readonly BillFile[],
): BillProblem | undefined {
  if (file.problem !== undefined || file.day === undefined) return file.problem;
  if (!daysOfMonth(month).includes(file.day)) return 'other-month';
  return others.some((other) => other !== file && other.day === file.day) ? 'twice' : undefined;
}

function textOf(bytes: Uint8Array): string | undefined {
  for (const encoding of ['utf-8', 'gb18030'])
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (!text.includes('\0')) return text;
    } catch {
      // It is not in this encoding; the next may read it.
    }
  return undefined;
}

const wechatPayHead = /^\uFEFF?交易时间,/;
const alipayHead = /^\uFEFF?#支付宝/;

function problemOf(text: string, provider: Provider): BillProblem | undefined {
  if (text.length > lettersAtMost) return 'too-large';
  const isOf = { 'wechat-pay': wechatPayHead.test(text), alipay: alipayHead.test(text) };
  if (!isOf[provider]) return isOf['wechat-pay'] || isOf.alipay ? 'other-provider' : 'not-a-bill';
  if (provider === 'alipay' && text.includes('业务汇总')) return 'only-sums';
  return text.includes(provider === 'alipay' ? '业务明细列表结束' : '总交易单数') ? undefined : 'cut-off';
}

/** The days that the file itself tells: at the beginning of WeChat Pay's lines, or in the head of Alipay's. */
function daysIn(text: string, provider: Provider): string[] {
  if (provider === 'wechat-pay') return daysOf((text.match(/^`\d{4}-\d\d-\d\d/gm) ?? []).join(' '));
  const [head = ''] = /^#起始日期.*$/m.exec(text) ?? [];
  const [first, last] = daysOf(head);
  // Alipay's day ends where the next one begins.
  const isOneDay = last === undefined || (/00:00:00\D*$/.test(head) && last === dayAfter(first ?? ''));
  return isOneDay ? daysOf(first ?? '') : daysOf(head);
}

/** Every day that is written in a text, once: 2026-03-05, 20260305 or 2026年03月05日. */
function daysOf(text: string): string[] {
  const written = text.matchAll(/(?<!\d)(20\d\d)[-年.]?(\d\d)[-月.]?(\d\d)(?!\d)/g);
  const days = new Set([...written].map(([, year, month, day]) => [year, month, day].join('-')));
  return [...days].filter((day) => daysOfMonth(day.slice(0, 7)).includes(day));
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
