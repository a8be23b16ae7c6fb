import { isDeepStrictEqual } from 'node:util';
import { type Receipt, receiptSchema } from '../../../contract/shapes/receipt.ts';
import { type Tariff, tariffSchema } from '../../../contract/shapes/tariff.ts';
import type { Bill } from '../../../src/billing/bill.ts';
import { price } from '../../../src/billing/price.ts';
import { receiptAgain } from '../../../src/billing/receipt.ts';
import { type Agreement, agreementSchema } from '../../../src/journal/facts/session.ts';
import { accountOf, type Posting, receivableAccount, walletAccount } from '../../../src/ledger/ledger.ts';
import { isTariff, isWallet } from '../../../src/shared/keys-read.ts';
import type { Item } from '../../../src/shared/table.ts';
import { availableFen, type Wallet, walletSchema } from '../../../src/wallet/wallet.ts';
import { type Change, keyText } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

/**
 * I1, I2, I3 and I8 after every commit: postings balance and stay, wallets are the sum of their postings and never
 * overdrawn, a session is paid for once, and every receipt can be computed again.
 */
export class LedgerCheck {
  readonly #verdict: Verdict;
  readonly #accounts = new Map<string, number>();
  readonly #tariffs = new Map<string, Tariff>();
  /** By session: what was earned by it, paid or owed, less what was given back. */
  readonly #taken = new Map<string, number>();
  /** By session: the agreement, once authorised. */
  readonly #agreements = new Map<string, Agreement>();

  constructor(verdict: Verdict) {
    this.#verdict = verdict;
  }

  /** What the postings of an account add up to. */
  balanceFen(account: string): number {
    return this.#accounts.get(account) ?? 0;
  }

  get tariffs(): ReadonlyMap<string, Tariff> {
    return this.#tariffs;
  }

  see(changes: readonly Change[]): void {
    const wallets: Wallet[] = [];
    const receipts: { entry: Item; receipt: Receipt }[] = [];
    for (const { before, after } of changes) {
      if (before?.['type'] === 'entry') this.#changed(before, after);
      if (after === undefined) continue;
      if (isWallet(after)) wallets.push(walletSchema.parse(after));
      if (isTariff(after)) this.#newTariff(after);
      if (after['type'] !== 'entry' || before !== undefined) continue;
      if (after['kind'] === 'session-authorised') {
        const agreement = agreementSchema.parse(after['facts']);
        this.#agreements.set(agreement.sessionId, agreement);
      }
      this.#post(after);
      const found = (after['facts'] as { receipt?: unknown }).receipt;
      if (found !== undefined) receipts.push({ entry: after, receipt: receiptSchema.parse(found) });
    }
    for (const wallet of wallets) this.#wallet(wallet);
    for (const { entry, receipt } of receipts) this.#receipt(entry, receipt);
  }

