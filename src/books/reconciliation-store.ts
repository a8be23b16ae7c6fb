import * as z from 'zod/mini';
import { reconciliationSchema } from '../../contract/shapes/books.ts';
import { postingSchema, providerAccount } from '../ledger/ledger.ts';
import { beijingTime } from '../payments/beijing-time.ts';
import type { BillLine } from '../payments/bill.ts';
import type { BillSource, ProviderName } from '../payments/provider.ts';
import { DomainError } from '../shared/errors.ts';
import { time } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import { startingWith } from '../shared/keys-read.ts';
import { addDays, monthOf, nextMonth, previousMonth, startOfDay } from '../shared/local-time.ts';
import type { Table } from '../shared/table.ts';
import { type Moved, reconcile } from './reconcile.ts';

const movedSchema = z.object({
  kind: z.enum(['payment', 'refund']),
  number: z.string(),
  amountFen: z.int(),
  day: z.string(),
});

export type Reconciliation = z.infer<typeof reconciliationSchema>;

/** A provider's days are those of Beijing, wherever the estate is. */
const providerZone = 'Asia/Shanghai';
const listedAtMost = 1000;
/** With that many lines an item stays well below DynamoDB's 400 KB. */
const linesOfDayAtMost = 2000;
/** So long after a provider's day a movement may be booked here: a refund may hang for weeks. */
const bookedWithinDays = 35;

const dayIn = (atMs: number): string => beijingTime(atMs).slice(0, 10);

/** Both providers make a day's bill on the next morning: https://pay.weixin.qq.com/docs/merchant/products/bill-download/ */
const madeAfterMs = 10 * 3_600_000;

/**
 * A provider's bill of one day. Throws `bad-request` for a day whose bill is not made yet: a provider may say then that
 * there is none, as it does of a day on which nothing was moved.
 */
export async function fetchBill(source: BillSource, day: string, nowMs: number): Promise<string> {
  const madeMs = startOfDay(addDays(day, 1), providerZone) + madeAfterMs;
  if (nowMs < madeMs)
    throw new DomainError('bad-request', `The bill of ${day} is made by ${beijingTime(madeMs)} in Beijing`);
  return source.downloadBill(day);
}

/**
 * Keeps a provider's bill of one day, in the place of one that was kept before. A merchant's bill names the orders of
 * all its estates: those of others are left to them, and those that nobody knows are kept, because money is behind
 * them. Answers how many lines were kept. Throws `bad-request` for a bill of another day or of too many lines.
 */
export async function keepBill(
  table: Table,
  estateId: string,
  provider: ProviderName,
  day: string,
  lines: readonly BillLine[],
): Promise<number> {
  const strange = lines.find(({ kind, atMs }) => kind === 'payment' && dayIn(atMs) !== day);
  if (strange !== undefined)
    throw new DomainError(
      'bad-request',
      `The bill is not of ${day}: it has a payment of ${dayIn(strange.atMs)}`,
    );
  const estates = await estatesOf(table, lines);
  const own = lines.filter(({ orderId }) => (estates.get(orderId) ?? estateId) === estateId);
  if (own.length > linesOfDayAtMost)
    throw new DomainError('bad-request', `A day of more than ${linesOfDayAtMost} lines is not taken`);
  const moved = own.map(({ kind, orderId, refundId, amountFen }): Moved => {
    return { kind, number: refundId ?? orderId, amountFen, day };
  });
  await table.commit([{ put: { ...keys.providerBill(estateId, provider, day), moved }, when: 'always' }]);
  return own.length;
}

const keysAtOnce = 100;

async function estatesOf(table: Table, lines: readonly BillLine[]): Promise<Map<string, string>> {
  const orders = [...new Set(lines.map(({ orderId }) => orderId))];
  const estates = new Map<string, string>();
  for (let start = 0; start < orders.length; start += keysAtOnce) {
    const part = orders.slice(start, start + keysAtOnce);
    const items = await table.get(part.map((orderId) => keys.paymentOrder(orderId)));
    for (const [index, orderId] of part.entries()) {
      const estateId = items[index]?.['estateId'];
      if (typeof estateId === 'string') estates.set(orderId, estateId);
    }
  }
  return estates;
}

