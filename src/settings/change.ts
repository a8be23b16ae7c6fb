import type { SettingKind } from '../../contract/shapes/change.ts';
import { awaitingApproval, type ChangeShown, factsSchema } from '../../contract/shapes/change.ts';
import { type Backend, conflictIs, type Decision, record } from '../journal/commit.ts';
import { type Draft, type Origin, sealed, standingFor } from '../journal/entry.ts';
import { decideAsked, type Verdict } from '../journal/second-person.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Write } from '../shared/table.ts';
import {
  askingOf,
  putWaiting,
  readChange,
  readWaiting,
  stepOf,
  type Waiting,
  waitingAtMost,
  wantedIn,
} from './change-store.ts';
import { journalled } from './journalled.ts';
import type { Setting, Standing } from './setting.ts';
import { type Difference, isSame, type Members, merged, weigh } from './weigh.ts';

/** What was written is in force, but for what waits for a second person. */
export interface Changed {
  readonly waits: ChangeShown | undefined;
}

/**
 * Writes members of a part of the configuration over what stands (absent keeps, null removes), in one transaction with
 * its journal entry. What loosens control is not written: it is asked for, and waits. The same again changes nothing
 * and adds nothing, also while it waits. Throws `too-many-waiting`, and what forbids the write.
 */
export async function change(
  backend: Backend,
  origin: Origin,
  setting: Setting,
  wanted: Members,
): Promise<Changed> {
  const { estateId } = origin;
  let waitsAs: string | undefined;
  await recordNamed(backend, setting, async () => {
    const standing = await setting.read();
    const { now, changes, waits } = await weighed(setting, standing, wanted);
    const asked = waits && (await askedFor(backend, origin, setting, waits));
    waitsAs = asked?.changeId;
    if (changes === undefined) return asked?.decision;
    const own = { setting, changeId: `${setting.kind}.${setting.id}.${standing.version}` };
    return {
      entry: madeEntry({ ...origin, fact: factOf(setting, changes) }, own, changes),
      writes: [
        ...(await standing.write(now)),
        ...(asked?.decision === undefined ? [] : writesOf(backend, asked.decision)),
      ],
    };
  });
  await setting.follow?.();
  return { waits: waitsAs === undefined ? undefined : await readChange(backend, estateId, waitsAs) };
}

/**
 * The same for a request that has an id of its own: repeated, it is answered as it stands and not weighed again. Throws
 * `already-exists` when the id names another one.
 */
export async function changeOnRequest(
  backend: Backend,
  origin: Origin,
  setting: Setting,
  wanted: Members,
  requestId: string,
): Promise<Changed> {
  const { estateId } = origin;
  const changeId = `${setting.kind}.${setting.id}.${requestId}`;
  const own = { ...origin, fact: factOf(setting, wanted) };
  const isAnother = conflictIs('already-exists', `Request ${requestId} was another one`);
  await record(
    backend,
    async (): Promise<Decision> => {
      const [before] = await backend.table.get([keys.settingChange(estateId, changeId, 'asked')]);
      if (before !== undefined) return { entry: standingFor(before, own, backend.vault) };
      const standing = await setting.read();
      const { now, changes = { before: {}, after: {} }, waits } = await weighed(setting, standing, wanted);
      if (waits === undefined)
        return {
          entry: madeEntry(own, { setting, changeId }, changes),
          writes: await standing.write(now),
        };
      return waitingEntry(
        backend,
        own,
        { setting, changeId },
        waits,
        await readWaiting(backend.table, estateId),
      );
    },
    isAnother,
  );
  await setting.follow?.();
  const shown = await readChange(backend, estateId, changeId);
  return { waits: shown.state === awaitingApproval ? shown : undefined };
}

/** Finds a part of an estate's configuration by what a change says of it. */
export type FindSetting = (backend: Backend, estateId: string, kind: SettingKind, id: string) => Setting;

/**
 * A second person approves or rejects a change. It is made only on what it was asked over. Throws what `decideAsked`
 * throws, `changed-meanwhile`, and what forbids the write; it then stays open.
 */
