import { type Receipt, receiptSchema } from '../../../contract/shapes/receipt.ts';
import { boughtSchema, noticeSchema } from '../../../contract/shapes/wallet.ts';
import { type Agreement, agreementSchema } from '../../../src/journal/facts/session.ts';
import { isWallet } from '../../../src/shared/keys-read.ts';
import { wallClock } from '../../../src/shared/local-time.ts';
import type { Item } from '../../../src/shared/table.ts';
import { usedOfPackage } from '../../../src/wallet/session-money.ts';
import { availableFen, type Wallet, walletSchema } from '../../../src/wallet/wallet.ts';
import type { LedgerCheck } from '../checks/ledger-check.ts';
import { timeZone } from '../world/small-estate.ts';
import type { Change } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';
import { PackageBook } from './package-book.ts';
import { SpendingBook } from './spending-book.ts';

/** A household is told when so much of a limit is spent. */
const NOTICE_PERCENT = 80;

/**
 * What a household has agreed, after every commit, against books of the simulation's own: nothing is begun beyond a
 * month's limit or a debt, what is spent is what the receipts say, each limit is told once when most of it is spent,
 * and no package pays for more than was bought.
 */
export class HouseholdCheck {
  readonly #verdict: Verdict;
  readonly #ledger: LedgerCheck;
  readonly #agreements = new Map<string, Agreement>();
  readonly #receipts = new Map<string, Receipt>();
  readonly #spending = new SpendingBook();
  readonly #packages: PackageBook;
  readonly #told = new Set<string>();

  constructor(verdict: Verdict, ledger: LedgerCheck) {
    this.#verdict = verdict;
    this.#ledger = ledger;
    this.#packages = new PackageBook(verdict);
  }

  see(changes: readonly Change[]): void {
    const begun: Agreement[] = [];
    const wallets: Wallet[] = [];
    let bought = false;
    for (const { before, after } of changes) {
      if (after !== undefined && isWallet(after)) wallets.push(walletSchema.parse(after));
      if (after?.['type'] !== 'entry' || before !== undefined) continue;
      bought ||= after['kind'] === 'package-bought';
      const agreement = this.#entry(after);
      if (agreement !== undefined && agreement.startedBy !== 'local') begun.push(agreement);
    }
    for (const wallet of wallets) {
      this.#compare(wallet);
      if (bought) this.#within(wallet, undefined);
      for (const agreement of begun) this.#within(wallet, agreement);
    }
  }

