import { type Receipt, receiptSchema } from '../../../contract/shapes/receipt.ts';
import { grainsOfFen } from '../../../src/billing/grains.ts';
import { price } from '../../../src/billing/price.ts';
import { type Agreement, agreementSchema } from '../../../src/journal/facts/session.ts';
import type { LedgerCheck } from '../checks/ledger-check.ts';
import type { Change } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

/** What one session counts towards the cap of each of its days. */
interface Counted {
  readonly cardId: string;
  readonly capFen: number;
  readonly spent: Readonly<Record<string, number>>;
}

/**
 * I8 over all sessions of one card and local day: none is told less of the others than they cost, and together they cost
 * no more than the cap.
 */
export class DayCapCheck {
  readonly #verdict: Verdict;
  readonly #ledger: LedgerCheck;
  readonly #agreements = new Map<string, Agreement>();
  readonly #counted = new Map<string, Counted>();

  constructor(verdict: Verdict, ledger: LedgerCheck) {
    this.#verdict = verdict;
    this.#ledger = ledger;
  }

  see(changes: readonly Change[]): void {
    for (const { before, after } of changes) {
      if (after?.['type'] !== 'entry' || before !== undefined) continue;
      const facts = after['facts'] as { readonly receipt?: unknown };
      if (after['kind'] === 'session-authorised') {
        const agreement = agreementSchema.parse(facts);
        this.#agreements.set(agreement.sessionId, agreement);
      }
      if (facts.receipt !== undefined) this.#receipt(receiptSchema.parse(facts.receipt));
    }
  }

  #receipt({ sessionId, tariffVersion, readings, allowance, spentBefore = {} }: Receipt): void {
    const agreement = this.#agreements.get(sessionId);
    const tariff = this.#ledger.tariffs.get(tariffVersion);
    if (agreement?.householdId === undefined || tariff?.capPerDayFen === undefined) return;
    const { credentialId = '', startedBy } = agreement;
    if (startedBy === 'local') return;
    const { spent } = price(tariff, { readings, allowance, spentBefore });
    if (!this.#counted.has(sessionId))
      for (const date of Object.keys(spent)) {
        const others = this.#on(credentialId, date);
        if ((spentBefore[date] ?? 0) !== others)
          this.#verdict.breach(
            'I8',
            `${sessionId}: on ${date} ${others} grains count, and ${spentBefore[date]} were`,
          );
      }
    this.#counted.set(sessionId, { cardId: credentialId, capFen: tariff.capPerDayFen, spent });
    for (const date of Object.keys(spent)) this.#capped(credentialId, date, sessionId);
  }

  #on(cardId: string, date: string): number {
    return [...this.#counted.values()]
      .filter((one) => one.cardId === cardId)
      .reduce((sum, { spent }) => sum + (spent[date] ?? 0), 0);
  }

  #capped(cardId: string, date: string, sessionId: string): void {
    const own = [...this.#counted.values()].filter(
      (one) => one.cardId === cardId && (one.spent[date] ?? 0) > 0,
    );
    const capFen = Math.max(0, ...own.map((one) => one.capFen));
    // What rounding adds to a session of two days belongs to the second.
    const roundedFen = own.filter((one) => Object.keys(one.spent).length > 1).length;
    if (this.#on(cardId, date) > grainsOfFen(capFen + roundedFen))
      this.#verdict.breach(
        'I8',
        `${cardId} pays ${this.#on(cardId, date) / grainsOfFen(1)} fen on ${date}, where ${capFen} are the cap (${sessionId})`,
      );
  }
}
