import { officeOrderSchema } from '../../../contract/shapes/office.ts';
import { boughtSchema } from '../../../contract/shapes/wallet.ts';
import { providerNames } from '../../../contract/words/words.ts';
import { accountOf, type Posting, receivableAccount, walletAccount } from '../../../src/ledger/ledger.ts';
import type { ProviderName } from '../../../src/payments/provider.ts';
import type { Item } from '../../../src/shared/table.ts';
import type { OfficeOrder } from '../../../src/wallet/office-order.ts';
import type { LedgerCheck } from '../checks/ledger-check.ts';
import { households } from '../world/small-estate.ts';
import { type Change, keyText } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';
import type { Desk } from './desk.ts';
import type { Purse } from './purse.ts';
import type { StandIn } from './stand-in.ts';

export interface MoneyWorld {
  readonly desk: Desk;
  readonly purse: Purse;
  readonly standIn: StandIn;
}

/** A movement of money that is no session: which one, and what it does to the account at its other side. */
interface Verb {
  readonly id: string;
  readonly account: string;
  /** What that account gains. */
  readonly gainFen: number;
}

const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, fen) => sum + fen, 0);

/**
 * I3 after every commit: each payment, refund, order of the office and purchase moves its money once, and as much as it
 * is about. At rest every account is held against the books of whoever is at its other side: the providers' own, what
 * the office was told, what was bought, and the receipts; to the fen.
 */
export class VerbCheck {
  readonly #verdict: Verdict;
  readonly #ledger: LedgerCheck;
  readonly #done = new Map<string, Verb>();
  /** Orders and refunds whose end is not known. */
  readonly #open = new Set<string>();
  /** By session: what its newest receipt says was taken. */
  readonly #charged = new Map<string, number>();

  constructor(verdict: Verdict, ledger: LedgerCheck) {
    this.#verdict = verdict;
    this.#ledger = ledger;
  }

  /** Whether something waits for a provider: then the world is not at rest. */
  get waits(): boolean {
    return this.#open.size > 0;
  }

  see(changes: readonly Change[]): void {
    for (const { before, after } of changes) {
      if (after === undefined) continue;
      if (after['type'] === 'payment' || after['type'] === 'refund') this.#wait(after);
      if (after['type'] === 'entry' && before === undefined) this.#entry(after);
    }
  }

