import type { RebuildDifference } from '../../../contract/shapes/rebuild.ts';
import type { Backend } from '../../journal/commit.ts';
import { addDays } from '../../shared/local-time.ts';
import type { CashAlone } from '../../wallet/cash-alone.ts';
import { daysKept, spentBy } from '../../wallet/session-money.ts';
import type { Wallet } from '../../wallet/wallet.ts';
import { walletKey } from '../../wallet/wallet-store.ts';
import { comparedFields } from './compare.ts';
import { type History, listedSessions, type ToldSession, toldSessions } from './history.ts';
import { keptMs } from './lines.ts';

const dayMs = 86_400_000;

/** So long before the oldest day that is kept, a session that counts on it may have been agreed. */
const reachMs = (daysKept + 3) * dayMs;

/**
 * What a wallet counts towards the caps of the last days, against the sessions of each card. A session that has moved no
 * money may count too (what its hold was too small for): it is looked for, in the list of the estate, where the others
 * do not come to what is counted.
 */
export async function checkDays(
  backend: Backend,
  { estateId, householdId, days }: Wallet,
  history: History,
): Promise<RebuildDifference[]> {
  const newestDay = Object.keys(days).map(dateOf).sort().at(-1);
  const newestMs = Math.max(0, ...history.sessions.values());
  const sinceMs = Math.min(newestMs, newestDay === undefined ? newestMs : Date.parse(newestDay)) - reachMs;
  const compared = (sessions: readonly ToldSession[]) => {
    const { firstDate, due } = daysDue(sessions);
    const forgotten = dateAt(backend.clock.now() - keptMs + 2 * dayMs);
    const isKept = ([name]: [string, number]) =>
      dateOf(name) > forgotten && dateOf(name) >= (firstDate ?? '');
    const kept = (sums: Readonly<Record<string, number>>) =>
      Object.fromEntries(Object.entries(sums).filter(isKept));
    const place = { what: 'day-cap', of: householdId, key: walletKey(estateId, householdId) };
    return comparedFields({ ...place, path: 'days' }, kept(days), kept(due));
  };
  const known = [...history.sessions].filter(([, endedAtMs]) => endedAtMs >= sinceMs).map(([id]) => id);
  const differences = compared(await toldSessions(backend, householdId, known));
  if (differences.length === 0) return [];
  const listed = await listedSessions(backend, estateId, householdId, sinceMs);
  return compared(await toldSessions(backend, householdId, [...new Set([...known, ...listed])]));
}

const dateOf = (name: string): string => name.slice(name.lastIndexOf('|') + 1);
const dateAt = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** What sessions count by card and day, and the first day that is kept: so many before the newest that ever counted. */
function daysDue(sessions: readonly ToldSession[]): { firstDate?: string; due: Record<string, number> } {
  const due = new Map<string, number>();
  let newest = '';
  for (const { agreement, receipts, tariff } of sessions) {
    for (const date of receipts.flatMap((receipt) => Object.keys(spentBy(tariff, receipt))))
      newest = date > newest ? date : newest;
    const last = receipts.at(-1);
    for (const [date, grains] of Object.entries(last === undefined ? {} : spentBy(tariff, last))) {
      const name = `${agreement.credentialId}|${date}`;
      due.set(name, (due.get(name) ?? 0) + grains);
    }
  }
  return {
    ...(newest === '' ? {} : { firstDate: addDays(newest, -daysKept) }),
    due: Object.fromEntries([...due].filter(([, grains]) => grains > 0)),
  };
}

/** What was booked alone on the newest day on which somebody did, against the orders of that day. */
export function checkCashAlone(
  { clock }: Pick<Backend, 'clock'>,
  { estateId, householdId, cashAlone }: Wallet,
  { cashAlone: orders }: History,
): RebuildDifference[] {
  const date = orders
    .map((order) => order.date)
    .sort()
    .at(-1);
  // Of a day that is forgotten in part, what is left adds up to too little.
  if (cashAlone !== undefined && cashAlone.date <= dateAt(clock.now() - keptMs + 2 * dayMs)) return [];
  const sumOf = (kind: (typeof orders)[number]['kind']) =>
    orders
      .filter((order) => order.date === date && order.kind === kind)
      .reduce((sum, { amountFen }) => sum + amountFen, 0);
  const due: CashAlone | undefined =
    date === undefined
      ? undefined
      : { date, topUpFen: sumOf('cash-top-up'), refundFen: sumOf('cash-refund') };
  const place = { what: 'cash-alone', of: householdId, key: walletKey(estateId, householdId) };
  return comparedFields({ ...place, path: 'cashAlone' }, cashAlone, due);
}
