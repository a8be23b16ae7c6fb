import { type Backend, record } from '../journal/commit.ts';
import { entryOf, type Origin } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { walletAccount } from './ledger.ts';
import { deposit } from './wallet.ts';
import { putWallet, readWallet } from './wallet-store.ts';

export interface TopUp {
  /** The cashier's own number: the same one is paid in once. */
  readonly transferId: string;
  readonly householdId: string;
  readonly amountFen: number;
}

/**
 * Cash paid in at the property office. Throws `already-exists` when the number was used for another payment, and
 * `not-found` for a household that is not there: money is booked to somebody.
 */
export async function topUp(
  backend: Backend,
  origin: Origin,
  { transferId, householdId, amountFen }: TopUp,
): Promise<void> {
  const [household] = await backend.table.get([keys.household(origin.estateId, householdId)]);
  if (household === undefined) throw new DomainError('not-found', `There is no household ${householdId}`);
  const { recorded } = await record(backend, async () => {
    const wallet = await readWallet(backend.table, origin.estateId, householdId);
    return {
      entry: entryOf(
        keys.topUp(origin.estateId, transferId),
        origin,
        {
          kind: 'top-up',
          outcome: 'paid-in',
          keep: 'money',
          facts: { householdId, transferId },
          postings: [{ debit: 'cash', credit: walletAccount(householdId), amountFen, memo: transferId }],
        },
        backend.vault,
      ),
      writes: [putWallet(deposit(wallet, amountFen))],
    };
  });
  if (recorded === 'conflict')
    throw new DomainError('already-exists', `Top-up ${transferId} was another payment`);
}
