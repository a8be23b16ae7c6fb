import * as z from 'zod/mini';
import { budgetSchema, cashAloneSchema, purchaseSchema } from '../../contract/shapes/wallet.ts';
import { DomainError } from '../shared/errors.ts';
import { ownOf } from '../shared/own.ts';
import { checkLimits, emptyBudget, spentMore } from './budget.ts';
import { reserve, unreserve } from './purchase.ts';

/** Money set aside for one session, before power. */
export const holdSchema = z.object({
  /** Nothing where a package pays for all of it. */
  amountFen: z.int().check(z.minimum(0)),
  /** Who holds it: one open session for each credential. */
  credentialId: z.string(),
  /** Whose limit it counts against. */
  memberId: z.optional(z.string()),
  sinceMs: z.int(),
  /** A package that pays first: one session, or so many Wh, taken from what is left of it. */
  reserved: z.optional(z.object({ purchaseId: z.string(), amount: z.int().check(z.minimum(0)) })),
});
export type Hold = z.infer<typeof holdSchema>;

/** What one household has, has set aside, owes, and has agreed with itself. Money changes only with a journal entry. */
export const walletSchema = z.object({
  householdId: z.string(),
  estateId: z.string(),
  balanceFen: z.int(),
  creditLimitFen: z.int().check(z.minimum(0)),
  /** Claimed after the session and not covered then: taken from the next deposit, and from nothing else. */
  owedFen: z._default(z.int().check(z.minimum(0)), 0),
  holds: z.record(z.string(), holdSchema),
  /** Packages bought, by the purchase. */
  purchases: z._default(z.record(z.string(), purchaseSchema), {}),
  budget: z._default(budgetSchema, emptyBudget),
  /** `credential|YYYY-MM-DD`: what counts towards the cap of that day, in grains. */
  days: z._default(z.record(z.string(), z.int()), {}),
  /** Cash that one person booked alone, on the newest local day on which somebody did: YYYY-MM-DD. */
  cashAlone: z.optional(cashAloneSchema),
  version: z.optional(z.int()),
});
export type Wallet = z.infer<typeof walletSchema>;

export function emptyWallet(estateId: string, householdId: string): Wallet {
  return {
    householdId,
    estateId,
    balanceFen: 0,
    creditLimitFen: 0,
    owedFen: 0,
    holds: {},
    purchases: {},
    budget: emptyBudget,
    days: {},
  };
}

export const heldFen = ({ holds }: Pick<Wallet, 'holds'>): number =>
  Object.values(holds).reduce((sum, { amountFen }) => sum + amountFen, 0);

/** The balance and the credit, less what is set aside: never negative. */
export function availableFen(wallet: Wallet): number {
  return wallet.balanceFen + wallet.creditLimitFen - heldFen(wallet);
}

/** What a new session may set aside: who owes something pays that first. */
export function spendableFen(wallet: Wallet): number {
  return Math.max(0, availableFen(wallet) - wallet.owedFen);
}

/** Throws `money-invalid` for what is no limit, and `credit-in-use` when more than that is used or set aside. */
export function withCreditLimit(wallet: Wallet, creditLimitFen: number): Wallet {
  if (creditLimitFen !== 0) checkAmount(creditLimitFen);
  const after = { ...wallet, creditLimitFen };
  if (creditLimitFen < wallet.creditLimitFen && availableFen(after) < 0)
    throw new DomainError(
      'credit-in-use',
      `${creditLimitFen - availableFen(after)} fen of the credit are in use`,
    );
  return after;
}

/**
 * Money paid in: what is owed is settled first, so the balance grows by the rest. The postings of both are made by
 * `payInPostings`. Throws `money-invalid` for anything but a positive whole number of fen.
 */
export function deposit(wallet: Wallet, amountFen: number): Wallet {
  checkAmount(amountFen);
  if (wallet.balanceFen + amountFen > balanceAtMostFen)
    throw new DomainError('money-invalid', `A wallet holds at most ${balanceAtMostFen} fen`);
  const settledFen = Math.min(wallet.owedFen, amountFen);
  return {
    ...wallet,
    owedFen: wallet.owedFen - settledFen,
    balanceFen: wallet.balanceFen + amountFen - settledFen,
  };
}

/** Money paid out of what is free: credit is for charging and never paid out. Throws `too-little-money`. */
export function withdraw(wallet: Wallet, amountFen: number): Wallet {
  checkAmount(amountFen);
  const freeFen = wallet.balanceFen - heldFen(wallet) - wallet.owedFen;
  if (freeFen < amountFen)
    throw new DomainError(
      'too-little-money',
      `${amountFen} fen are asked for, ${Math.max(0, freeFen)} are free`,
    );
  return { ...wallet, balanceFen: wallet.balanceFen - amountFen };
}