  #entry(entry: Item): Agreement | undefined {
    const facts = entry['facts'] as Readonly<Record<string, unknown>>;
    switch (entry['kind']) {
      case 'session-authorised': {
        const agreement = agreementSchema.parse(facts);
        this.#agreements.set(agreement.sessionId, agreement);
        if (agreement.allowance !== undefined) this.#packages.reserve(agreement, agreement.allowance);
        return agreement;
      }
      case 'package-bought': {
        const bought = boughtSchema.parse(facts);
        const atMs = Number(entry['receivedAtMs']);
        this.#packages.buy(bought, atMs);
        this.#spending.add(bought.householdId, bought.memberId, monthAt(atMs), bought.priceFen);
        return undefined;
      }
      case 'package-returned': {
        const { householdId, memberId, purchaseId, priceFen } = boughtSchema.parse(facts);
        const boughtAtMs = this.#packages.giveBack(purchaseId);
        this.#spending.add(householdId, memberId, monthAt(boughtAtMs), -priceFen);
        return undefined;
      }
      case 'hold-released':
        this.#packages.release(String(facts['sessionId']));
        return undefined;
      case 'notice':
        this.#notice(facts);
        return undefined;
      default:
        if (facts['receipt'] !== undefined) this.#receipt(receiptSchema.parse(facts['receipt']));
        return undefined;
    }
  }

  #receipt(receipt: Receipt): void {
    const agreement = this.#agreements.get(receipt.sessionId);
    const tariff = this.#ledger.tariffs.get(receipt.tariffVersion);
    if (agreement?.householdId === undefined || tariff === undefined || agreement.startedBy === 'local')
      return;
    const { householdId, memberId, allowance, credentialId = '' } = agreement;
    const before = this.#receipts.get(receipt.sessionId);
    this.#receipts.set(receipt.sessionId, receipt);
    const count = ({ readings, chargedFen }: Receipt, sign: 1 | -1) =>
      this.#spending.add(householdId, memberId, monthAt(readings.at(-1)?.atMs ?? 0), sign * chargedFen);
    if (before !== undefined) count(before, -1);
    count(receipt, 1);
    if (allowance === undefined) return;
    const reserved = { purchaseId: allowance.purchaseId, amount: allowance.reservedAmount };
    const used = usedOfPackage(tariff, { credentialId, reserved }, receipt);
    this.#packages.use(receipt.sessionId, allowance, used);
  }

  /** Wallets are found by what was told of them: they say of themselves what the books here say. */
  #compare(wallet: Wallet): void {
    const { householdId, budget } = wallet;
    const { month, totalFen, byMember } = budget.spent;
    const spent = this.#spending.in(householdId, month);
    if (month !== '' && totalFen !== spent.totalFen)
      this.#verdict.breach(
        'I8',
        `${householdId} has spent ${spent.totalFen} fen in ${month}, its wallet says ${totalFen}`,
      );
    const told = new Map(Object.entries(byMember));
    for (const memberId of month === '' ? [] : new Set([...told.keys(), ...spent.byMember.keys()]))
      if ((told.get(memberId) ?? 0) !== (spent.byMember.get(memberId) ?? 0))
        this.#verdict.breach(
          'I8',
          `${memberId} has spent ${spent.byMember.get(memberId)} fen in ${month}, and not ${told.get(memberId)}`,
        );
    this.#packages.compare(wallet);
    for (const [name, limitFen, fen] of limitsOf(wallet))
      if (
        month !== '' &&
        fen * 100 >= limitFen * NOTICE_PERCENT &&
        !this.#told.has(`${householdId} ${month}:${name}:${limitFen}`)
      )
        this.#verdict.breach(
          'I9',
          `Nobody told ${householdId} that ${fen} of ${limitFen} fen (${name}) are spent`,
        );
  }

  #notice(facts: Readonly<Record<string, unknown>>): void {
    const { householdId, noticeId, limitFen, spentFen } = noticeSchema.parse(facts);
    const name = `${householdId} ${noticeId}`;
    if (this.#told.has(name)) this.#verdict.breach('I3', `The notice ${name} was told twice`);
    this.#told.add(name);
    if (spentFen * 100 < limitFen * NOTICE_PERCENT)
      this.#verdict.breach('I8', `${name} was told at ${spentFen} of ${limitFen} fen`);
  }

  /** What has just been begun or bought is within what was there, and within the limits of the month. */
  #within(wallet: Wallet, agreement: Agreement | undefined): void {
    const { householdId, budget, holds, owedFen } = wallet;
    if (agreement !== undefined && (agreement.householdId !== householdId || agreement.holdFen === 0)) return;
    if (availableFen(wallet) < owedFen)
      this.#verdict.breach(
        'I2',
        `${householdId} has ${availableFen(wallet)} fen left, owes ${owedFen}, and begins a session`,
      );
    const month = monthAt(agreement?.authorisedAtMs ?? this.#packages.lastBoughtAtMs);
    const spent = this.#spending.in(householdId, month);
    const held = (memberId: string | undefined) =>
      Object.values(holds)
        .filter((hold) => memberId === undefined || hold.memberId === memberId)
        .reduce((sum, { amountFen }) => sum + amountFen, 0);
    const all = spent.totalFen + held(undefined);
    if (all > (budget.monthLimitFen ?? Number.POSITIVE_INFINITY))
      this.#verdict.breach('I2', `${householdId} may spend ${budget.monthLimitFen} fen, and spends ${all}`);
    const { memberId } = agreement ?? {};
    if (memberId === undefined) return;
    const own = (spent.byMember.get(memberId) ?? 0) + held(memberId);
    if (own > (budget.members[memberId]?.monthLimitFen ?? Number.POSITIVE_INFINITY))
      this.#verdict.breach('I2', `${memberId} spends ${own} fen, above the limit of the month`);
  }
}

const monthAt = (atMs: number) => wallClock(atMs, timeZone).date.slice(0, 7);

function limitsOf({ budget }: Wallet): (readonly [string, number, number])[] {
  const { monthLimitFen, members, spent } = budget;
  const own = Object.entries(members).map(
    ([memberId, { monthLimitFen: limitFen }]) =>
      [`member:${memberId}`, limitFen, spent.byMember[memberId] ?? 0] as const,
  );
  return [['household', monthLimitFen, spent.totalFen] as const, ...own].flatMap(([name, limitFen, fen]) =>
    limitFen === undefined ? [] : [[name, limitFen, fen] as const],
  );
}
