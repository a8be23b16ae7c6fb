import type { ErrorName } from '../../contract/words/errors.ts';
import type { CardVault } from '../devices/card-vault.ts';
import type { Registry } from '../estate/registry-store.ts';
import type { Clock } from '../shared/clock.ts';
import { DomainError } from '../shared/errors.ts';
import type { Table, Write } from '../shared/table.ts';
import { commandsOf, type Draft, type Entry, parseEntry, sealed, sealedAnew } from './entry.ts';
import { type Publisher, send, unanswered } from './outbox.ts';

/** Everything a decision may touch. Only `functions/` and the simulation build one. */
export interface Backend {
  readonly table: Table;
  readonly clock: Clock;
  readonly vault: CardVault;
  readonly publisher: Publisher;
  readonly registry: Registry;
}

/** What was decided on the state just read: the entry, or one that stands, and the aggregates as they should become. */
export interface Decision {
  readonly entry: Draft | Entry;
  readonly writes?: readonly Write[];
}

/** `before`: the same fact had been recorded, nothing was written, and the first decision stands. */
export interface Recorded {
  readonly recorded: 'now' | 'before';
  readonly entry: Entry;
}

/**
 * What follows where another fact stands under the identity, and nothing was written. It gets the entry that stands, and
 * throws, or gives what the caller has to tell apart from a fact that was recorded: none can be dropped unseen.
 */
export type OnConflict<T> = (standing: Entry) => T | Promise<T>;

const attemptLimit = 12;

/**
 * Decides and commits: `decide` reads and proposes; the proposal is committed under the versions it was read at; a
 * lost race, also one that the table tells as a conflict, is decided again. Commands of the entry are sent after the
 * commit. For a fact recorded before, those are sent again that are unanswered and still wanted, so that a repetition
 * gets the same answer (a device carries out one command id once).
 *
 * Where another fact stands under the identity, `onConflict` says what follows; without it, DomainError
 * `identity-reused` is thrown, which refuses a message by that name.
 *
 * Throws DomainError `lost-race` after twelve lost races, whatever `decide` and `onConflict` throw, and what the broker
 * throws: the message is then delivered again, finds its fact recorded, and sends again.
 */
export function record<T = never>(
  backend: Backend,
  decide: () => Promise<Decision>,
  onConflict?: OnConflict<T>,
): Promise<Recorded | T>;
/** … where a decision may also be that nothing is to be done: nothing is then written. */
export function record<T = never>(
  backend: Backend,
  decide: () => Promise<Decision | undefined>,
  onConflict?: OnConflict<T>,
): Promise<Recorded | T | undefined>;
export async function record<T = never>(
  backend: Backend,
  decide: () => Promise<Decision | undefined>,
  onConflict: OnConflict<T> = refuseReused,
): Promise<Recorded | T | undefined> {
  // Where the table was busy, it may have been so only after it had done it, and its answer was lost.
  const unsure = new Set<string>();
  for (let attempt = 1; attempt <= attemptLimit; attempt += 1) {
    const decision = await decide();
    if (decision === undefined) return undefined;
    const { entry: decided, writes = [] } = decision;
    const entry = entryToWrite(decided, writes, backend.vault);
    const entryWrite: Write = { put: { ...entry }, when: 'absent' };
    const result = await backend.table.commit([entryWrite, ...writes]).catch(lostIfBusy);
    if (result === undefined) {
      unsure.add(entry.raw);
      continue;
    }
    if (result.committed) return sent(backend, entry);
    if (result.lost === entryWrite && result.existing !== undefined) {
      const existing = parseEntry(result.existing);
      if (unsure.has(existing.raw)) return sent(backend, existing);
      if (existing.digest !== entry.digest) return onConflict(existing);
      const commands = await unanswered(backend.table, commandsOf(existing, backend.vault));
      await send(backend.publisher, backend.clock, commands);
      return { recorded: 'before', entry: existing };
    }
  }
  throw new DomainError('lost-race', `Lost ${attemptLimit} races in a row; deliver the message again`);
}

/** Refuses what comes under the identity of another fact, by a name that managers see. */
export function refuseReused({ kind, sk }: Entry): never {
  throw new DomainError('identity-reused', `Another fact, ${kind}, stands under ${sk}`);
}

/** Refuses it after a device has had the answer without which it would repeat itself for ever. */
export function refusedAfter(answer: () => Promise<unknown>): OnConflict<never> {
  return async (standing) => {
    await answer();
    return refuseReused(standing);
  };
}

/** Refuses a conflict by a name that says more to whoever asked. */
export function conflictIs(error: ErrorName, message: string): OnConflict<never> {
  return () => {
    throw new DomainError(error, message);
  };
}

/**
 * A decision may say that the entry which it has read stands. Written by itself, and asked for again after a lost
 * answer, it would be taken for its own repetition; a transaction is known by its token.
 */
function entryToWrite(decided: Draft | Entry, writes: readonly Write[], vault: CardVault): Entry {
  if ('content' in decided) return sealed(decided, vault);
  return writes.length === 0 ? sealedAnew(decided, vault) : decided;
}

async function sent({ publisher, clock, vault }: Backend, entry: Entry): Promise<Recorded> {
  await send(publisher, clock, commandsOf(entry, vault));
  return { recorded: 'now', entry };
}

/** The table asks for patience where two transactions met: deciding again takes about as long as they do. */
function lostIfBusy(error: unknown): undefined {
  if (error instanceof DomainError && error.error === 'table-busy') return undefined;
  throw error;
}
