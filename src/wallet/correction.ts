import * as z from 'zod/mini';
import { type Posting, receivableAccount, walletAccount } from '../ledger/ledger.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Table, Write } from '../shared/table.ts';
import type { OfficeOrder } from './office-order.ts';
import { payInPostings } from './pay-in.ts';
import { claim, deposit, type Wallet } from './wallet.ts';

/** Who paid for a session, and how much was charged for it; undefined for a session that is not there or not over. */
export type SessionCost = (
  estateId: string,
  sessionId: string,
) => Promise<{ readonly householdId: string | undefined; readonly chargedFen: number } | undefined>;

/** Moves what a correction is about by new postings; what it takes and is not there, is owed. */
export function correct(
  before: Wallet,
  { orderId, householdId, amountFen, account = 'written-off' }: OfficeOrder,
): { wallet: Wallet; owedFen: number; postings: Posting[] } {
  if (amountFen > 0) {
    const wallet = deposit(before, amountFen);
    return { wallet, owedFen: 0, postings: payInPostings(account, before, wallet, amountFen, orderId) };
  }
  const { wallet, takenFen, owedFen } = claim(before, -amountFen);
  const postings = [
    { debit: walletAccount(householdId), credit: account, amountFen: takenFen, memo: orderId },
    { debit: receivableAccount(householdId), credit: account, amountFen: owedFen, memo: orderId },
  ].filter((posting) => posting.amountFen > 0);
  return { wallet, owedFen, postings };
}

const trackSchema = z.object({ givenBackFen: z.int(), version: z.optional(z.int()) });

/**
 * What corrections have given back for a session. Every correction writes the wallet: for who has read that before, and
 * writes it, this is still so.
 */
export async function givenBackFor(table: Table, estateId: string, sessionId: string): Promise<number> {
  const [item] = await table.get([keys.correctionsOfSession(estateId, sessionId)]);
  return item === undefined ? 0 : trackSchema.parse(item).givenBackFen;
}

/**
 * The write that counts a correction of a session, under the state on which it was allowed: all corrections of one session
 * together never give back more than was charged for it. Throws `not-found` for a session that this household did not
 * pay for, and `more-than-charged`.
 */
export async function checkSession(
  sources: { readonly table: Table; readonly sessionCost: SessionCost },
  estateId: string,
  { sessionId, householdId, amountFen }: OfficeOrder,
): Promise<Write[]> {
  if (sessionId === undefined) return [];
  const key = keys.correctionsOfSession(estateId, sessionId);
  const [item] = await sources.table.get([key]);
  const cost = await sources.sessionCost(estateId, sessionId);
  if (cost === undefined || cost.householdId !== householdId)
    throw new DomainError('not-found', `${householdId} has paid for no session ${sessionId}`);
  const track = trackSchema.parse(item ?? { givenBackFen: 0 });
  const givenBackFen = track.givenBackFen + amountFen;
  if (givenBackFen > cost.chargedFen)
    throw new DomainError(
      'more-than-charged',
      `${cost.chargedFen} fen were charged, and ${track.givenBackFen} were given back before`,
    );
  // What was given back beyond a price that fell later, the estate has kept of that fall (session-money.ts): taken as if
  // it had been the household's, it would be taken twice.
  if (track.givenBackFen > cost.chargedFen)
    throw new DomainError(
      'more-than-charged',
      `${track.givenBackFen} fen were given back, and it costs ${cost.chargedFen} by now: take without naming it`,
    );
  return [{ put: { ...key, givenBackFen }, when: { version: track.version } }];
}