/**
 * Compares what was kept of a provider's bill of a month with the ledger, and stores the result. Throws
 * `month-not-over`.
 */
export async function reconcileMonth(
  table: Table,
  estateId: string,
  month: string,
  provider: ProviderName,
  { by, nowMs }: { readonly by: string; readonly nowMs: number },
): Promise<Reconciliation> {
  const overMs = startOfDay(`${nextMonth(month)}-01`, providerZone);
  if (nowMs < overMs) throw new DomainError('month-not-over', `${month} is not over`);
  const [before, own, after, ledger] = await Promise.all([
    billOf(table, estateId, provider, previousMonth(month)),
    billOf(table, estateId, provider, month),
    billOf(table, estateId, provider, nextMonth(month)),
    ledgerAround(table, estateId, provider, month),
  ]);
  const bill = [...before.moved, ...own.moved, ...after.moved];
  const { differences, ...sums } = reconcile(month, bill, ledger);
  const result: Reconciliation = {
    provider,
    month,
    ...sums,
    differenceCount: differences.length,
    differences: differences.slice(0, listedAtMost),
    missingDays: daysOf(month).filter((day) => !own.days.includes(day)),
    by,
    atMs: nowMs,
  };
  await table.commit([
    { put: { ...keys.reconciliation(estateId, month, provider), ...result }, when: 'always' },
  ]);
  return result;
}

export async function readResults(table: Table, estateId: string, month: string): Promise<Reconciliation[]> {
  const items = await table.query(startingWith(keys.reconciliation(estateId, month, '')));
  return items.map((item) => reconciliationSchema.parse(item));
}

export function daysOf(month: string): string[] {
  const days: string[] = [];
  for (let day = `${month}-01`; monthOf(day) === month; day = addDays(day, 1)) days.push(day);
  return days;
}

async function billOf(table: Table, estateId: string, provider: ProviderName, month: string) {
  const items = await table.query(startingWith(keys.providerBill(estateId, provider, `${month}-`)));
  return {
    days: items.map(({ sk }) => sk.slice(-'YYYY-MM-DD'.length)),
    moved: items.flatMap((item) => z.array(movedSchema).parse(item['moved'])),
  };
}

/** What the ledger says of a provider around a month. */
async function ledgerAround(
  table: Table,
  estateId: string,
  provider: ProviderName,
  month: string,
): Promise<Moved[]> {
  const fromMs = startOfDay(`${previousMonth(month)}-01`, providerZone);
  const untilMs = startOfDay(addDays(`${nextMonth(month)}-01`, bookedWithinDays), providerZone);
  const { pk } = keys.postingsOfEstate(estateId, 0, '');
  const lines = await table.query({ pk, between: [time(fromMs), time(untilMs)] });
  const account = providerAccount(provider);
  const moving = lines.flatMap((line) =>
    z
      .array(postingSchema)
      .parse(line['postings'])
      .filter(({ debit, credit }) => debit === account || credit === account)
      .map((posting) => ({ line, posting })),
  );
  const days = await occurredDays(
    table,
    moving.map(({ line }) => line),
  );
  return moving.map(({ line, posting }) => ({
    kind: posting.debit === account ? 'payment' : 'refund',
    number: posting.memo,
    amountFen: posting.amountFen,
    day: days.get(line.sk) ?? dayIn(Number(line.sk.slice(0, 13))),
  }));
}

/** The provider's own day of what it told us with a time: a notice may come after midnight. */
async function occurredDays(
  table: Table,
  lines: readonly { readonly sk: string; readonly [name: string]: unknown }[],
) {
  const days = new Map<string, string>();
  for (let start = 0; start < lines.length; start += keysAtOnce) {
    const part = lines.slice(start, start + keysAtOnce);
    const entries = await table.get(part.map((line) => line['entry'] as { pk: string; sk: string }));
    for (const [index, { sk }] of part.entries()) {
      const occurredAtMs = entries[index]?.['occurredAtMs'];
      if (typeof occurredAtMs === 'number') days.set(sk, dayIn(occurredAtMs));
    }
  }
  return days;
}
