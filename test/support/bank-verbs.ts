import { type Decision, record } from '../../src/journal/commit.ts';
import { type Origin, parseEntry } from '../../src/journal/entry.ts';
import { type Posting, receivableAccount, walletAccount } from '../../src/ledger/ledger.ts';
import { keys } from '../../src/shared/keys.ts';
import { monthAt } from '../../src/shared/local-time.ts';
import type { Key } from '../../src/shared/table.ts';
import { noticeWrites } from '../../src/wallet/notice.ts';
import type { Office } from '../../src/wallet/office.ts';
import { usablePurchase } from '../../src/wallet/purchase.ts';
import { capture, claim, placeHold } from '../../src/wallet/wallet.ts';
import { putWallet, readWallet } from '../../src/wallet/wallet-store.ts';

/** What sessions do to a wallet, without boards: the same verbs, committed in the same way. */

export const bankEstate = 'bank';
export const bankNowMs = Date.UTC(2026, 10, 23, 11);
export const bankMonth = monthAt(bankNowMs, 'Asia/Shanghai');

export const by = (sender: string): Origin => ({
  ...{ estateId: bankEstate, deviceId: 'api', receivedAtMs: bankNowMs, topic: 'api', sender, fact: '' },
  payload: new Uint8Array(),
});

const board = '861317069234387';
export const sessionKey = (order: number, step: 'authorised' | 'settled'): Key =>
  keys.session(board, order, step);
export const claimKey = (order: number): Key => keys.session(board, order, 'closed');
export const sessionIdOf = (order: number): string => `${board}-${order}`;

/** Where a decision stands already, it is proposed again as it is, and recorded before. */
async function once(office: Office, key: Key, decide: () => Promise<Decision>): Promise<void> {
  await record(office, async () => {
    const [before] = await office.table.get([key]);
    return before === undefined ? decide() : { entry: parseEntry(before) };
  });
}

export function hold(
  office: Office,
  order: number,
  terms: {
    householdId: string;
    credentialId: string;
    memberId: string | undefined;
    amountFen: number;
    usePackage: boolean;
  },
): Promise<void> {
  const { householdId, usePackage, ...asked } = terms;
  return once(office, sessionKey(order, 'authorised'), async () => {
    const wallet = await readWallet(office.table, bankEstate, householdId);
    const found = usePackage ? usablePurchase(wallet.purchases, bankNowMs) : undefined;
    const reserved =
      found?.purchase.kind === 'sessions' ? { purchaseId: found.purchaseId, amount: 1 } : undefined;
    const held = { ...asked, sinceMs: bankNowMs, ...(reserved === undefined ? {} : { reserved }) };
    const after = placeHold(wallet, sessionIdOf(order), held, bankMonth);
    const facts = { householdId, amountFen: asked.amountFen, reserved };
    const content = { kind: 'session-authorised', outcome: 'held', facts } as const;
    const origin = { ...by('board'), fact: `hold ${order}` };
    return { entry: { key: sessionKey(order, 'authorised'), origin, content }, writes: [putWallet(after)] };
  });
}

/** Ends a session: takes so much of its hold, or, for 0, releases it. */
export function settle(office: Office, order: number, householdId: string, amountFen: number): Promise<void> {
  return once(office, sessionKey(order, 'settled'), async () => {
    const wallet = await readWallet(office.table, bankEstate, householdId);
    const reserved = wallet.holds[sessionIdOf(order)]?.reserved;
    const usedOfPackage = reserved === undefined || amountFen === 0 ? 0 : 1;
    const after = capture(wallet, sessionIdOf(order), { amountFen, usedOfPackage, month: bankMonth });
    const origin = { ...by('board'), fact: `settle ${order}` };
    const [debit, memo] = [walletAccount(householdId), sessionIdOf(order)];
    const taken: Posting = { debit, credit: 'revenue:electricity', amountFen, memo };
    const postings = amountFen === 0 ? [] : [taken];
    const used = usedOfPackage === 0 ? undefined : reserved?.purchaseId;
    const facts = { householdId, chargedFen: amountFen, used };
    const content = { kind: 'settlement', outcome: 'settled', facts, postings } as const;
    return {
      entry: { key: sessionKey(order, 'settled'), origin, content },
      writes: [putWallet(after), ...noticeWrites(office.vault, origin, wallet, after)],
    };
  });
}

/** Takes after the fact, as for a bike that was left standing. */
export function claimMore(
  office: Office,
  order: number,
  householdId: string,
  amountFen: number,
): Promise<void> {
  return once(office, claimKey(order), async () => {
    const before = await readWallet(office.table, bankEstate, householdId);
    const { wallet, takenFen, owedFen } = claim(before, amountFen);
    const to = { credit: 'revenue:service', memo: sessionIdOf(order) } as const;
    const postings = [
      { ...to, debit: walletAccount(householdId), amountFen: takenFen },
      { ...to, debit: receivableAccount(householdId), amountFen: owedFen },
    ].filter((posting) => posting.amountFen > 0);
    const content = {
      kind: 'session-adjusted',
      outcome: 'claimed',
      facts: { householdId },
      postings,
    } as const;
    const origin = { ...by('sweep'), fact: `claim ${order}` };
    return { entry: { key: claimKey(order), origin, content }, writes: [putWallet(wallet)] };
  });
}

/** What a session cost, by its own entry. */
export const sessionCostOf =
  (table: Office['table']): Office['sessionCost'] =>
  async (_, sessionId) => {
    const [item] = await table.get([sessionKey(Number(sessionId.split('-')[1]), 'settled')]);
    if (item === undefined) return undefined;
    const { householdId, chargedFen } = parseEntry(item).facts;
    return { householdId: String(householdId), chargedFen: Number(chargedFen) };
  };
