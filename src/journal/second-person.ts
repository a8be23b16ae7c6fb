import { awaitingApproval } from '../../contract/shapes/change.ts';
import { DomainError } from '../shared/errors.ts';
import type { Key, Table } from '../shared/table.ts';
import { type Backend, conflictIs, type Decision, record } from './commit.ts';
import { type Entry, type Origin, parseEntry } from './entry.ts';

/** What one person asks for and another decides: two entries beside each other, told in whatever order. */
export interface Steps {
  readonly asked: Entry | undefined;
  readonly decided: Entry | undefined;
}

/** Where the two entries stand, and what they are about, in words for whoever is refused. */
export interface Asking {
  readonly what: string;
  readonly key: (step: 'asked' | 'decided') => Key;
}

export type Verdict = 'approved' | 'rejected';

export async function readSteps(table: Table, { key }: Pick<Asking, 'key'>): Promise<Steps> {
  const [asked, decided] = await table.get([key('asked'), key('decided')]);
  return {
    asked: asked === undefined ? undefined : parseEntry(asked),
    decided: decided === undefined ? undefined : parseEntry(decided),
  };
}

/**
 * A second person approves or rejects; `carryOut` proposes what follows from what was asked. Decided twice, also at
 * once, it is carried out once. Throws `not-found`, `same-person`, `already-decided` (the other way, or done without),
 * and what `carryOut` throws: it then stays open.
 */
export async function decideAsked(
  backend: Backend,
  { sender }: Origin,
  { what, key }: Asking,
  fact: string,
  carryOut: (asked: Entry) => Promise<Decision>,
): Promise<void> {
  const conflict = conflictIs('already-decided', `${what} was decided otherwise`);
  await record(
    backend,
    async (): Promise<Decision> => {
      const { asked, decided } = await readSteps(backend.table, { key });
      if (asked === undefined) throw new DomainError('not-found', `There is no ${what}`);
      if (asked.sender === sender)
        throw new DomainError('same-person', 'Whoever asked for it cannot decide on it too');
      if (asked.outcome !== awaitingApproval)
        throw new DomainError('already-decided', 'It was carried out at once');
      if (decided !== undefined) return { entry: { ...decided, digest: backend.vault.mac(fact) } };
      return carryOut(asked);
    },
    conflict,
  );
}
