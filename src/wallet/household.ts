import * as z from 'zod/mini';
import { type Backend, conflictIs, record } from '../journal/commit.ts';
import { draft, type Origin, standingFor } from '../journal/entry.ts';
import { differenceOf, type Members } from '../settings/weigh.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { monthAt } from '../shared/local-time.ts';
import type { Table } from '../shared/table.ts';
import { type Budget, type MemberWanted, withMember, withMonthLimit, withoutMember } from './budget.ts';
import { noticeWrites } from './notice.ts';
import { checkAmount, type Wallet } from './wallet.ts';
import { putWallet, readWallet } from './wallet-store.ts';

const householdSchema = z.object({ holderId: z.optional(z.string()) });

/** Throws `not-found`: money is booked to somebody. */
export async function householdExists(table: Table, estateId: string, householdId: string): Promise<void> {
  await holderOf(table, estateId, householdId);
}

/**
 * Who answers for a household's account: the subject of a token, or undefined where the configuration names nobody.
 * Throws `not-found` for a household that is not there.
 */
export async function holderOf(
  table: Table,
  estateId: string,
  householdId: string,
): Promise<string | undefined> {
  const [household] = await table.get([keys.household(estateId, householdId)]);
  if (household === undefined) throw new DomainError('not-found', `There is no household ${householdId}`);
  return householdSchema.parse(household).holderId;
}

/** Who asks for a change. */
export interface Asker {
  /** The subject of a token. */
  readonly subject: string;
  /** Whether they act for the property office or the operator, and not for a household. */
  readonly isStaff: boolean;
}

/** What can be agreed about a household's money without moving any. Of a member, what is absent stays; null removes. */
export type HouseholdChange =
  | { readonly change: 'month-limit'; readonly monthLimitFen: number | null }
  | ({ readonly change: 'member' } & MemberWanted)
  | { readonly change: 'member-gone'; readonly memberId: string };

/**
 * Changes what a household has agreed, in one journalled transaction; a limit of which most is spent already is told at
 * once. The same request again changes nothing. Whoever asks is taken for one of the household unless `asker` says that
 * they are staff. Throws `money-invalid`, `not-found`, `credit-in-use`, `bad-request`, `already-exists` when the request
 * was another one, and `forbidden` for a limit or a member where somebody else answers for the household's account.
 */
export async function changeHousehold(
  backend: Backend,
  origin: Origin,
  householdId: string,
  requestId: string,
  change: HouseholdChange,
  asker: Asker = { subject: origin.sender, isStaff: false },
): Promise<Wallet> {
  const { estateId } = origin;
  checkLimit(change);
  const { timeZone } = await backend.registry.estate(estateId);
  const month = monthAt(origin.receivedAtMs, timeZone);
  const key = keys.householdChange(estateId, householdId, requestId);
  const own = { ...origin, fact: `${householdId} ${JSON.stringify(change)}` };
  const conflict = conflictIs('already-exists', `Request ${requestId} was another one`);
  await record(
    backend,
    async () => {
      const [known] = await backend.table.get([key]);
      // Repeated, it is not judged again: a member removed once is not there to be removed.
      if (known !== undefined) return { entry: standingFor(known, own, backend.vault) };
      checkAsker(asker, await holderOf(backend.table, estateId, householdId));
      const wallet = await readWallet(backend.table, estateId, householdId);
      const after = changed(wallet, change, month);
      const difference = differenceOf(agreedIn(wallet.budget), agreedIn(after.budget));
      const facts = { householdId, ...change, byStaff: asker.isStaff, ...difference };
      const content = { kind: 'household-changed', outcome: change.change, facts } as const;
      return {
        entry: draft(key, own, content),
        writes: [putWallet(after), ...noticeWrites(backend.vault, own, wallet, after)],
      };
    },
    conflict,
  );
  return readWallet(backend.table, estateId, householdId);
}

function changed(wallet: Wallet, change: HouseholdChange, month: string): Wallet {
  const { budget } = wallet;
  switch (change.change) {
    case 'month-limit':
      return { ...wallet, budget: withMonthLimit(budget, change.monthLimitFen, month) };
    case 'member': {
      const { change: _, ...member } = change;
      return { ...wallet, budget: withMember(budget, member, month) };
    }
    case 'member-gone':
      return { ...wallet, budget: withoutMember(budget, change.memberId) };
  }
}

/** What a household has agreed, each member by itself. */
function agreedIn({ monthLimitFen, members }: Budget): Members {
  const own = Object.entries(members).map(([memberId, terms]) => [`member:${memberId}`, terms] as const);
  return { monthLimitFen, ...Object.fromEntries(own) };
}

function checkAsker({ subject, isStaff }: Asker, holderId: string | undefined) {
  if (isStaff || holderId === undefined || holderId === subject) return;
  throw new DomainError(
    'forbidden',
    'Only who answers for the household’s account, or the staff, may change its limits',
  );
}

function checkLimit(change: HouseholdChange): void {
  const { monthLimitFen } = { monthLimitFen: undefined, ...change };
  if (monthLimitFen !== undefined && monthLimitFen !== null) checkAmount(monthLimitFen);
}
