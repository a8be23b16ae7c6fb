import middy from '@middy/core';
import * as z from 'zod/mini';
import { monthSchema } from '../src/books/book-day.ts';
import { closeMonth, progressOf } from '../src/books/close-month.ts';
import { csvOf, exportPage } from '../src/books/export.ts';
import { closingOf, type MonthItem, readMonth, readMonths } from '../src/books/month-store.ts';
import { keepBill, readResults, reconcileMonth } from '../src/books/reconciliation-store.ts';
import { readSplitRules } from '../src/books/split-store.ts';
import { readStatement } from '../src/books/statement.ts';
import { parseBill } from '../src/payments/bill.ts';
import { providerOf } from '../src/payments/provider.ts';
import { DomainError } from '../src/shared/errors.ts';
import {
  closeSchema,
  exportKindSchema,
  exportQuery,
  reconciliationBodySchema,
  statementsQuery,
} from './contract/books.ts';
import { awsBackend } from './wiring/backend.ts';
import { awsBills } from './wiring/bills.ts';
import {
  type Call,
  estateOf,
  type HttpRequest,
  householdOf,
  namedErrors,
  type Role,
  routes,
} from './wiring/http.ts';
import { originOf } from './wiring/origin.ts';

const [backend, providers] = await Promise.all([awsBackend(), awsBills()]);
const { table, clock } = backend;
const staff: readonly Role[] = ['manager', 'operator'];
const exportQuerySchema = z.object(exportQuery);
const statementsQuerySchema = z.object(statementsQuery);

/** The books: closing months, and what is in those that are closed. */
export const handler = middy<HttpRequest>()
  .use(namedErrors)
  .handler(
    routes({
      'GET /estates/{estateId}/months': async (call) => {
        const estateId = estateOf(call, staff);
        const [months, splitRules] = await Promise.all([
          readMonths(table, estateId),
          readSplitRules(table, estateId),
        ]);
        return { body: { months: months.map(shown).reverse(), splitRules } };
      },
      'GET /estates/{estateId}/months/{month}': async (call) => {
        const [estateId, month] = monthOf(call);
        const found = await readMonth(table, estateId, month);
        if (found === undefined) throw new DomainError('not-found', `Nobody has begun to close ${month}`);
        return { body: shown(found) };
      },
      'POST /estates/{estateId}/months/{month}/close': async (call) => {
        const [estateId, month] = monthOf(call);
        const options = closeSchema.parse(call.body ?? {});
        return {
          body: await closeMonth(backend, originOf(clock, call, estateId, `close ${month}`), month, options),
        };
      },
      'POST /estates/{estateId}/months/{month}/reconciliation': async (call) => {
        const [estateId, month] = monthOf(call);
        return { body: await takeBills(call, estateId, month) };
      },
      'GET /estates/{estateId}/months/{month}/reconciliation': async (call) => {
        const [estateId, month] = monthOf(call);
        return { body: { reconciliations: await readResults(table, estateId, month) } };
      },
      'GET /estates/{estateId}/months/{month}/export/{kind}': async (call) => {
        const [estateId, month] = monthOf(call);
        const { cursor, format } = exportQuerySchema.parse(call.query);
        const kind = exportKindSchema.parse(call.path['kind']);
        const { rows, ...page } = await exportPage(table, estateId, month, kind, cursor);
        const content = format === 'csv' ? { csv: csvOf({ rows, ...page }, cursor === undefined) } : { rows };
        return { body: { ...page, ...content } };
      },
      'GET /estates/{estateId}/statements': async (call) => {
        const estateId = estateOf(call, [...staff, 'resident']);
        const { month, householdId } = statementsQuerySchema.parse(call.query);
        const isStaff = staff.some((role) => call.person.roles.includes(role));
        const whose = isStaff ? householdId : householdOf(call);
        if (whose === undefined) throw new DomainError('bad-request', 'householdId is missing');
        return { body: await readStatement(table, estateId, month, whose) };
      },
    }),
  );

function monthOf(call: Call): [estateId: string, month: string] {
  return [estateOf(call, staff), monthSchema.parse(call.path['month'])];
}

/** Every bill is read before the first is kept: a file that cannot be read leaves everything as it was. */
async function takeBills(call: Call, estateId: string, month: string) {
  const { provider, bills = [], fetchDays = [], finish } = reconciliationBodySchema.parse(call.body);
  const foreign = [...bills.map(({ day }) => day), ...fetchDays].find((day) => !day.startsWith(`${month}-`));
  if (foreign !== undefined) throw new DomainError('bad-request', `${foreign} is not a day of ${month}`);
  const fetched = await Promise.all(
    fetchDays.map(async (day) => ({ day, text: await providerOf(providers, provider).downloadBill(day) })),
  );
  const parsed = [...bills, ...fetched].map(({ day, text }) => ({ day, lines: parseBill(provider, text) }));
  let kept = 0;
  for (const { day, lines } of parsed) kept += await keepBill(table, estateId, provider, day, lines);
  if (!finish) return { kept };
  const by = { by: call.person.subject, nowMs: clock.now() };
  return { kept, reconciliation: await reconcileMonth(table, estateId, month, provider, by) };
}

function shown(month: MonthItem) {
  const { state, cutoffMs, closedBy, closedAtMs, entries, lateEntries, statements, split } = month;
  const { done, total } = progressOf(month);
  const accounts = Object.entries(month.accounts).map(
    ([account, sums]) => [account, { ...sums, closingFen: closingOf(sums) }] as const,
  );
  return {
    ...{ month: month.month, state, done, total, cutoffMs, closedBy, closedAtMs },
    ...{ entries, lateEntries, statements, split, withoutReconciliation: month.withoutReconciliation },
    ...(state === 'closed' ? { hash: month.sealed.hash } : {}),
    accounts: Object.fromEntries(accounts),
  };
}
