import { describe, expect, test } from 'vitest';
import { conflictIs, record, refusedAfter } from '../../src/journal/commit.ts';
import { draft, type Origin, sealed } from '../../src/journal/entry.ts';
import { recordAnyway, recordDanger } from '../../src/journal/record-anyway.ts';
import { redeliver } from '../../src/journal/redeliver.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Key } from '../../src/shared/table.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { estateId, eveningMs } from '../support/estate.ts';

const estate = estateOfEachTest();

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const content = { kind: 'smoke', outcome: 'alarm' } as const;
const origin = (fact: string, receivedAtMs = eveningMs, occurredAtMs?: number): Origin => ({
  ...{ estateId, deviceId: 'smoke-1', receivedAtMs, occurredAtMs, topic: 't', sender: 's', fact },
  payload: new Uint8Array(),
});
const decided = (from: Origin) => async (key: Key) => ({
  entry: sealed(draft(key, from, content), estate.backend.vault),
});
const anyway = (from: Origin) => recordAnyway(estate.backend, from, 'm1', decided(from));
const danger = (from: Origin) => recordDanger(estate.backend, from, 'm1', decided(from));
const mac = (text: string) => estate.backend.vault.mac(text);
const places = () => estate.entries('smoke').map(({ sk }) => sk);

describe('what has to be acted on under whatever identity it comes', () => {
  test('stands under it, or under one that follows from what it says, once', async () => {
    const recorded: string[] = [];
    for (const fact of ['one', 'two', 'one', 'two', 'three'])
      recorded.push((await anyway(origin(fact))).recorded);
    expect(recorded).toEqual(['now', 'now', 'before', 'before', 'now']);
    expect(places()).toEqual(
      [
        keys.event('smoke-1', 'm1'),
        ...['two', 'three'].map((fact) => keys.eventAgain('smoke-1', 'm1', mac(fact))),
      ]
        .map(({ sk }) => sk)
        .sort(),
    );
  });

  test('is no danger that could be said anew: told again it is the same', async () => {
    await anyway(origin('one'));
    expect(await anyway(origin('one', eveningMs + 24 * hourMs))).toMatchObject({ recorded: 'before' });
  });
});

describe('danger said in the same words', () => {
  test.each([
    ['ten minutes after, is the same', undefined, 10 * minuteMs, 'before'],
    [
      'more than ten minutes after, by a device without a clock, is danger again',
      undefined,
      10 * minuteMs + 1,
      'now',
    ],
    ['by a clock that was right, is an old message', eveningMs - 5000, 2 * hourMs, 'before'],
    [
      'by a clock that was almost an hour behind, is an old message',
      eveningMs - hourMs + 1,
      2 * hourMs,
      'before',
    ],
    ['by a clock that is wrong, is danger again', eveningMs - hourMs, 2 * hourMs, 'now'],
  ])('%s', async (_, occurredAtMs, laterMs, expected) => {
    await danger(origin('alarm', eveningMs, occurredAtMs));
    const again = origin('alarm', eveningMs + laterMs, occurredAtMs);
    expect(await danger(again)).toMatchObject({ recorded: expected });
    const anew = keys.eventAgain('smoke-1', 'm1', mac(`alarm ${eveningMs + laterMs}`)).sk;
    expect(places()).toEqual([keys.event('smoke-1', 'm1').sk, ...(expected === 'now' ? [anew] : [])]);
    // Delivered once more, whatever it was it was recorded.
    expect(await danger(again)).toMatchObject({ recorded: 'before' });
  });
});

describe('what is recorded', () => {
  test('is nothing where nothing is to be done', async () => {
    const before = [...estate.table.all()];
    expect(await record(estate.backend, async () => undefined)).toBeUndefined();
    expect([...estate.table.all()]).toEqual(before);
  });

  test('under the identity of another is refused by a better name, or after the device has its answer', async () => {
    const key = keys.event('smoke-1', 'm1');
    await record(estate.backend, () => decided(origin('one'))(key));
    const other = () => decided(origin('two'))(key);
    const answers: string[] = [];
    const answer = async () => answers.push('answered');
    await expect(record(estate.backend, other, conflictIs('already-decided', 'why'))).rejects.toMatchObject({
      ...{ error: 'already-decided', message: 'why' },
    });
    await expect(record(estate.backend, other, refusedAfter(answer))).rejects.toMatchObject({
      error: 'identity-reused',
    });
    expect(answers).toEqual(['answered']);
  });
});

describe('commands of an entry', () => {
  const unlock = (commandId: string, expiresAtMs: number) => ({
    to: { family: 'pengyou' as const, deviceId: 'reader-in' },
    command: { type: 'unlock' as const, commandId, expiresAtMs, door: 1, swipeIdentity: 's' },
    acknowledgedAt: keys.commandAcknowledged('reader-in', commandId),
  });
  const entryWith = (commands: ReturnType<typeof unlock>[]) =>
    sealed(draft(keys.event('reader-in', 's'), origin('s'), { ...content, commands }), estate.backend.vault);
  const sent = () =>
    estate.published.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()).command as string);

  test('are sent again where nobody has answered them, until the last of them has expired', async () => {
    const entry = entryWith([
      unlock('a', eveningMs + 10),
      unlock('b', eveningMs + 20),
      unlock('c', eveningMs + 20),
    ]);
    const answered = { ...keys.commandAcknowledged('reader-in', 'c'), outcome: 'done' };
    await estate.table.commit([{ put: answered, when: 'absent' }]);
    expect(await redeliver(estate.backend, entry)).toBe(2);
    estate.clockMs += 19;
    expect(await redeliver(estate.backend, entry)).toBe(2);
    expect(sent()).toEqual(['a', 'b', 'b']);
    estate.clockMs += 1;
    expect(await redeliver(estate.backend, entry)).toBe(0);
    expect(await redeliver(estate.backend, entryWith([]))).toBe(0);
    expect(sent()).toHaveLength(3);
  });
});
