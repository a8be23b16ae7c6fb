import type * as z from 'zod/mini';
import type { budgetSchema } from '../../contract/shapes/wallet.ts';
import { merged } from '../settings/weigh.ts';
import { DomainError } from '../shared/errors.ts';
import { ownOf } from '../shared/own.ts';

export type Budget = z.infer<typeof budgetSchema>;

export const emptyBudget: Budget = {
  members: {},
  spent: { month: '', totalFen: 0, byMember: {}, noticed: [] },
};

/** A household is told when so much of a limit is spent. */
const noticePercent = 80;

interface Spender {
  readonly amountFen: number;
  readonly memberId?: string | undefined;
}

/** What is left of the household's and the member's month, with what they hold now; Infinity without a limit. */
export function leftOfLimits(
  budget: Budget,
  holds: readonly Spender[],
  memberId: string | undefined,
  month: string,
): number {
  const { totalFen, byMember } = spentIn(budget, month);
  const held = (of: readonly Spender[]) => of.reduce((sum, { amountFen }) => sum + amountFen, 0);
  const household = (budget.monthLimitFen ?? Number.POSITIVE_INFINITY) - totalFen - held(holds);
  if (memberId === undefined) return household;
  const limit = ownOf(budget.members, memberId)?.monthLimitFen ?? Number.POSITIVE_INFINITY;
  const own = holds.filter((hold) => hold.memberId === memberId);
  return Math.min(household, limit - (ownOf(byMember, memberId) ?? 0) - held(own));
}

/** Throws `spend-limit-reached` when a hold would pass the household's or the member's month. */
export function checkLimits(budget: Budget, holds: readonly Spender[], hold: Spender, month: string): void {
  const leftFen = Math.max(0, leftOfLimits(budget, holds, hold.memberId, month));
  if (hold.amountFen > leftFen)
    throw new DomainError('spend-limit-reached', `${leftFen} fen are left of this month's limit`);
}

/**
 * Counts what was spent, or, negative, given back, in the month in which the session ended, and marks the limits that
 * are to be told of. A month gone by is not reopened.
 */
export function spentMore(
  budget: Budget,
  month: string,
  memberId: string | undefined,
  amountFen: number,
): Budget {
  return spentMoreOf(withMarksNamed(budget), month, memberId, amountFen);
}

function spentMoreOf(budget: Budget, month: string, memberId: string | undefined, amountFen: number): Budget {
  if (month < budget.spent.month) return budget;
  const before = spentIn(budget, month);
  const byMember =
    memberId === undefined
      ? before.byMember
      : { ...before.byMember, [memberId]: Math.max(0, (ownOf(before.byMember, memberId) ?? 0) + amountFen) };
  const spent = { ...before, totalFen: Math.max(0, before.totalFen + amountFen), byMember };
  return { ...budget, spent: { ...spent, noticed: noticedBy({ ...budget, spent }) } };
}

/** The budget with a limit for the household, or, null, without. */
export function withMonthLimit(budget: Budget, monthLimitFen: number | null, month: string): Budget {
  const { monthLimitFen: _, ...rest } = withMarksNamed(budget);
  return spentMoreOf(monthLimitFen === null ? rest : { ...rest, monthLimitFen }, month, undefined, 0);
}

/** What is absent stays as it is, null removes. */
export interface MemberWanted {
  readonly memberId: string;
  readonly name?: string | null | undefined;
  readonly monthLimitFen?: number | null | undefined;
}

const membersAtMost = 30;

/** The budget with a member as described now, over what is known of them. Throws `bad-request` when a household would have too many. */
export function withMember(
  budget: Budget,
  { memberId, name, monthLimitFen }: MemberWanted,
  month: string,
): Budget {
  const named = withMarksNamed(budget);
  const terms = merged(ownOf(named.members, memberId) ?? {}, { name, monthLimitFen });
  const members = { ...named.members, [memberId]: terms };
  if (Object.keys(members).length > membersAtMost)
    throw new DomainError('bad-request', `A household has at most ${membersAtMost} members`);
  return spentMoreOf({ ...named, members }, month, undefined, 0);
}

/** A member who has gone leaves what was spent: the household's own limit counts it. Throws `not-found`. */
export function withoutMember(budget: Budget, memberId: string): Budget {
  const named = withMarksNamed(budget);
  const { [memberId]: _, ...members } = named.members;
  if (ownOf(budget.members, memberId) === undefined)
    throw new DomainError('not-found', `There is no member ${memberId}`);
  return { ...named, members };
}

/** A limit of which most is spent. */
export interface Crossing {
  /** Unique in the household: the month, whose limit it is, and the limit. */
  readonly noticeId: string;
  readonly month: string;
  /** Absent: the limit of the whole household. */
  readonly memberId?: string | undefined;
  readonly limitFen: number;
  readonly spentFen: number;
}

/** The limits that were marked between two states of a budget. */
export function crossingsBetween(before: Budget, after: Budget): Crossing[] {
  const { month, noticed } = after.spent;
  const known = before.spent.month === month ? withMarksNamed(before).spent.noticed : [];
  return limitsOf(after).flatMap(({ name, ...limit }) => {
    const mark = markOf(name, limit.limitFen);
    return noticed.includes(mark) && !known.includes(mark)
      ? [{ noticeId: `${month}:${mark}`, month, ...limit }]
      : [];
  });
}

const markOf = (name: string, limitFen: number): string => `${name}:${limitFen}`;

/** A mark that does not say of which limit it is, is of the one that holds: so it is made before a limit is changed. */
function withMarksNamed(budget: Budget): Budget {
  const limits = limitsOf(budget);
  const named = budget.spent.noticed.map((mark) => {
    const limit = limits.find(({ name }) => name === mark);
    return limit === undefined ? mark : markOf(mark, limit.limitFen);
  });
  return { ...budget, spent: { ...budget.spent, noticed: [...new Set(named)] } };
}

/** However often limits are changed in a month, the wallet stays small: what is beyond is not told. */
const noticedAtMost = 200;

function noticedBy(budget: Budget): string[] {
  const reached = limitsOf(budget).filter(
    ({ limitFen, spentFen }) => spentFen * 100 >= limitFen * noticePercent,
  );
  const marks = reached.map(({ name, limitFen }) => markOf(name, limitFen));
  return [...new Set([...budget.spent.noticed, ...marks])].slice(0, noticedAtMost);
}

function limitsOf({ monthLimitFen, members, spent }: Budget) {
  const household =
    monthLimitFen === undefined
      ? []
      : [{ name: 'household', limitFen: monthLimitFen, spentFen: spent.totalFen }];
  const own = Object.entries(members).flatMap(([memberId, { monthLimitFen: limitFen }]) =>
    limitFen === undefined
      ? []
      : [{ name: `member:${memberId}`, memberId, limitFen, spentFen: ownOf(spent.byMember, memberId) ?? 0 }],
  );
  return [...household, ...own];
}

function spentIn({ spent }: Budget, month: string): Budget['spent'] {
  return spent.month === month ? spent : { month, totalFen: 0, byMember: {}, noticed: [] };
}
