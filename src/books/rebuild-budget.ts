import { monthSchema } from '../../contract/shapes/books.ts';
import type { RebuildDifference } from '../../contract/shapes/rebuild.ts';
import { noticeSchema } from '../../contract/shapes/wallet.ts';
import type { Backend } from '../journal/commit.ts';
import { parseEntry } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import { startingWith } from '../shared/keys-read.ts';
import { monthAt } from '../shared/local-time.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { walletKey } from '../wallet/wallet-store.ts';
import { comparedFields } from './rebuild-compare.ts';
import { endOf, type History, type ToldSession, toldSessions } from './rebuild-history.ts';
import { keptMs } from './rebuild-lines.ts';

/** Adjusted, a session may end so much earlier or later than an entry that moved money said. */
const driftMs = 2 * 86_400_000;

/**
 * What a wallet says was spent in its month, and which limits were told, against the sessions that ended in it by their
 * newest receipts, the packages bought in it and kept, and the notices of it. A month that the journal no longer knows
 * is believed.
 */
export async function checkBudget(
  backend: Backend,
  { estateId, householdId, budget }: Wallet,
  history: History,
): Promise<RebuildDifference[]> {
  const { timeZone } = await backend.registry.estate(estateId);
  const month = monthDue(budget.spent.month, history, monthAt(backend.clock.now(), timeZone), timeZone);
  // Of a month that is forgotten in part, what is left adds up to too little.
  if (month !== '' && startMs(month) - driftMs < backend.clock.now() - keptMs) return [];
  const near = [...history.sessions].filter(([, endedAtMs]) => endedAtMs >= startMs(month) - driftMs);
  const sessions = await toldSessions(
    backend,
    householdId,
    near.map(([sessionId]) => sessionId),
  );
  const recomputed = {
    month,
    ...spentIn(month, timeZone, sessions, history),
    noticed: await marksDue(backend, { estateId, householdId, budget }, month),
  };
  const recorded = {
    ...budget.spent,
    byMember: withoutNothing(budget.spent.byMember),
    noticed: byName(budget.spent.noticed),
  };
  const place = { what: 'budget', of: householdId, key: walletKey(estateId, householdId) };
  return comparedFields({ ...place, path: 'budget.spent' }, recorded, recomputed);
}

/** A month begins in some zone a day before it does in UTC, or after. */
const startMs = (month: string): number => Date.parse(`${month}-01T00:00:00Z`) - 86_400_000;

/**
 * The month that a wallet should count, or none: its own, unless something was spent in a later one, or it has not come
 * yet. A session that cost nothing, or a limit that was set, turns the month over too, and is not looked for.
 */
function monthDue(counted: string, { sessions, bought }: History, now: string, timeZone: string): string {
  const atMs = [...sessions.values(), ...[...bought.values()].map((purchase) => purchase.atMs)];
  const newest = atMs.length === 0 ? '' : monthAt(Math.max(...atMs), timeZone);
  const isMonth = monthSchema.safeParse(counted).success;
  return !isMonth || counted < newest || counted > now ? newest : counted;
}

function spentIn(
  month: string,
  timeZone: string,
  sessions: readonly ToldSession[],
  { bought, returned }: History,
): { totalFen: number; byMember: Record<string, number> } {
  const paid = [
    ...sessions.flatMap(({ agreement: { memberId }, receipts }) => {
      const newest = receipts.at(-1);
      return newest === undefined ? [] : [{ atMs: endOf(newest), fen: newest.chargedFen, memberId }];
    }),
    ...[...bought].flatMap(([purchaseId, purchase]) =>
      returned.has(purchaseId) ? [] : [{ memberId: undefined, ...purchase }],
    ),
  ].filter(({ atMs }) => monthAt(atMs, timeZone) === month);
  const byMember = new Map<string, number>();
  for (const { fen, memberId } of paid)
    if (memberId !== undefined) byMember.set(memberId, (byMember.get(memberId) ?? 0) + fen);
  return {
    totalFen: paid.reduce((sum, { fen }) => sum + fen, 0),
    byMember: withoutNothing(Object.fromEntries(byMember)),
  };
}

const withoutNothing = (sums: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(sums).filter(([, fen]) => fen !== 0));

/**
 * The marks that the notices of a month have left, one by one. A notice that does not say of which limit it is was told
 * before they did: any mark of that name stands for it.
 */
async function marksDue(
  { table }: Pick<Backend, 'table'>,
  { estateId, householdId, budget }: Pick<Wallet, 'estateId' | 'householdId' | 'budget'>,
  month: string,
): Promise<Record<string, true>> {
  const all = startingWith(keys.noticed(estateId, householdId, `${month}:`));
  const entries = (await table.query(all)).map(parseEntry);
  const told = entries.map(({ facts }) => noticeSchema.parse(facts).noticeId.slice(month.length + 1));
  const marks = budget.spent.month === month ? budget.spent.noticed : [];
  return byName(told.map((name) => marks.find((mark) => isOf(mark, name)) ?? name));
}

const isOf = (mark: string, name: string): boolean =>
  mark === name || (mark.startsWith(`${name}:`) && /^\d+$/.test(mark.slice(name.length + 1)));

const byName = (marks: readonly string[]): Record<string, true> =>
  Object.fromEntries(marks.map((mark) => [mark, true]));
