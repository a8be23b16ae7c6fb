import { TimersFailed } from '../../../src/intake/sweep.ts';
import { NotSent, type Publisher } from '../../../src/journal/outbox.ts';
import { DomainError } from '../../../src/shared/errors.ts';
import {
  type CommitResult,
  type Item,
  type Key,
  keyOf,
  type Query,
  type Table,
  type Write,
} from '../../../src/shared/table.ts';
import type { Random } from '../../random.ts';
import type { Faults } from './faults.ts';
import type { Schedule } from './schedule.ts';

export interface Surroundings {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly random: Random;
  readonly table: Table;
  /** A message leaves the cloud for a device or a page. */
  readonly publish: (topic: string, payload: Uint8Array, expiresInS: number | undefined) => void;
  /** How often a commit lost its race: nothing injects this, it comes of working at the same time. */
  readonly onLostRace: () => void;
}

/** How a run of a function ended. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

/** What is done to a run from outside; everything else that it throws comes from the handlers themselves. */
class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

/** How an injected fault shows in the words of an error that sums up others. */
const injectedWords = /InjectedFault: |asks for patience/;

/** Whether an error comes of what was done to a run, and so says nothing against the code. */
export function isInjected(error: unknown): boolean {
  if (error instanceof InjectedFault) return true;
  if (error instanceof DomainError)
    return error.error === 'table-busy' || error.error === 'provider-unavailable';
  const parts = error instanceof NotSent || error instanceof TimersFailed ? error.message.split('; ') : [];
  return parts.length > 0 && parts.every((part) => injectedWords.test(part));
}

/**
 * What one run of a function sees of the table and the broker. Every call waits for its turn in virtual time, so runs
 * interleave at each of them; and each may fail in the ways in which the real ones do. A run that crashes is never
 * continued: what it waits for does not come.
 */
export class Invocation implements Table, Publisher {
  readonly #name: string;
  readonly #world: Surroundings;
  readonly #slow: boolean;
  #dead = false;
  #die: (outcome: Outcome<never>) => void = () => {};

  constructor(name: string, world: Surroundings) {
    this.#name = name;
    this.#world = world;
    this.#slow = world.faults.strikes('function-slow');
  }

  async run<T>(handler: () => Promise<T>): Promise<Outcome<T>> {
    const death = new Promise<Outcome<never>>((resolve) => {
      this.#die = resolve;
    });
    const life = handler().then(
      (value): Outcome<T> => ({ ok: true, value }),
      (error: unknown): Outcome<T> => ({ ok: false, error }),
    );
    return Promise.race([life, death]);
  }

  get(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    return this.#read(`get ${shortKeys(keys)}`, () => this.#world.table.get(keys));
  }

  query(query: Query): Promise<Item[]> {
    return this.#read(`query ${query.pk}`, () => this.#world.table.query(query));
  }

  due(shard: number, untilMs: number, limit: number): Promise<Key[]> {
    // The index is written a moment after the item.
    const seenMs = this.#world.faults.strikes('timer-index-behind') ? untilMs - 60_000 : untilMs;
    return this.#read(shard === 0 ? 'due' : '', () => this.#world.table.due(shard, seenMs, limit));
  }

  commit(writes: readonly Write[]): Promise<CommitResult> {
    return this.#turn(`commit ${shortKeys(writes.map(keyOf))}`, async (resolve, reject) => {
      const { faults, table, onLostRace } = this.#world;
      if (faults.strikes('crash-before-commit')) return this.#crash('crashed before commit');
      if (faults.strikes('table-busy')) return reject(busy());
      if (faults.strikes('commit-timed-out')) return reject(new InjectedFault('timed out, not committed'));
      const result = await table.commit(writes);
      if (!result.committed) onLostRace();
      if (faults.strikes('crash-after-commit')) return this.#crash('crashed after commit');
      if (faults.strikes('commit-outcome-unknown'))
        return reject(new InjectedFault('timed out, outcome unknown'));
      resolve(result);
    });
  }

  publish(topic: string, payload: Uint8Array, expiresInS?: number): Promise<void> {
    return this.#turn(`publish ${topic}`, async (resolve, reject) => {
      const { faults } = this.#world;
      if (faults.strikes('publish-failed')) return reject(new InjectedFault('the broker did not answer'));
      this.#world.publish(topic, payload, expiresInS);
      if (faults.strikes('crash-after-publish')) return this.#crash('crashed after publish');
      resolve();
    });
  }

  #read<T>(label: string, act: () => Promise<T>): Promise<T> {
    return this.#turn(label, async (resolve, reject) => {
      if (this.#world.faults.strikes('table-busy')) return reject(busy());
      resolve(await act());
    });
  }

  #turn<T>(
    label: string,
    act: (resolve: (value: T) => void, reject: (error: unknown) => void) => Promise<void>,
  ): Promise<T> {
    const { schedule, random } = this.#world;
    const delayMs = this.#slow ? random.int(5, 900) : random.int(1, 8);
    return new Promise<T>((resolve, reject) => {
      schedule.after(delayMs, label === '' ? '' : `${this.#name}: ${label}`, () =>
        this.#dead ? undefined : act(resolve, reject),
      );
    });
  }

  #crash(how: string): void {
    this.#dead = true;
    this.#die({ ok: false, error: new InjectedFault(how) });
  }

  get dead(): boolean {
    return this.#dead;
  }
}

function busy(): DomainError {
  return new DomainError('table-busy', 'The table asks for patience');
}

function shortKeys(keys: readonly Key[]): string {
  return keys.map(({ pk, sk }) => `${pk} ${sk}`).join(', ');
}