/**
 * Money paid for something that is had at once, credit included; it counts against the month of the household, and of
 * the member who pays. Throws `too-little-money` or `spend-limit-reached`.
 */
export function spend(wallet: Wallet, amountFen: number, month: string, memberId?: string): Wallet {
  checkAmount(amountFen);
  checkCovered(wallet, amountFen);
  checkLimits(wallet.budget, Object.values(wallet.holds), { amountFen, memberId }, month);
  return {
    ...wallet,
    balanceFen: wallet.balanceFen - amountFen,
    budget: spentMore(wallet.budget, month, memberId, amountFen),
  };
}

/**
 * Sets money, and part of a package, aside for a session. Throws `too-little-money`, `credential-busy`,
 * `spend-limit-reached`, `package-used-up` or `money-invalid`.
 */
export function placeHold(wallet: Wallet, sessionId: string, hold: Hold, month: string): Wallet {
  if (hold.amountFen !== 0) checkAmount(hold.amountFen);
  if (Object.values(wallet.holds).some(({ credentialId }) => credentialId === hold.credentialId))
    throw new DomainError('credential-busy', 'This card or phone is charging already');
  checkCovered(wallet, hold.amountFen);
  checkLimits(wallet.budget, Object.values(wallet.holds), hold, month);
  return {
    ...wallet,
    purchases: reserve(wallet.purchases, hold.reserved, hold.sinceMs),
    holds: { ...wallet.holds, [sessionId]: hold },
  };
}

/** What a session took of its hold. */
export interface Capture {
  readonly amountFen: number;
  /** Sessions or Wh of the reserved package that were used; the rest goes back to it. */
  readonly usedOfPackage?: number | undefined;
  /** The local month in which the session ended, for limits: YYYY-MM. */
  readonly month: string;
}

/**
 * Ends a hold and takes `amountFen` of it; what is left is free again. Throws `money-invalid` for more than was held:
 * a capture above the hold would spend money that nobody agreed to.
 */
export function capture(
  wallet: Wallet,
  sessionId: string,
  { amountFen, usedOfPackage, month }: Capture,
): Wallet {
  const hold = ownOf(wallet.holds, sessionId);
  const { [sessionId]: _, ...holds } = wallet.holds;
  if (hold === undefined) throw new DomainError('money-invalid', `Nothing is held for ${sessionId}`);
  if (!Number.isSafeInteger(amountFen) || amountFen < 0 || amountFen > hold.amountFen)
    throw new DomainError(
      'money-invalid',
      `${amountFen} fen cannot be taken from a hold of ${hold.amountFen}`,
    );
  return {
    ...wallet,
    balanceFen: wallet.balanceFen - amountFen,
    holds,
    purchases: unreserve(wallet.purchases, hold.reserved, usedOfPackage ?? 0),
    budget: spentMore(wallet.budget, month, hold.memberId, amountFen),
  };
}

/**
 * Takes for something that is over and was not held for, as far as free money goes; the rest is owed. Never below the
 * credit limit. Throws `money-invalid`.
 */
export function claim(
  wallet: Wallet,
  amountFen: number,
): { wallet: Wallet; takenFen: number; owedFen: number } {
  checkAmount(amountFen);
  const takenFen = Math.min(amountFen, Math.max(0, availableFen(wallet)));
  const owedFen = amountFen - takenFen;
  return {
    wallet: { ...wallet, balanceFen: wallet.balanceFen - takenFen, owedFen: wallet.owedFen + owedFen },
    takenFen,
    owedFen,
  };
}

function checkCovered(wallet: Wallet, amountFen: number): void {
  const thereFen = spendableFen(wallet);
  if (thereFen < amountFen)
    throw new DomainError('too-little-money', `${amountFen} fen are needed, ${thereFen} are there`);
}

/** A hundred thousand yuan: what one movement of money is at most, so that no sum leaves the exact numbers. */
const amountAtMostFen = 10_000_000;
const balanceAtMostFen = 100 * amountAtMostFen;

/** Throws `money-invalid` for anything but a positive whole number of fen that somebody could mean. */
export function checkAmount(amountFen: number): void {
  if (!Number.isSafeInteger(amountFen) || amountFen <= 0)
    throw new DomainError('money-invalid', `${amountFen} is not a positive whole number of fen`);
  if (amountFen > amountAtMostFen)
    throw new DomainError('money-invalid', `${amountFen} fen are more than ${amountAtMostFen} at once`);
}

/** Books are kept in yuan alone. Throws `currency-unknown`. */
export function checkCurrency(currency: string | undefined): void {
  if (currency !== undefined && currency !== 'CNY')
    throw new DomainError('currency-unknown', `Accounts are kept in CNY, not in ${currency.slice(0, 10)}`);
}
