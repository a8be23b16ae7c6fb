import type { Receipt } from '../../../contract/shapes/receipt.ts';
import { receiptIn } from '../../../src/charging/steps.ts';
import { parseEntry } from '../../../src/journal/entry.ts';
import { isTariff } from '../../../src/shared/keys-read.ts';
import type { Item } from '../../../src/shared/table.ts';
import { type FaultKind, faultKinds } from '../world/faults.ts';
import type { Change } from '../world/store.ts';

const counted = [
  'messages',
  'commands',
  'entries',
  'racesLost',
  'authorised',
  'settled',
  'estimated',
  'notStarted',
  'lateTruths',
  'refunds',
  'claims',
  'readingsLate',
  'stopsLost',
  'tariffVersions',
  'pricesInMidSession',
  'payments',
  'paidBack',
  'paidAfterClosing',
  'cashOrders',
  'secondDecisions',
  'corrections',
  'packages',
  'packageSessions',
  'limitsAgreed',
  'limitsTold',
  'overstays',
  'dayCaps',
  'stays',
  'refusals',
  'alerts',
  'deadLetters',
] as const;
export type Counted = (typeof counted)[number];

/** Movements of money by the kind of their entry. */
const moneyKinds: Readonly<Record<string, Counted>> = {
  'top-up': 'payments',
  'refund-succeeded': 'paidBack',
  'cash-top-up': 'cashOrders',
  'cash-refund': 'cashOrders',
  correction: 'corrections',
  'package-bought': 'packages',
  'household-changed': 'limitsAgreed',
  notice: 'limitsTold',
};

/** What a run has in fact exercised. */
export interface Tally {
  readonly counts: Readonly<Record<Counted, number>>;
  readonly faults: Readonly<Record<FaultKind, number>>;
}

/** Counts what the journal says. */
export class Tallies {
  readonly #counts = new Map<Counted, number>();
  readonly #newPricesAtMs: number[] = [];

  count(what: Counted): void {
    this.add(what, 1);
  }

  add(what: Counted, times: number): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  see(changes: readonly Change[]): void {
    for (const { before, after } of changes) {
      if (before !== undefined || after === undefined) continue;
      if (after['type'] === 'alert') this.count('alerts');
      if (isTariff(after)) this.#newPrices(after);
      if (after['type'] !== 'entry') continue;
      this.count('entries');
      if (after['refusal'] !== undefined) this.count('refusals');
      const entry = parseEntry(after);
      this.#session(entry);
      const money = entry.outcome === 'awaiting-approval' ? undefined : moneyKinds[entry.kind];
      if (money !== undefined) this.count(money);
      if (entry.facts['paidAfterClosing'] === true) this.count('paidAfterClosing');
      if (entry.sk === 'DECIDED') this.count('secondDecisions');
    }
  }

  #newPrices(item: Item): void {
    this.count('tariffVersions');
    this.#newPricesAtMs.push(Number((item['tariff'] as { effectiveFromMs: number }).effectiveFromMs));
  }

  /** What a receipt shows of its tariff. */
  #terms({ lines, remarks, allowance, readings }: Receipt): void {
    const [first, last] = [readings[0]?.atMs ?? 0, readings.at(-1)?.atMs ?? 0];
    if (this.#newPricesAtMs.some((atMs) => first < atMs && atMs < last)) this.count('pricesInMidSession');
    if (remarks.includes('capped-per-day')) this.count('dayCaps');
    if (allowance !== undefined) this.count('packageSessions');
    if (lines.some(({ slices }) => slices.some(({ kind }) => kind === 'overstay'))) this.count('overstays');
  }

  #session(entry: ReturnType<typeof parseEntry>): void {
    const passed = entry.facts['passed'] as { outcome?: string } | undefined;
    if (passed?.outcome?.startsWith('entered') === true) this.count('stays');
    if (entry.kind === 'session-authorised') this.count('authorised');
    const receipt = receiptIn(entry);
    if (receipt === undefined) return;
    const { remarks, adjustments, revision } = receipt;
    this.#terms(receipt);
    const { beforeFen = 0, afterFen = 0 } = adjustments.at(-1) ?? {};
    if (revision > 0) this.count('lateTruths');
    if (revision > 0 && afterFen < beforeFen) this.count('refunds');
    if (revision > 0 && afterFen > beforeFen) this.count('claims');
    if (remarks.includes('stop-lost-borne-by-us')) this.count('stopsLost');
    if (entry.kind === 'session-adjusted') this.count('readingsLate');
    else if (entry.kind === 'settlement') this.count('settled');
    else if (remarks.includes('end-never-told')) this.count('estimated');
    else this.count('notStarted');
  }

  with(faults: ReadonlyMap<FaultKind, number>): Tally {
    return {
      counts: Object.fromEntries(
        counted.map((name) => [name, this.#counts.get(name) ?? 0]),
      ) as Tally['counts'],
      faults: Object.fromEntries(faultKinds.map((kind) => [kind, faults.get(kind) ?? 0])) as Tally['faults'],
    };
  }
}

/** Several runs together. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = <K extends string>(names: readonly K[], of: (tally: Tally) => Readonly<Record<K, number>>) =>
    Object.fromEntries(
      names.map((name) => [name, tallies.reduce((total, tally) => total + of(tally)[name], 0)]),
    ) as Record<K, number>;
  return { counts: sum(counted, (tally) => tally.counts), faults: sum(faultKinds, (tally) => tally.faults) };
}
