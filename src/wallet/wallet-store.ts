import { keys } from '../shared/keys.ts';
import type { Item, Key, Table, Write } from '../shared/table.ts';
import { emptyWallet, type Wallet, walletSchema } from './wallet.ts';

/** A household's wallet; one that nobody has topped up is empty. */
export async function readWallet(table: Table, estateId: string, householdId: string): Promise<Wallet> {
  const [item] = await table.get([walletKey(estateId, householdId)]);
  return parseWallet(item, estateId, householdId);
}

export function parseWallet(item: Item | undefined, estateId: string, householdId: string): Wallet {
  return item === undefined ? emptyWallet(estateId, householdId) : walletSchema.parse(item);
}

/** Writes the wallet under the version at which it was read: two spends at once cannot both win. */
export function putWallet(wallet: Wallet): Write {
  const { version, ...content } = wallet;
  return { put: { ...walletKey(wallet.estateId, wallet.householdId), ...content }, when: { version } };
}

export function walletKey(estateId: string, householdId: string): Key {
  return keys.wallet(estateId, householdId);
}