  #changed(before: Item, after: Item | undefined): void {
    if (!isDeepStrictEqual(before, after))
      this.#verdict.breach('I1', `The entry ${keyText(before)} was written and is now another`);
  }

  #newTariff(item: Item): void {
    const tariff = tariffSchema.parse(item['tariff']);
    const known = this.#tariffs.get(tariff.tariffVersion);
    if (known !== undefined && !isDeepStrictEqual(known, tariff))
      this.#verdict.breach('I8', `The tariff ${tariff.tariffVersion} was changed`);
    this.#tariffs.set(tariff.tariffVersion, tariff);
  }

  #post(entry: Item): void {
    for (const posting of (entry['postings'] ?? []) as Posting[]) {
      const { debit, credit, amountFen, memo } = posting;
      if (!Number.isSafeInteger(amountFen) || amountFen <= 0 || debit === credit)
        this.#verdict.breach('I1', `${keyText(entry)} has the posting ${JSON.stringify(posting)}`);
      this.#add(debit, -amountFen);
      this.#add(credit, amountFen);
      if (accountOf(credit)?.is === 'revenue') this.#earn(memo, amountFen);
      if (accountOf(debit)?.is === 'revenue') this.#earn(memo, -amountFen);
    }
    const sum = [...this.#accounts.values()].reduce((total, fen) => total + fen, 0);
    if (sum !== 0) this.#verdict.breach('I1', `The ledger sums to ${sum} fen after ${keyText(entry)}`);
  }

  #earn(sessionId: string, fen: number): void {
    this.#taken.set(sessionId, (this.#taken.get(sessionId) ?? 0) + fen);
  }

  #add(account: string, fen: number): void {
    this.#accounts.set(account, (this.#accounts.get(account) ?? 0) + fen);
  }

  #wallet(wallet: Wallet): void {
    const { householdId, balanceFen } = wallet;
    const available = availableFen(wallet);
    if (available < 0) this.#verdict.breach('I2', `${householdId} has ${available} fen available`);
    const posted = this.#accounts.get(walletAccount(householdId)) ?? 0;
    if (posted !== balanceFen)
      this.#verdict.breach(
        'I1',
        `The wallet of ${householdId} says ${balanceFen} fen, its postings ${posted}`,
      );
    const claimed = -(this.#accounts.get(receivableAccount(householdId)) ?? 0);
    if (claimed !== wallet.owedFen)
      this.#verdict.breach('I1', `${householdId} owes ${wallet.owedFen} fen, its postings say ${claimed}`);
    const cards = Object.values(wallet.holds).map(({ credentialId }) => credentialId);
    if (new Set(cards).size !== cards.length)
      this.#verdict.breach(
        'I4',
        `${householdId} has two open sessions of one credential: ${cards.join(', ')}`,
      );
  }

  #receipt(entry: Item, receipt: Receipt): void {
    const agreement = this.#agreements.get(receipt.sessionId);
    if (agreement !== undefined) this.#bill(entry, receipt, agreement);
    else this.#verdict.breach('I8', `${receipt.sessionId} is billed and was never agreed`);
  }

  #bill(entry: Item, receipt: Receipt, agreement: Agreement): void {
    const { sessionId } = receipt;
    const tariff = this.tariffAt(agreement.facilityId, agreement.authorisedAtMs);
    if (tariff?.tariffVersion !== receipt.tariffVersion)
      this.#verdict.breach(
        'I8',
        `${sessionId} is billed by ${receipt.tariffVersion}, agreed under ${tariff?.tariffVersion}`,
      );
    if (tariff === undefined) return;
    const bill = price(tariff, receipt);
    if (bill.totalFen !== receipt.totalFen || !isDeepStrictEqual(bill.lines, receipt.lines))
      this.#verdict.breach(
        'I8',
        `${sessionId}: computed again the bill is ${told(bill)}, and not ${told(receipt)}`,
      );
    if (!isDeepStrictEqual(receiptSchema.parse(receiptAgain(tariff, receipt)), receipt))
      this.#verdict.breach('I8', `${sessionId}: the receipt does not follow from itself and its tariff`);
    if (receipt.holdFen !== agreement.holdFen || receipt.chargedFen > this.#most(tariff, agreement))
      this.#verdict.breach('I8', `${sessionId}: ${receipt.chargedFen} fen are more than was agreed`);
    const taken = this.#taken.get(sessionId) ?? 0;
    const due = agreement.startedBy === 'local' ? 0 : receipt.chargedFen;
    if (taken !== due)
      this.#verdict.breach(
        'I3',
        `${sessionId}: ${taken} fen were taken and the receipt says ${due} (${keyText(entry)})`,
      );
  }

  /** Charging takes the hold at most; what leaving the bike standing costs comes on top. */
  #most(tariff: Tariff, { holdFen }: Agreement): number {
    return tariff.overstay === undefined ? holdFen : Math.max(holdFen, tariff.holdFen);
  }

  /** A facility that has had a tariff of its own keeps to its own. */
  tariffAt(facilityId: string, atMs: number): Tariff | undefined {
    const newest = (of: string | undefined) =>
      [...this.#tariffs.values()]
        .filter((tariff) => tariff.facilityId === of && tariff.effectiveFromMs <= atMs)
        .sort((a, b) => a.effectiveFromMs - b.effectiveFromMs)
        .at(-1);
    return newest(facilityId) ?? newest(undefined);
  }
}

function told({ lines, totalFen }: Pick<Bill, 'lines' | 'totalFen'>): string {
  return `${lines.map(({ line, amountFen }) => `${line} ${amountFen}`).join(' + ')} = ${totalFen} fen`;
}
