import type * as z from 'zod/mini';
import type { purchaseSchema } from '../../contract/shapes/wallet.ts';
import { DomainError } from '../shared/errors.ts';
import { ownOf } from '../shared/own.ts';

export type Purchase = z.infer<typeof purchaseSchema>;
type Purchases = Readonly<Record<string, Purchase>>;

/** The purchase that pays for a session now: the one that ends first, so that nothing lapses unused; none is undefined. */
export function usablePurchase(
  purchases: Purchases,
  nowMs: number,
): { readonly purchaseId: string; readonly purchase: Purchase } | undefined {
  const [first] = Object.entries(purchases)
    .filter(([, { left, validUntilMs }]) => left > 0 && validUntilMs > nowMs)
    .sort(([idA, a], [idB, b]) => a.validUntilMs - b.validUntilMs || (idA < idB ? -1 : 1));
  return first === undefined ? undefined : { purchaseId: first[0], purchase: first[1] };
}

interface Reserved {
  readonly purchaseId: string;
  readonly amount: number;
}

/** Takes what a session may use out of its package. Throws `package-used-up`. A package of days is not used up by a session. */
export function reserve(
  purchases: Purchases,
  reserved: Reserved | undefined,
  nowMs: number,
): Record<string, Purchase> {
  if (reserved === undefined) return { ...purchases };
  const purchase = ownOf(purchases, reserved.purchaseId);
  if (purchase === undefined || purchase.validUntilMs <= nowMs || purchase.left < reserved.amount)
    throw new DomainError('package-used-up', `Nothing is left of the package ${reserved.purchaseId}`);
  if (purchase.kind === 'days') return { ...purchases };
  return { ...purchases, [reserved.purchaseId]: withMore(purchase, -reserved.amount) };
}

/**
 * A purchase with so much more left of it, or, negative, less. What there was not is remembered, so that in whatever
 * steps sessions came to what they used, as much is left as was bought less all of it.
 */
export function withMore({ overdrawn = 0, ...purchase }: Purchase, amount: number): Purchase {
  const left = purchase.left - overdrawn + amount;
  return { ...purchase, left: Math.max(0, left), ...(left < 0 ? { overdrawn: -left } : {}) };
}

/** Gives back what a session had reserved and did not use. */
export function unreserve(
  purchases: Purchases,
  reserved: Reserved | undefined,
  used: number,
): Record<string, Purchase> {
  const purchase = reserved === undefined ? undefined : ownOf(purchases, reserved.purchaseId);
  if (reserved === undefined || purchase === undefined) return { ...purchases };
  if (purchase.kind === 'days')
    return used === 0
      ? { ...purchases }
      : { ...purchases, [reserved.purchaseId]: { ...purchase, used: true } };
  const back = Math.max(0, reserved.amount - used);
  return { ...purchases, [reserved.purchaseId]: withMore(purchase, back) };
}

/** Whether a purchase has paid for nothing yet, and pays for nothing now. `bought` is what there was of it at first. */
export function isUnused(
  purchase: Purchase,
  bought: number,
  holds: readonly { readonly reserved?: { readonly purchaseId: string } | undefined }[],
  purchaseId: string,
): boolean {
  const reservedNow = holds.some(({ reserved }) => reserved?.purchaseId === purchaseId);
  return !reservedNow && purchase.used !== true && (purchase.kind === 'days' || purchase.left === bought);
}

const shownAfterMs = 31 * 86_400_000;

/** Without what ended a month ago: it stays in the journal, and the wallet stays small. What is reserved stays too. */
export function withoutLapsed(
  purchases: Purchases,
  holds: readonly { readonly reserved?: { readonly purchaseId: string } | undefined }[],
  nowMs: number,
): Record<string, Purchase> {
  const reserved = new Set(holds.map((hold) => hold.reserved?.purchaseId));
  return Object.fromEntries(
    Object.entries(purchases).filter(
      ([purchaseId, { validUntilMs }]) => reserved.has(purchaseId) || validUntilMs + shownAfterMs > nowMs,
    ),
  );
}
