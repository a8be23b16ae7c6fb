import type * as z from 'zod/mini';
import type { SessionPackage, Tariff } from '../../contract/shapes/tariff.ts';
import { boughtSchema } from '../../contract/shapes/wallet.ts';
import { type Backend, conflictIs, record } from '../journal/commit.ts';
import { draft, type Origin, parseEntry, standingFor } from '../journal/entry.ts';
import { revenueAccount, walletAccount } from '../ledger/ledger.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { monthAt } from '../shared/local-time.ts';
import { ownOf } from '../shared/own.ts';
import type { Item, Write } from '../shared/table.ts';
import { spentMore } from './budget.ts';
import { householdExists } from './household.ts';
import { noticeWrites } from './notice.ts';
import { payInPostings } from './pay-in.ts';
import { isUnused, type Purchase, withoutLapsed } from './purchase.ts';
import { deposit, spend, type Wallet } from './wallet.ts';
import { putWallet, readWallet } from './wallet-store.ts';

const dayMs = 86_400_000;

export type Bought = z.infer<typeof boughtSchema>;

/**
 * Buys a package of a tariff in force: the money and what was bought for it change hands in one transaction. The request
 * names the purchase, and whoever asks is the member that pays. Throws `not-found` for a package that the tariff does not have, `too-little-money`,
 * `spend-limit-reached`, and `already-exists` when the request was another one.
 */
export async function buyPackage(
  backend: Backend,
  origin: Origin,
  wanted: { readonly householdId: string; readonly requestId: string; readonly packageId: string },
  tariff: Tariff,
): Promise<Bought> {
  const { estateId, receivedAtMs } = origin;
  const { householdId, requestId, packageId } = wanted;
  const key = keys.purchase(estateId, householdId, requestId);
  const own = { ...origin, fact: `buy ${householdId} ${requestId} ${packageId}` };
  const month = monthAt(receivedAtMs, tariff.timeZone);
  const isAnother = conflictIs('already-exists', `Request ${requestId} was another one`);
  const { entry } = await record(
    backend,
    async () => {
      const [before] = await backend.table.get([key]);
      // Bought once, it stays bought: money and tariff may be others by now.
      if (before !== undefined) return { entry: standingFor(before, own, backend.vault) };
      await householdExists(backend.table, estateId, householdId);
      const bought = { ...termsOf(wanted, tariff, receivedAtMs), memberId: origin.sender };
      const wallet = await readWallet(backend.table, estateId, householdId);
      const after = withPurchase(
        spend(wallet, bought.priceFen, month, bought.memberId),
        bought,
        receivedAtMs,
      );
      const postings = [
        {
          debit: walletAccount(householdId),
          credit: revenueAccount('package'),
          amountFen: bought.priceFen,
          memo: requestId,
        },
      ];
      const content = {
        kind: 'package-bought',
        outcome: 'bought',
        facts: bought,
        postings,
      } as const;
      const writes: Write[] = [putWallet(after), ...noticeWrites(backend.vault, own, wallet, after)];
      return { entry: draft(key, own, content), writes };
    },
    isAnother,
  );
  return boughtSchema.parse(entry.facts);
}

/**
 * Gives a package back that has paid for nothing yet, at its full price, while it is valid. Throws `not-found`,
 * `package-used`, `package-lapsed`, and `already-refunded` for another request than the one that gave it back.
 */
export async function returnPackage(
  backend: Backend,
  origin: Origin,
  wanted: { readonly householdId: string; readonly requestId: string; readonly purchaseId: string },
): Promise<Bought> {
  const { estateId } = origin;
  const { householdId, requestId, purchaseId } = wanted;
  const key = keys.purchaseReturned(estateId, householdId, purchaseId);
  const own = { ...origin, fact: `return ${purchaseId} ${requestId}` };
  const { timeZone } = await backend.registry.estate(estateId);
  const isReturned = conflictIs('already-refunded', `${purchaseId} was given back before`);
  const { entry } = await record(
    backend,
    async () => {
      const [returned, item] = await backend.table.get([
        key,
        keys.purchase(estateId, householdId, purchaseId),
      ]);
      if (returned !== undefined) return { entry: standingFor(returned, own, backend.vault) };
      const { bought, boughtAtMs } = boughtIn(item, purchaseId);
      const wallet = await readWallet(backend.table, estateId, householdId);
      const after = withoutPurchase(wallet, bought, origin.receivedAtMs);
      const back = {
        ...after,
        budget: spentMore(after.budget, monthAt(boughtAtMs, timeZone), bought.memberId, -bought.priceFen),
      };
      const postings = payInPostings(revenueAccount('package'), wallet, back, bought.priceFen, purchaseId);
      const content = {
        kind: 'package-returned',
        outcome: 'refunded',
        facts: bought,
        postings,
      } as const;
      return { entry: draft(key, own, content), writes: [putWallet(back)] };
    },
    isReturned,
  );
  return boughtSchema.parse(entry.facts);
}

function termsOf(
  { householdId, requestId, packageId }: Parameters<typeof buyPackage>[2],
  { packages = [], tariffVersion }: Tariff,
  nowMs: number,
): Bought {
  const offer: SessionPackage | undefined = packages.find((candidate) => candidate.packageId === packageId);
  if (offer === undefined)
    throw new DomainError('not-found', `Tariff ${tariffVersion} has no package ${packageId}`);
  const { kind, priceFen, amount, validDays } = offer;
  // A package of days is valid on as many days as it is of; what is bought besides may be used for longer.
  const days = kind === 'days' ? Math.min(amount, validDays) : validDays;
  return {
    purchaseId: requestId,
    householdId,
    packageId,
    tariffVersion,
    kind,
    amount,
    priceFen,
    validUntilMs: nowMs + days * dayMs,
  };
}

function withPurchase(wallet: Wallet, bought: Bought, nowMs: number): Wallet {
  const { purchaseId, packageId, tariffVersion, kind, amount, validUntilMs } = bought;
  const left = kind === 'days' ? 1 : amount;
  const purchase: Purchase = { packageId, tariffVersion, kind, left, boughtAtMs: nowMs, validUntilMs };
  const kept = withoutLapsed(wallet.purchases, Object.values(wallet.holds), nowMs);
  return { ...wallet, purchases: { ...kept, [purchaseId]: purchase } };
}

function withoutPurchase(wallet: Wallet, { purchaseId, amount, priceFen }: Bought, nowMs: number): Wallet {
  const purchase = ownOf(wallet.purchases, purchaseId);
  const { [purchaseId]: _, ...purchases } = wallet.purchases;
  if (purchase === undefined || purchase.validUntilMs <= nowMs)
    throw new DomainError('package-lapsed', `The package ${purchaseId} is over`);
  if (!isUnused(purchase, amount, Object.values(wallet.holds), purchaseId))
    throw new DomainError('package-used', `A session was paid with the package ${purchaseId}, or is now`);
  return deposit({ ...wallet, purchases }, priceFen);
}

function boughtIn(item: Item | undefined, purchaseId: string): { bought: Bought; boughtAtMs: number } {
  if (item === undefined) throw new DomainError('not-found', `There is no purchase ${purchaseId}`);
  const entry = parseEntry(item);
  return { bought: boughtSchema.parse(entry.facts), boughtAtMs: entry.receivedAtMs };
}
