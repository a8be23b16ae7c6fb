import { statementSchema } from '../../contract/shapes/books.ts';
import { type SplitLine, splitLines } from '../../contract/words.ts';
import { type Backend, type Decision, record } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import { accountOf, revenueAccount } from '../ledger/ledger.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { nextMonth } from '../shared/local-time.ts';
import type { Table } from '../shared/table.ts';
import {
  closingOf,
  itemsAfter,
  type MonthItem,
  putBooks,
  putMonth,
  readBooks,
  readMonth,
} from './month-store.ts';
import { readResults } from './reconciliation-store.ts';
import { readRevenue, totalsOf } from './revenue.ts';
import { split } from './split.ts';
import { readSplitRule } from './split-store.ts';
import { chained, hashedStatement } from './statement.ts';

const statementsAtOnce = 100;

/**
 * Adds up the statements, a page at a time, and, behind the last of them, closes the month: in one transaction with
 * the entry that says who did it, up to when, with which sums and over which statements. Takes one step, or finds that
 * another caller has taken it.
 */
export async function seal(
  backend: Backend,
  origin: Origin,
  month: string,
  withoutReconciliation: string | undefined,
): Promise<void> {
  const { table } = backend;
  const { estateId } = origin;
  const running = await readMonth(table, estateId, month);
  if (running?.phase !== 'seal') return;
  const { pk } = keys.statement(estateId, month, '');
  const items = await itemsAfter(table, pk, running.cursor, statementsAtOnce);
  if (items.length > 0) {
    await table.commit([putMonth(withSums(running, items))]).catch(unlessBusy);
    return;
  }
  await record(backend, () => closing(backend, origin, running, withoutReconciliation));
}

/** Whoever was in the way has taken the step, or it is taken once more. */
export function unlessBusy(error: unknown): void {
  if (!(error instanceof DomainError && error.error === 'table-busy')) throw error;
}

function withSums(month: MonthItem, items: readonly unknown[]): MonthItem {
  let { sealed, cursor } = month;
  for (const item of items) {
    const statement = statementSchema.parse(item);
    cursor = statement.householdId;
    sealed = {
      statements: sealed.statements + 1,
      balancesFen: sealed.balancesFen + statement.closingFen,
      owedFen: sealed.owedFen + statement.closingOwedFen,
      hash: chained(sealed.hash, hashedStatement(statement)),
    };
  }
  return { ...month, sealed, cursor };
}

async function closing(
  backend: Backend,
  origin: Origin,
  month: MonthItem,
  withoutReconciliation: string | undefined,
): Promise<Decision> {
  const { table, clock } = backend;
  const { estateId } = month;
  const [books, { rule, unchanged }, revenue, reconciliation] = await Promise.all([
    readBooks(table, estateId),
    readSplitRule(table, estateId, month.month),
    readRevenue(table, estateId, month.month),
    reconciled(table, month, withoutReconciliation),
  ]);
  if (books !== undefined && month.month !== nextMonth(books.lastMonth) && month.month !== books.lastMonth)
    throw new DomainError('month-open', `After ${books.lastMonth} comes ${nextMonth(books.lastMonth)}`);
  const totals = totalsOf(revenue);
  checkSums(month, totals);
  const hash = chained(
    month.sealed.hash,
    revenue.map(({ version: _, ...day }) => day),
  );
  const closed: MonthItem = {
    ...month,
    state: 'closed',
    phase: 'closed',
    sealed: { ...month.sealed, hash },
    split: split(totals, rule),
    reconciliation,
    ...(withoutReconciliation === undefined ? {} : { withoutReconciliation }),
    closedBy: origin.sender,
    closedAtMs: clock.now(),
  };
  const { version: _, facilities: _f, cursor: _c, phase: _p, ...facts } = closed;
  const entry = draft(
    keys.monthClosed(estateId, month.month),
    { ...origin, receivedAtMs: clock.now(), fact: `close ${estateId} ${month.month}` },
    { kind: 'month-closed', outcome: 'closed', facts },
  );
  const first = books?.firstMonth ?? month.month;
  return {
    entry,
    writes: [
      putMonth(closed),
      putBooks(estateId, { firstMonth: first, lastMonth: month.month, version: books?.version }),
      unchanged,
    ],
  };
}

/**
 * What is known of the providers' bills. Throws `reconciliation-missing` where money moved at a provider whose bill of
 * the month was not compared, and nobody says why that need not be.
 */
async function reconciled(table: Table, month: MonthItem, withoutReconciliation: string | undefined) {
  const results = await readResults(table, month.estateId, month.month);
  const missing = Object.entries(month.accounts).flatMap(([account, { debitFen, creditFen }]) => {
    const known = accountOf(account);
    const moved = debitFen !== 0 || creditFen !== 0;
    return known?.is === 'provider' && moved && !results.some((it) => it.provider === known.provider)
      ? [known.provider]
      : [];
  });
  if (missing.length > 0 && withoutReconciliation === undefined)
    throw new DomainError(
      'reconciliation-missing',
      `Compare the bill of ${missing.join(', ')} for ${month.month} first, or say why not`,
    );
  return results.map(({ provider, differenceCount, differenceFen, atMs }) => ({
    provider,
    differences: differenceCount,
    differenceFen,
    atMs,
  }));
}

/** Three ways to the same sums. Where they part, something is wrong with the books, and they are not closed over it. */
function checkSums(month: MonthItem, revenue: Readonly<Record<SplitLine, number>>): void {
  const closingFen = (account: string) => {
    const sums = month.accounts[account];
    return sums === undefined ? 0 : closingOf(sums);
  };
  const moved = (account: string) => closingFen(account) - (month.accounts[account]?.openingFen ?? 0);
  const { balancesFen, owedFen, statements } = month.sealed;
  const wrong = [
    ...(statements === month.statements ? [] : [`${statements} statements of ${month.statements}`]),
    ...(balancesFen === closingFen('wallets') ? [] : [`balances ${balancesFen}`]),
    ...(owedFen + closingFen('receivables') === 0 ? [] : [`owed ${owedFen}`]),
    ...splitLines.flatMap((line) =>
      revenue[line] === moved(revenueAccount(line)) ? [] : [`${line} ${revenue[line]}`],
    ),
  ];
  if (wrong.length > 0)
    throw new DomainError(
      'books-do-not-balance',
      `${month.month}: ${wrong.join(', ')}, not as the ledger says`,
    );
}
