import { beforeEach, describe, expect, test } from 'vitest';
import { addressOf, type Reader } from '../../src/estate/device.ts';
import { record } from '../../src/journal/commit.ts';
import { type Entry, parseEntry, sealed } from '../../src/journal/entry.ts';
import type { EntryKind } from '../../src/journal/kinds.ts';
import type { Outgoing } from '../../src/journal/outbox.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { keys } from '../../src/shared/keys.ts';
import type { CommitResult, Table, Write } from '../../src/shared/table.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { estateId, eveningMs } from '../support/estate.ts';

// Recording a fact, whatever the table answers.

const estate = estateOfEachTest();
let reader: Reader;
beforeEach(async () => {
  reader = (await estate.backend.registry.device('reader-in')) as Reader;
});

const key = keys.event('reader-in', 's1');
const unlock = (commandId = 'c1'): Outgoing => ({
  to: addressOf(reader),
  command: { type: 'unlock', commandId, expiresAtMs: eveningMs + 10_000, door: 1, swipeIdentity: 's1' },
  acknowledgedAt: keys.commandAcknowledged('reader-in', commandId),
});
const other = { put: { pk: 'OTHER', sk: 'ITEM' }, when: { version: undefined } } satisfies Write;

function entry(fact = 'one', kind: EntryKind = 'swipe'): Entry {
  const origin = {
    ...{ estateId, deviceId: 'reader-in', receivedAtMs: eveningMs, topic: 't', sender: 's', fact },
    payload: Buffer.from('raw'),
  };
  const content = { kind, outcome: 'granted', commands: [unlock()] } as const;
  return sealed({ key, origin, content }, estate.backend.vault);
}

/** A table that answers its first commits as it is told to, with or without having done them. */
function answering(...answers: ((commit: () => Promise<CommitResult>) => Promise<CommitResult>)[]): Table {
  const { table } = estate;
  return {
    ...{ get: table.get, query: table.query, due: table.due },
    commit: (writes) => (answers.shift() ?? ((commit) => commit()))(() => table.commit(writes)),
  };
}

async function busy(): Promise<CommitResult> {
  throw new DomainError('table-busy', 'The table asks for patience');
}

async function doneAndBusy(commit: () => Promise<CommitResult>): Promise<CommitResult> {
  await commit();
  return busy();
}

const stored = async () => {
  const item = await estate.item(key);
  return item === undefined ? undefined : parseEntry(item);
};

describe('a fact', () => {
  test('is recorded with what it changes, and its commands are sent after that', async () => {
    const decision = { entry: entry(), writes: [other] };
    const recorded = await record(estate.backend, async () => decision);
    expect(recorded).toEqual({ recorded: 'now', entry: decision.entry });
    expect(await stored()).toEqual(decision.entry);
    expect(await estate.table.get([other.put])).toEqual([expect.objectContaining({ version: 1 })]);
    expect(estate.published).toHaveLength(1);
  });

  test('told again keeps its first decision, and what nobody has answered is sent again', async () => {
    const first = await record(estate.backend, async () => ({ entry: entry() }));
    const again = { ...entry(), outcome: 'refused' };
    expect(await record(estate.backend, async () => ({ entry: again }))).toEqual({
      recorded: 'before',
      entry: first.entry,
    });
    expect(estate.published).toHaveLength(2);
    const acknowledged = { ...keys.commandAcknowledged('reader-in', 'c1'), outcome: 'done' };
    await estate.table.commit([{ put: acknowledged, when: 'absent' }]);
    await record(estate.backend, async () => ({ entry: again }));
    expect(estate.published).toHaveLength(2);
  });

  test('whose commit was done, though the table said that it was busy, is known to be recorded now', async () => {
    for (const writes of [[], [other]]) {
      await estate.table.commit([{ remove: key }]);
      const recorded = await record(estate.on(answering(doneAndBusy)), async () => ({
        entry: entry(),
        writes,
      }));
      expect(recorded).toEqual({ recorded: 'now', entry: await stored() });
    }
  });

  test('that somebody else recorded while the table was busy is recorded before', async () => {
    const meanwhile = async () => {
      await estate.table.commit([{ put: { ...entry() }, when: 'absent' }]);
      return busy();
    };
    const recorded = await record(estate.on(answering(meanwhile)), async () => ({ entry: entry() }));
    expect(recorded.recorded).toBe('before');
  });

  test('is decided again after each lost race, and its message delivered again after twelve', async () => {
    const lost = async (): Promise<CommitResult> => ({ committed: false, lost: other, existing: undefined });
    let decided = 0;
    const decide = async () => {
      decided += 1;
      return { entry: entry(), writes: [other] };
    };
    const eleven = Array.from({ length: 11 }, () => lost);
    expect(await record(estate.on(answering(...eleven)), decide)).toMatchObject({ recorded: 'now' });
    expect(decided).toBe(12);
    await estate.table.commit([{ remove: key }]);
    await expect(record(estate.on(answering(...eleven, lost)), decide)).rejects.toMatchObject({
      error: 'lost-race',
      retry: true,
    });
    expect(decided).toBe(24);
  });

  test('is not taken for recorded where the table fails in another way', async () => {
    const fails = async (): Promise<CommitResult> => {
      throw new DomainError('provider-unavailable', 'no table');
    };
    const trial = record(estate.on(answering(fails)), async () => ({ entry: entry() }));
    await expect(trial).rejects.toThrow('no table');
    expect(await stored()).toBeUndefined();
    expect(estate.published).toHaveLength(0);
  });
});

test('an entry written by itself has a seal of its own, so that it is not taken for its own repetition', async () => {
  const read = entry();
  const { entry: written } = await record(estate.backend, async () => ({ entry: read }));
  expect(written.raw).not.toBe(read.raw);
  const { vault } = estate.backend;
  const opened = ({ raw }: Entry) => vault.open(raw.slice('sealed:'.length));
  expect(opened(written)).toBe(opened(read));
  await estate.table.commit([{ remove: key }]);
  const plain = entry('one', 'meter-frame');
  expect((await record(estate.backend, async () => ({ entry: plain }))).entry).toEqual(plain);
});
