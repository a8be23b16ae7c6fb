import type { Backend } from '../journal/commit.ts';
import type { Origin } from '../journal/entry.ts';
import { type Changed, changeOnRequest } from '../settings/change.ts';
import type { Setting } from '../settings/setting.ts';
import { householdExists } from './household.ts';
import { withCreditLimit } from './wallet.ts';
import { putWallet, readWallet } from './wallet-store.ts';

/** How far below zero a household may charge. Throws `not-found`, `money-invalid` and `credit-in-use`. */
export function creditSetting({ table }: Backend, estateId: string, householdId: string): Setting {
  return {
    kind: 'credit',
    id: householdId,
    async read() {
      await householdExists(table, estateId, householdId);
      const wallet = await readWallet(table, estateId, householdId);
      return {
        members: { creditLimitFen: wallet.creditLimitFen },
        version: wallet.version ?? 0,
        write: ({ creditLimitFen }) => [putWallet(withCreditLimit(wallet, Number(creditLimitFen)))],
      };
    },
  };
}

/**
 * Lowers a household's credit limit, or asks a second person to raise it. The same request again changes nothing. Throws
 * `money-invalid`, `not-found`, `credit-in-use`, and `already-exists` when the request was another one.
 */
export function setCreditLimit(
  backend: Backend,
  origin: Origin,
  householdId: string,
  requestId: string,
  creditLimitFen: number,
): Promise<Changed> {
  const setting = creditSetting(backend, origin.estateId, householdId);
  return changeOnRequest(backend, origin, setting, { creditLimitFen }, requestId);
}
