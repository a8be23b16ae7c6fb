import * as z from 'zod/mini';
import { DomainError } from '../shared/errors.ts';

/** Money set aside for one charge, before power. */
export const holdSchema = z.object({
  amountFen: z.int().check(z.minimum(1)),
  /** Who holds it: one open charge for each credential. */
  credentialId: z.string(),
  sinceMs: z.int(),
});

export const walletSchema = z.object({
  householdId: z.string(),
  estateId: z.string(),
  balanceFen: z.int(),
  creditLimitFen: z.int(),
  holds: z.record(z.string(), holdSchema),
  version: z.optional(z.int()),
});
export type Wallet = z.infer<typeof walletSchema>;

export function emptyWallet(estateId: string, householdId: string): Wallet {
  return { householdId, estateId, balanceFen: 0, creditLimitFen: 0, holds: {} };
}

/** What may still be spent: the balance and the credit, less what is set aside. */
export function availableFen({ balanceFen, creditLimitFen, holds }: Wallet): number {
  return Object.values(holds).reduce((left, { amountFen }) => left - amountFen, balanceFen + creditLimitFen);
}

/** Throws `money-invalid` for anything but a positive whole number of fen. */
export function deposit(wallet: Wallet, amountFen: number): Wallet {
  checkAmount(amountFen);
  return { ...wallet, balanceFen: wallet.balanceFen + amountFen };
}

/** Throws `too-little-money`, `credential-busy`, or `money-invalid`. */
export function placeHold(wallet: Wallet, chargeId: string, hold: z.infer<typeof holdSchema>): Wallet {
  checkAmount(hold.amountFen);
  if (Object.values(wallet.holds).some(({ credentialId }) => credentialId === hold.credentialId))
    throw new DomainError('credential-busy', 'This card or phone is charging already');
  if (availableFen(wallet) < hold.amountFen)
    throw new DomainError(
      'too-little-money',
      `${hold.amountFen} fen are needed, ${availableFen(wallet)} are there`,
    );
  return { ...wallet, holds: { ...wallet.holds, [chargeId]: hold } };
}

/**
 * Ends a hold and takes `amountFen` of it; what is left is free again. Throws `money-invalid` for more than was held:
 * a capture above the hold would spend money that nobody agreed to.
 */
export function capture(wallet: Wallet, chargeId: string, amountFen: number): Wallet {
  const { [chargeId]: hold, ...holds } = wallet.holds;
  if (hold === undefined) throw new DomainError('money-invalid', `Nothing is held for ${chargeId}`);
  if (!Number.isSafeInteger(amountFen) || amountFen < 0 || amountFen > hold.amountFen)
    throw new DomainError(
      'money-invalid',
      `${amountFen} fen cannot be taken from a hold of ${hold.amountFen}`,
    );
  return { ...wallet, balanceFen: wallet.balanceFen - amountFen, holds };
}

function checkAmount(amountFen: number): void {
  if (!Number.isSafeInteger(amountFen) || amountFen <= 0)
    throw new DomainError('money-invalid', `${amountFen} is not a positive whole number of fen`);
}