  #wait(item: Item): void {
    const isOpen = item['state'] === 'created' || item['state'] === 'requested';
    if (isOpen) this.#open.add(keyText(item));
    else this.#open.delete(keyText(item));
  }

  #entry(entry: Item): void {
    const { agreement, receipt } = entry['facts'] as Facts;
    if (agreement !== undefined && receipt !== undefined && agreement.startedBy !== 'local')
      this.#charged.set(agreement.sessionId, receipt.chargedFen);
    const postings = (entry['postings'] ?? []) as Posting[];
    const verb = postings.length === 0 ? undefined : verbOf(entry);
    if (verb === undefined) return;
    const name = `${entry['kind']} ${verb.id}`;
    if (this.#done.has(name)) this.#verdict.breach('I3', `${name} has moved its money twice`);
    this.#done.set(name, verb);
    const gained = gainOf(postings, (account) => account === verb.account);
    if (gained !== verb.gainFen)
      this.#verdict.breach('I3', `${name} has moved ${gained} fen, and is about ${verb.gainFen}`);
    const others = gainOf(postings, isHousehold);
    if (accountOf(verb.account)?.is !== 'provider' && others !== -gained)
      this.#verdict.breach('I3', `${name} has moved ${gained} fen, and the household's ${others}`);
  }

  atRest({ desk, purse, standIn }: MoneyWorld): void {
    this.#desk(desk);
    for (const name of providerNames) this.#provider(name, standIn);
    this.#told('package-bought', [...purse.bought.keys()]);
    this.#told('package-returned', [...purse.returned.keys()]);
    this.#told('refund-requested', [...purse.refunds.keys()]);
    this.#total('revenue:package', this.#sum(['package-bought', 'package-returned']));
    this.#total('written-off', this.#corrections('written-off') + this.#kept(desk));
    const revenue = ['revenue:electricity', 'revenue:service'];
    const corrected = revenue.map((account) => this.#corrections(account));
    const charged = sumOf([...this.#charged.values()]);
    const earned = sumOf(revenue.map((account) => this.#ledger.balanceFen(account)));
    if (earned !== charged + sumOf(corrected))
      this.#verdict.breach('I1', `Sessions brought ${earned} fen, and the receipts say ${charged}`);
  }

  /** What corrections gave back for sessions that cost less than that by now. */
  #kept({ asked }: Desk): number {
    const givenBack = new Map<string, number>();
    for (const { order } of asked.values())
      if (order.sessionId !== undefined && this.#done.has(`${order.kind} ${order.orderId}`))
        givenBack.set(order.sessionId, (givenBack.get(order.sessionId) ?? 0) + order.amountFen);
    const beyond = [...givenBack].map(([id, fen]) => Math.max(0, fen - (this.#charged.get(id) ?? 0)));
    return sumOf(beyond);
  }

  /** Of every order one answer was given, whoever asked; and what was booked is what was told. */
  #desk({ asked }: Desk): void {
    let cash = 0;
    for (const { order, told } of asked.values()) {
      const { kind, orderId, amountFen } = order;
      if (told.size > 1)
        this.#verdict.breach('I3', `${kind} ${orderId} was told to be ${[...told].join(' and ')}`);
      const booked = told.has('booked') || told.has('approved');
      if (booked !== this.#done.has(`${kind} ${orderId}`))
        this.#verdict.breach(
          'I9',
          `${kind} ${orderId} was told to be ${[...told]}, the ledger says otherwise`,
        );
      if (!booked) continue;
      if (kind === 'cash-top-up') cash -= amountFen;
      if (kind === 'cash-refund') cash += amountFen;
    }
    this.#total('cash', cash);
  }

  #provider(name: ProviderName, standIn: StandIn): void {
    const { orders, refunds } = standIn;
    for (const [orderId, order] of orders)
      if (order.provider === name && (order.state === 'paid') !== this.#done.has(`top-up ${orderId}`))
        this.#verdict.breach('I9', `${orderId} is ${order.state} at ${name}, and the ledger says otherwise`);
    for (const [refundId, { provider, state, amountFen }] of refunds) {
      const asked = this.#done.get(`refund-requested ${refundId}`);
      if (provider !== name) continue;
      if (asked?.gainFen !== amountFen)
        this.#verdict.breach('I3', `${name} was asked for the refund ${refundId}, which stands nowhere`);
      if ((state === 'succeeded') !== this.#done.has(`refund-succeeded ${refundId}`))
        this.#verdict.breach(
          'I9',
          `The refund ${refundId} ${state} at ${name}, and the ledger says otherwise`,
        );
    }
    const { paidFen, backFen } = standIn.turnover(name);
    this.#total(`provider:${name}`, backFen - paidFen);
    this.#total(`refund-pending:${name}`, 0);
  }

  /** Whoever was told that it is done finds it done. */
  #told(kind: string, ids: readonly string[]): void {
    for (const id of ids)
      if (!this.#done.has(`${kind} ${id}`))
        this.#verdict.breach('I9', `${kind} ${id} was told to be booked, and is not`);
  }

  #total(account: string, fen: number): void {
    const booked = this.#ledger.balanceFen(account);
    if (booked !== fen)
      this.#verdict.breach('I1', `${account} has ${booked} fen in the ledger, and ${fen} outside of it`);
  }

  #sum(kinds: readonly string[]): number {
    return sumOf(
      [...this.#done].flatMap(([name, { gainFen }]) =>
        kinds.includes(name.split(' ')[0] ?? '') ? [gainFen] : [],
      ),
    );
  }

  #corrections(account: string): number {
    return sumOf(
      [...this.#done].flatMap(([name, verb]) =>
        name.startsWith('correction ') && verb.account === account ? [verb.gainFen] : [],
      ),
    );
  }
}

interface Facts {
  readonly agreement?: { readonly sessionId: string; readonly startedBy: string };
  readonly receipt?: { readonly chargedFen: number };
  readonly order?: OfficeOrder;
  readonly transferId?: string;
  readonly refundId?: string;
  readonly provider?: string;
  readonly amountFen?: number;
}

const ownAccounts = new Set<string>(households.flatMap((id) => [walletAccount(id), receivableAccount(id)]));
const isHousehold = (account: string) => ownAccounts.has(account);

function gainOf(postings: readonly Posting[], counts: (account: string) => boolean): number {
  return sumOf(
    postings.map(
      ({ debit, credit, amountFen }) => (counts(credit) ? amountFen : 0) - (counts(debit) ? amountFen : 0),
    ),
  );
}

/** By the entry's own facts, and not by its key or its postings. */
function verbOf({ kind, facts: given, postings }: Item): Verb | undefined {
  const facts = given as Facts;
  const pending = `refund-pending:${facts.provider}`;
  switch (kind) {
    case 'cash-top-up':
    case 'cash-refund':
    case 'correction': {
      const { orderId: id, amountFen, account = 'written-off' } = officeOrderSchema.parse(facts.order);
      if (kind === 'correction') return { id, account, gainFen: -amountFen };
      return { id, account: 'cash', gainFen: kind === 'cash-top-up' ? -amountFen : amountFen };
    }
    case 'top-up': {
      const paidFen = sumOf(
        (postings as Posting[])
          .filter(({ debit }) => accountOf(debit)?.is === 'provider')
          .map(({ amountFen }) => amountFen),
      );
      return { id: String(facts.transferId), account: `provider:${facts.provider}`, gainFen: -paidFen };
    }
    case 'refund-requested':
      return { id: String(facts.refundId), account: pending, gainFen: Number(facts.amountFen) };
    case 'refund-succeeded':
      return {
        id: String(facts.refundId),
        account: `provider:${facts.provider}`,
        gainFen: Number(facts.amountFen),
      };
    case 'refund-failed':
      return { id: String(facts.refundId), account: pending, gainFen: -Number(facts.amountFen) };
    case 'package-bought':
    case 'package-returned': {
      const { purchaseId, priceFen } = boughtSchema.parse(given);
      return {
        id: purchaseId,
        account: 'revenue:package',
        gainFen: kind === 'package-bought' ? priceFen : -priceFen,
      };
    }
    default:
      return undefined;
  }
}
