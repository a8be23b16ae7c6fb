import { describe, expect, test } from 'vitest';
import { type Condition, NotSent, type Outgoing, send, unanswered } from '../../src/journal/outbox.ts';
import type { Item } from '../../src/shared/table.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';

const reader = { family: 'pengyou' as const, deviceId: 'reader-in' };
const nowMs = 1_795_420_800_000;
const clock = { now: () => nowMs };
const key = (name: string) => ({ pk: 'x', sk: name });
const unlock = (commandId: string, expiresAtMs: number): Outgoing => ({
  to: reader,
  command: { type: 'unlock', commandId, expiresAtMs, door: 1, swipeIdentity: 's' },
  acknowledgedAt: key(`answer of ${commandId}`),
});

async function sent(outgoing: readonly Outgoing[], publish: () => Promise<void> = async () => {}) {
  const seconds: (number | undefined)[] = [];
  const publisher = {
    publish: async (_: string, __: Uint8Array, expiresInS?: number) => {
      seconds.push(expiresInS);
      await publish();
    },
  };
  const failure = await send(publisher, clock, outgoing).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { seconds, failure };
}

describe('a command', () => {
  test('is sent for as long as somebody waits for it, and not in the moment in which that ends', async () => {
    expect((await sent([unlock('a', nowMs + 1)])).seconds).toEqual([1]);
    expect((await sent([unlock('a', nowMs)])).seconds).toEqual([]);
  });

  test('is kept by the broker no longer than somebody waits, in whole seconds', async () => {
    expect((await sent([unlock('a', nowMs + 9500)])).seconds).toEqual([10]);
    expect((await sent([unlock('a', nowMs + 9000)])).seconds).toEqual([9]);
  });

  test('that nobody stops waiting for is kept as long as the broker keeps anything, and goes to its device', async () => {
    const published: unknown[][] = [];
    const publish = async (...told: unknown[]) => {
      published.push(told);
    };
    const command = { type: 'refuse-swipe', swipeIdentity: 's', reason: 'unknown-card' } as const;
    await send({ publish }, clock, [{ to: reader, command }]);
    const payload = new TextEncoder().encode('{"swipe":"s","reason":"unknown-card"}');
    expect(published).toEqual([['pengyou/reader-in/down/refuse', payload, undefined]]);
  });

  test('that could not be sent keeps none of the others, and is told of', async () => {
    const refused = async () => Promise.reject(new Error('away'));
    const { seconds, failure } = await sent([unlock('a', nowMs + 9000), unlock('b', nowMs + 9000)], refused);
    expect(seconds).toHaveLength(2);
    expect(failure).toBeInstanceOf(NotSent);
    expect((await sent([unlock('a', nowMs + 9000)])).failure).toBeUndefined();
  });
});

describe('a command waits for its answer', () => {
  const waiting = async (more: Partial<Outgoing>, items: readonly Item[]) => {
    const table = memoryTable();
    for (const item of items) await table.commit([{ put: item, when: 'absent' }]);
    return (await unanswered(table, [{ ...unlock('a', nowMs), ...more }])).length === 1;
  };
  const answer = (outcome: string): Item => ({ ...key('answer of a'), outcome });

  test.each<[outcome: string, waits: boolean]>([
    ['done', false],
    ['refused', true],
    ['expired', true],
  ])('when the device said %s: %s', async (outcome, waits) => {
    expect(await waiting({}, [])).toBe(true);
    expect(await waiting({}, [answer(outcome)])).toBe(waits);
  });

  test('until what it was for is over', async () => {
    const unless = [key('settled'), key('closed')];
    expect(await waiting({ unless }, [])).toBe(true);
    expect(await waiting({ unless }, [key('closed')])).toBe(false);
    expect(await waiting({ unless }, [key('other')])).toBe(true);
  });

  test.each<[is: Condition['is'], missing: boolean, empty: boolean, equal: boolean, other: boolean]>([
    ['absent', true, true, false, false],
    ['present', false, false, true, true],
    ['card-1', false, false, true, false],
  ])('only while an attribute is %s', async (is, missing, empty, equal, other) => {
    const onlyWhile = { key: key('place'), attribute: 'card', is };
    const place = (card: object) => [{ ...key('place'), ...card }];
    expect(await waiting({ onlyWhile }, [])).toBe(missing);
    expect(await waiting({ onlyWhile }, place({}))).toBe(empty);
    expect(await waiting({ onlyWhile }, place({ card: 'card-1' }))).toBe(equal);
    expect(await waiting({ onlyWhile }, place({ card: 'card-2' }))).toBe(other);
  });

  test('only where it has one: what nobody acknowledges is sent once', async () => {
    const { acknowledgedAt: _, ...once } = unlock('a', nowMs);
    expect(await unanswered(memoryTable(), [once])).toEqual([]);
  });

  test('however many others wait', async () => {
    const table = memoryTable();
    const many = Array.from({ length: 250 }, (_, index) => unlock(`c${index}`, nowMs));
    for (const index of [0, 99, 100, 101, 249])
      await table.commit([{ put: { ...key(`answer of c${index}`), outcome: 'done' }, when: 'absent' }]);
    const left = (await unanswered(table, many)).flatMap(({ command }) =>
      'commandId' in command ? [command.commandId] : [],
    );
    expect(left).toHaveLength(245);
    for (const index of [0, 99, 100, 101, 249]) expect(left).not.toContain(`c${index}`);
  });
});
