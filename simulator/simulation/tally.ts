import { receiptIn } from '../../src/charging/close-charge.ts';
import { parseEntry } from '../../src/journal/entry.ts';
import { type FaultKind, faultKinds } from './faults.ts';
import type { Change } from './store.ts';

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
  'tariffVersions',
  'stays',
  'refusals',
  'alerts',
  'deadLetters',
] as const;
export type Counted = (typeof counted)[number];

/** What a run has in fact exercised. */
export interface Tally {
  readonly counts: Readonly<Record<Counted, number>>;
  readonly faults: Readonly<Record<FaultKind, number>>;
}

/** Counts what the journal says. */
export class Tallies {
  readonly #counts = new Map<Counted, number>();

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
      if (after.sk.startsWith('TARIFF#')) this.count('tariffVersions');
      if (after['type'] !== 'entry') continue;
      this.count('entries');
      if (after['refusal'] !== undefined) this.count('refusals');
      this.#charge(parseEntry(after));
    }
  }

  #charge(entry: ReturnType<typeof parseEntry>): void {
    const passed = entry.facts['passed'] as { outcome?: string } | undefined;
    if (passed?.outcome?.startsWith('entered') === true) this.count('stays');
    if (entry.kind === 'charge-authorised') this.count('authorised');
    const receipt = receiptIn(entry);
    if (receipt === undefined) return;
    const { remarks } = receipt;
    if (entry.outcome === 'corrected') this.count('lateTruths');
    if (remarks.includes('late-truth-refunded')) this.count('refunds');
    if (entry.kind === 'settlement') this.count('settled');
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
