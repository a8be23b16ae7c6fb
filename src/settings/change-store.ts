import * as z from 'zod/mini';
import { type ChangeShown, changeStates, factsSchema } from '../../contract/shapes/change.ts';
import type { Backend } from '../journal/commit.ts';
import { type Draft, draft, type Entry, type Origin, payloadOf } from '../journal/entry.ts';
import { type Asking, readSteps } from '../journal/second-person.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Table, Write } from '../shared/table.ts';

const wantedSchema = z.omit(factsSchema, { changeId: true });

const waitingSchema = z.object({
  /** How many have ever been asked for: the next one's number. */
  asked: z.int(),
  waiting: z.array(z.object({ changeId: z.string(), fact: z.string() })),
  version: z.optional(z.int()),
});
export type Waiting = z.infer<typeof waitingSchema>;
export const waitingAtMost = 100;

/** Throws `not-found`. */
export async function readChange(
  { table }: Pick<Backend, 'table'>,
  estateId: string,
  changeId: string,
): Promise<ChangeShown> {
  const { asked, decided } = await readSteps(table, askingOf(estateId, changeId));
  if (asked === undefined) throw new DomainError('not-found', `There is no change ${changeId}`);
  const facts = factsSchema.parse(asked.facts);
  return {
    ...facts,
    state: z.enum(changeStates).parse((decided ?? asked).outcome),
    askedBy: asked.sender,
    askedAtMs: asked.receivedAtMs,
    ...(decided === undefined ? {} : { decidedBy: decided.sender, decidedAtMs: decided.receivedAtMs }),
  };
}

/** What waits for a second person now, the oldest first. */
export async function waitingChanges(table: Table, estateId: string): Promise<ChangeShown[]> {
  const { waiting } = await readWaiting(table, estateId);
  return Promise.all(waiting.map(({ changeId }) => readChange({ table }, estateId, changeId)));
}

export const askingOf = (estateId: string, changeId: string): Asking => ({
  what: `change ${changeId}`,
  key: (step) => keys.settingChange(estateId, changeId, step),
});

export function stepOf(
  origin: Origin,
  step: 'asked' | 'decided',
  outcome: ChangeShown['state'],
  facts: z.infer<typeof factsSchema>,
): Draft {
  return draft(keys.settingChange(origin.estateId, facts.changeId, step), origin, {
    kind: 'setting',
    outcome,
    facts,
  });
}

export const wantedIn = ({ vault }: Backend, asked: Entry) =>
  wantedSchema.parse(JSON.parse(payloadOf(asked, vault).toString('utf8')));

export async function readWaiting(table: Table, estateId: string): Promise<Waiting> {
  const [item] = await table.get([keys.settingsWaiting(estateId)]);
  return item === undefined ? { asked: 0, waiting: [] } : waitingSchema.parse(item);
}

export function putWaiting(estateId: string, { version }: Waiting, { asked, waiting }: Waiting): Write {
  return { put: { ...keys.settingsWaiting(estateId), asked, waiting }, when: { version } };
}
