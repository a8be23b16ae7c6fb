import type * as z from 'zod/mini';
import { booksContract, exportKindSchema, type reconciliationBodySchema } from '../contract/routes/books.ts';
import { monthSchema } from '../contract/shapes/books.ts';
import { closeMonth, shownMonth } from '../src/books/close/close-month.ts';
import { readMonth, readMonths } from '../src/books/close/month-store.ts';
import { readSplitRules, splitRuleSetting } from '../src/books/close/split-store.ts';
import { readStatement } from '../src/books/close/statement.ts';
import { csvOf, exportPage } from '../src/books/export/export-page.ts';
import {
  fetchBill,
  keepBill,
  readResults,
  reconcileMonth,
} from '../src/books/reconcile/reconciliation-store.ts';
import { parseBill } from '../src/payments/bill.ts';
import { providerOf } from '../src/payments/provider.ts';
import { change } from '../src/settings/change.ts';
import { DomainError } from '../src/shared/errors.ts';
import { awsBackend } from './wiring/backend.ts';
import { awsBills } from './wiring/bills.ts';
import { originOf } from './wiring/origin.ts';
import { householdAsked } from './wiring/person.ts';
import { type Call, serve } from './wiring/serve.ts';

const [backend, providers] = await Promise.all([awsBackend(), awsBills()]);
const { table, clock } = backend;

/** The books: closing months, and what is in those that are closed. */
export const handler = serve(booksContract, {
  'GET /estates/{estateId}/months': async ({ path: { estateId } }) => {
    const [months, splitRules] = await Promise.all([
      readMonths(table, estateId),
      readSplitRules(table, estateId),
    ]);
    return { months: months.map(shownMonth).reverse(), splitRules };
  },
  'POST /estates/{estateId}/split-rules': async (call) => {
    const { estateId } = call.path;
    const { fromMonth, shares } = call.body;
    const setting = splitRuleSetting(backend, estateId, fromMonth);
    const { waits } = await change(backend, originOf(clock, call), setting, { shares });
    const splitRules = await readSplitRules(table, estateId);
    return { splitRules, ...(waits === undefined ? {} : { awaiting: waits }) };
  },
  'GET /estates/{estateId}/months/{month}': async ({ path }) => {
    const month = monthSchema.parse(path.month);
    const found = await readMonth(table, path.estateId, month);
    if (found === undefined) throw new DomainError('not-found', `Nobody has begun to close ${month}`);
    return shownMonth(found);
  },
  'POST /estates/{estateId}/months/{month}/close': (call) => {
    const month = monthSchema.parse(call.path.month);
    return closeMonth(backend, originOf(clock, call, `close ${month}`), month, call.body);
  },
  'POST /estates/{estateId}/months/{month}/reconciliation': (call) =>
    takeBills(call, monthSchema.parse(call.path.month), call.body),
  'GET /estates/{estateId}/months/{month}/reconciliation': async ({ path }) => ({
    reconciliations: await readResults(table, path.estateId, monthSchema.parse(path.month)),
  }),
  'GET /estates/{estateId}/months/{month}/export/{kind}': async ({ path, query: { cursor, format } }) => {
    const month = monthSchema.parse(path.month);
    const kind = exportKindSchema.parse(path.kind);
    const { rows, ...page } = await exportPage(table, path.estateId, month, kind, cursor);
    const content = format === 'csv' ? { csv: csvOf({ rows, ...page }, cursor === undefined) } : { rows };
    return { ...page, ...content };
  },
  'GET /estates/{estateId}/statements': ({ person, path, query: { month, householdId } }) =>
    readStatement(table, path.estateId, month, householdAsked(person, householdId)),
});

/** Every bill is read before the first is kept: a file that cannot be read leaves everything as it was. */
async function takeBills(call: Call, month: string, asked: z.infer<typeof reconciliationBodySchema>) {
  const { estateId } = call.path;
  const { provider, bills = [], fetchDays = [], finish } = asked;
  const foreign = [...bills.map(({ day }) => day), ...fetchDays].find((day) => !day.startsWith(`${month}-`));
  if (foreign !== undefined) throw new DomainError('bad-request', `${foreign} is not a day of ${month}`);
  const fetched = await Promise.all(
    fetchDays.map(async (day) => {
      return { day, text: await fetchBill(providerOf(providers, provider), day, clock.now()) };
    }),
  );
  const parsed = [...bills, ...fetched].map(({ day, text }) => ({ day, lines: parseBill(provider, text) }));
  let kept = 0;
  for (const { day, lines } of parsed) kept += await keepBill(table, estateId, provider, day, lines);
  if (!finish) return { kept };
  const by = { by: call.person.subject, nowMs: clock.now() };
  return { kept, reconciliation: await reconcileMonth(table, estateId, month, provider, by) };
}