export async function decideChange(
  backend: Backend,
  origin: Origin,
  changeId: string,
  verdict: Verdict,
  find: FindSetting,
): Promise<ChangeShown> {
  const { estateId } = origin;
  const own = { ...origin, fact: `${verdict} ${changeId}` };
  let follow: Setting['follow'];
  await decideAsked(backend, own, askingOf(estateId, changeId), own.fact, async (asked) => {
    const list = await readWaiting(backend.table, estateId);
    const waiting = list.waiting.filter((one) => one.changeId !== changeId);
    const closed = putWaiting(estateId, list, { ...list, waiting });
    const entry = stepOf(own, 'decided', verdict, factsSchema.parse(asked.facts));
    if (verdict === 'rejected') return { entry, writes: [closed] };
    const { setting: about, before, after } = wantedIn(backend, asked);
    const setting = find(backend, estateId, about.kind, about.id);
    const standing = await setting.read();
    const members = standing.members ?? {};
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    if (names.some((name) => !isSame(members[name], before[name])))
      throw new DomainError(
        'changed-meanwhile',
        'What it was asked over has changed: reject it and ask again',
      );
    const removed = Object.fromEntries(names.map((name) => [name, after[name] ?? null]));
    follow = setting.follow;
    return { entry, writes: [...(await standing.write(merged(members, removed))), closed] };
  });
  await follow?.();
  return readChange(backend, estateId, changeId);
}

const attemptLimit = 5;

/** A change is named after the version that it is made on: where another one has that name, it is looked at again. */
async function recordNamed(
  backend: Backend,
  { kind, id }: Setting,
  decide: () => Promise<Decision | undefined>,
): Promise<void> {
  for (let attempt = 1; attempt <= attemptLimit; attempt += 1) {
    const result = await record(backend, decide, () => 'conflict' as const);
    if (result === undefined || (result !== 'conflict' && result.recorded === 'now')) return;
  }
  throw new DomainError('lost-race', `The ${kind} ${id} is being changed; write it again`);
}

/** What cannot be written is refused when it is asked for, and not only when somebody approves. */
async function weighed({ kind }: Setting, standing: Standing, wanted: Members) {
  const { members = {}, defaults = {} } = standing;
  const result = weigh(kind, members, defaults, wanted);
  if (result.waits !== undefined) await standing.write(merged(members, wanted));
  return result;
}

/** The change under which this waits already, or the entry by which it is asked for. */
async function askedFor(backend: Backend, origin: Origin, setting: Setting, waits: Difference) {
  const list = await readWaiting(backend.table, origin.estateId);
  const fact = backend.vault.mac(factOf(setting, waits));
  const known = list.waiting.find((one) => one.fact === fact);
  if (known !== undefined) return { changeId: known.changeId, decision: undefined };
  const changeId = `${setting.kind}.${setting.id}.ask-${list.asked + 1}`;
  return { changeId, decision: waitingEntry(backend, origin, { setting, changeId }, waits, list) };
}

interface Named {
  readonly setting: Pick<Setting, 'kind' | 'id'>;
  readonly changeId: string;
}

/** What is asked for, and takes its place in the list of what waits. */
interface Asked {
  readonly entry: Draft;
  readonly writes: readonly Write[];
}

function waitingEntry(
  backend: Backend,
  origin: Origin,
  { setting: { kind, id }, changeId }: Named,
  waits: Difference,
  list: Waiting,
): Asked {
  if (list.waiting.length >= waitingAtMost)
    throw new DomainError('too-many-waiting', `${waitingAtMost} changes wait for a second person already`);
  const setting = { kind, id };
  // What is carried out on approval has secrets in it, and is read from where raw messages are sealed.
  const own = { ...origin, payload: Buffer.from(JSON.stringify({ setting, ...waits })) };
  const one = { changeId, fact: backend.vault.mac(factOf(setting, waits)) };
  const facts = { changeId, setting, ...journalled(kind, waits) };
  return {
    entry: stepOf(own, 'asked', awaitingApproval, facts),
    writes: [
      putWaiting(origin.estateId, list, { ...list, asked: list.asked + 1, waiting: [...list.waiting, one] }),
    ],
  };
}

function madeEntry(
  origin: Origin,
  { setting: { kind, id }, changeId }: Named,
  difference: Difference,
): Draft {
  const facts = { changeId, setting: { kind, id }, ...journalled(kind, difference) };
  return stepOf(origin, 'asked', 'set', facts);
}

/** The same in whatever order a table gives members back. */
const factOf = ({ kind, id }: Pick<Setting, 'kind' | 'id'>, what: object): string =>
  `${kind} ${id} ${JSON.stringify(sorted(what))}`;

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}

/** An entry and its writes, as writes of another one's transaction. */
const writesOf = ({ vault }: Backend, { entry, writes }: Asked): Write[] => [
  { put: { ...sealed(entry, vault) }, when: 'absent' },
  ...writes,
];
