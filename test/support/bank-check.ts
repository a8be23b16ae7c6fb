import { type Entry, parseEntry } from '../../src/journal/entry.ts';
import { balances } from '../../src/ledger/ledger.ts';
import type { Item } from '../../src/shared/table.ts';
import { availableFen, type Wallet, walletSchema } from '../../src/wallet/wallet.ts';
import type { Operation } from './bank-day.ts';

/** An operation, and whether anybody was told that it was done; else everybody was told why not. */
export interface Done {
  readonly operation: Operation;
  readonly done: boolean;
}

/**
 * Holds what stands in the table against what the clients were told: the ledger against itself, wallets against their
 * postings, and both against a sum of the operations that knows neither. Answers what is wrong, in words.
 */
export function violations(items: readonly Item[], operations: readonly Done[]): string[] {
  const entries = new Map(
    items.flatMap((item) => (item['type'] === 'entry' ? [[nameOf(item), parseEntry(item)] as const] : [])),
  );
  const wallets = items.flatMap((item) => (item.sk === 'WALLET' ? [walletSchema.parse(item)] : []));
  return [
    ...identityViolations(entries, operations),
    ...ledgerViolations([...entries.values()], wallets),
    ...worthViolations(wallets, operations),
    ...wallets.flatMap((wallet) => walletViolations(wallet, [...entries.values()])),
    ...correctionViolations([...entries.values()]),
  ];
}

/** Done, its fact stands; refused, nothing does; and no fact is that of nobody. */
function identityViolations(entries: ReadonlyMap<string, Entry>, operations: readonly Done[]): string[] {
  const done = new Map<string, number>();
  for (const { operation, done: isDone } of operations)
    done.set(nameOf(operation.entry), (done.get(nameOf(operation.entry)) ?? 0) + (isDone ? 1 : 0));
  const wrong = [...done].flatMap(([name, times]) => {
    if (times > 1) return [`${name} was done ${times} times`];
    return entries.has(name) === (times === 1)
      ? []
      : [`${name}: told ${times} times, and ${times === 1 ? 'not ' : ''}written`];
  });
  const nobodys = [...entries.values()].filter(
    (entry) => entry.kind !== 'notice' && !done.has(nameOf(entry)),
  );
  return [...wrong, ...nobodys.map((entry) => `${nameOf(entry)} was written and never asked for`)];
}

function ledgerViolations(entries: readonly Entry[], wallets: readonly Wallet[]): string[] {
  const sums = balances(entries.flatMap(({ postings = [] }) => postings));
  const total = [...sums.values()].reduce((sum, fen) => sum + fen, 0);
  const wrong = wallets.flatMap(({ householdId, balanceFen, owedFen }) => {
    const posted = sums.get(`wallet:${householdId}`) ?? 0;
    const owed = 0 - (sums.get(`receivable:${householdId}`) ?? 0);
    return [
      ...(posted === balanceFen ? [] : [`${householdId} has ${balanceFen} fen, its postings say ${posted}`]),
      ...(owed === owedFen ? [] : [`${householdId} owes ${owedFen} fen, its postings say ${owed}`]),
    ];
  });
  return total === 0 ? wrong : [`The ledger sums to ${total} fen`, ...wrong];
}

/** What each household has less what it owes is the sum of what was done, each once: whatever the order. */
function worthViolations(wallets: readonly Wallet[], operations: readonly Done[]): string[] {
  const worth = new Map<string, number>();
  for (const { operation, done } of operations)
    worth.set(
      operation.householdId,
      (worth.get(operation.householdId) ?? 0) + (done ? operation.worthFen : 0),
    );
  return wallets.flatMap(({ householdId, balanceFen, owedFen }) => {
    const expected = worth.get(householdId) ?? 0;
    return balanceFen - owedFen === expected
      ? []
      : [`${householdId} is worth ${balanceFen - owedFen} fen, its operations come to ${expected}`];
  });
}

/** Holds, packages, notices and the month's sum of one household, as its entries make them. */
function walletViolations(wallet: Wallet, entries: readonly Entry[]): string[] {
  const { householdId } = wallet;
  const own = entries.filter((entry) => {
    const { householdId: of, order } = entry.facts as {
      householdId?: string;
      order?: { householdId: string };
    };
    return (of ?? order?.householdId) === householdId;
  });
  const of = (kind: string) => own.filter((entry) => entry.kind === kind);
  const ended = new Set(of('settlement').map(({ sk }) => sk.split('#')[1]));
  const open = of('session-authorised').filter(({ sk }) => !ended.has(sk.split('#')[1]));
  const wrong: string[] = [];
  const expect = (what: string, found: unknown, expected: unknown) => {
    if (JSON.stringify(found) !== JSON.stringify(expected))
      wrong.push(
        `${householdId}: ${what} is ${JSON.stringify(found)}, and should be ${JSON.stringify(expected)}`,
      );
  };
  if (availableFen(wallet) < 0) wrong.push(`${householdId} is overdrawn by ${-availableFen(wallet)} fen`);
  expect(
    'what is held',
    Object.keys(wallet.holds)
      .map((id) => id.split('-')[1])
      .sort(),
    open.map(({ sk }) => sk.split('#')[1]).sort(),
  );
  const returned = new Set(of('package-returned').map(({ facts }) => facts['purchaseId']));
  const bought = of('package-bought').filter(({ facts }) => !returned.has(facts['purchaseId']));
  expect(
    'what is left of packages',
    Object.entries(wallet.purchases)
      .map(([id, { left }]) => [id, left])
      .sort(),
    bought
      .map(({ facts }) => {
        const id = String(facts['purchaseId']);
        const used = of('settlement').filter((entry) => entry.facts['used'] === id).length;
        const reserved = open.filter(
          ({ facts: held }) => (held['reserved'] as { purchaseId?: string } | undefined)?.purchaseId === id,
        );
        return [id, facts['kind'] === 'days' ? 1 : Number(facts['amount']) - used - reserved.length];
      })
      .sort(),
  );
  const sum = (list: readonly Entry[], name: string) =>
    list.reduce((total, { facts }) => total + Number(facts[name]), 0);
  expect(
    'what was spent this month',
    wallet.budget.spent.totalFen,
    sum(of('settlement'), 'chargedFen') + sum(bought, 'priceFen'),
  );
  expect(
    'what it was told',
    of('notice')
      .map(({ facts }) => String(facts['noticeId']).slice('2026-11:'.length))
      .sort(),
    [...wallet.budget.spent.noticed].sort(),
  );
  return wrong;
}

/** All corrections of a session together give back no more than it cost. */
function correctionViolations(entries: readonly Entry[]): string[] {
  const back = new Map<string, number>();
  for (const { facts, kind, outcome } of entries) {
    const { sessionId, amountFen } = (facts['order'] ?? {}) as { sessionId?: string; amountFen?: number };
    if (kind === 'correction' && outcome === 'approved' && sessionId !== undefined)
      back.set(sessionId, (back.get(sessionId) ?? 0) + Number(amountFen));
  }
  return [...back].flatMap(([sessionId, fen]) => {
    const settled = entries.find(
      ({ kind, sk }) => kind === 'settlement' && sk.split('#')[1] === sessionId.split('-')[1],
    );
    const charged = Number(settled?.facts['chargedFen'] ?? 0);
    return fen <= charged ? [] : [`${sessionId} cost ${charged} fen, and ${fen} were given back`];
  });
}

const nameOf = ({ pk, sk }: { pk: string; sk: string }): string => `${pk} ${sk}`;
