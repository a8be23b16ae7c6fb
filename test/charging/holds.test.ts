import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StartRequest } from '../../simulator/devices/juy-frames.ts';
import { keys } from '../../src/shared/keys.ts';
import { boardId } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { SessionStory } from '../support/session-story.ts';

// No hold outlives its session: while there is one, its port has the session and a timer that will end it.

async function everyHoldHasItsTimer(story: SessionStory): Promise<void> {
  for (const sessionId of await story.holds()) {
    const slot = await story.slot();
    expect(slot?.open?.sessionId).toBe(sessionId);
    expect(slot?.dueAtMs).toBeLessThanOrEqual((slot?.open?.authorisedAtMs ?? 0) + 13 * 3_600_000);
  }
}

/** A session that has its hold, and whose start the board was sent. */
async function held(): Promise<SessionStory> {
  const story = await SessionStory.begin();
  expect(await story.authorise()).toMatchObject({ kind: 'start' } satisfies Partial<StartRequest>);
  expect(await story.holds()).toEqual([story.sessionId]);
  return story;
}

test('a start that nobody answers gives its hold back after two minutes', async () => {
  const story = await held();
  await story.sweepAt(2);
  expect(await story.holds()).toEqual([]);
});

test('a board that is never heard of again gives its hold back when no session can run any more', async () => {
  const story = await held();
  await story.started();
  for (let minute = 1; minute <= 13 * 60; minute += 1) {
    await story.sweepAt(minute);
    await everyHoldHasItsTimer(story);
  }
  expect(await story.holds()).toEqual([]);
});

test('a board that is in no list any more holds nobody’s money', async () => {
  const story = await held();
  await story.estate.table.commit([{ remove: keys.device(boardId) }]);
  await story.sweepAt(2);
  expect(await story.holds()).toEqual([]);
  expect((await story.slot())?.open).toBeUndefined();
  const released = () => story.estate.entries('hold-released');
  expect(released()).toMatchObject([{ facts: { reason: 'board-gone', heldFen: 300 } }]);
  await story.sweep();
  expect(released()).toHaveLength(1);
});

test('a port that the board has taken for somebody who pays there holds nobody else’s money', async () => {
  const story = await held();
  await story.started();
  story.minute = 30;
  await story.startedAlone(77);
  expect(await story.holds()).toEqual([]);
});

test('an end that is told before its beginning leaves no hold behind', async () => {
  const { order } = await held();
  const story = await SessionStory.begin();
  // No honest board knows an order before we have made it; one that guessed it, and told it after the last look and
  // before the session is written, must not lock up anybody's money.
  let looks = 0;
  const table = interruptedAfter(
    story.estate.table,
    (keys) => keys.some(({ sk }) => sk === `SESSION#${order}#`) && ++looks === 2,
    () => story.settled(0, 3600, 500, { order }),
  );
  await story.authorise(0, table);
  expect(await story.holds()).toEqual([`${boardId}-${order}`]);
  await story.sweepAt(2);
  expect(await story.holds()).toEqual([]);
  expect(story.estate.entries('hold-released')).toMatchObject([{ facts: { reason: 'end-told-before' } }]);
  expect((await story.wallet()).balanceFen).toBe(2000);
});

const step = fc.oneof(
  fc.record({
    what: fc.constantFrom('card', 'started', 'fault', 'stop', 'stopped', 'settle', 'local', 'sweep'),
  }),
  fc.record({ what: fc.constant('frame'), seconds: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ what: fc.constant('wait'), minutes: fc.integer({ min: 1, max: 200 }) }),
);

/** Lets one thing happen at the port, told of the newest order, whether it makes sense now or not. */
async function happen(
  story: SessionStory,
  { what, seconds = 0, minutes = 1 }: { what: string; seconds?: number; minutes?: number },
): Promise<unknown> {
  if (what === 'wait') {
    story.minute += minutes;
    return;
  }
  if (what === 'sweep') return story.sweep();
  if (what === 'card') return story.authorise();
  if (what === 'local') return story.startedAlone(77);
  if (story.order === 0) return;
  if (what === 'started') return story.started();
  if (what === 'fault') return story.started(story.minute, 2);
  if (what === 'frame') return story.frame(story.minute, seconds, Math.floor(seconds / 180) * 10);
  if (what === 'settle') return story.settled(story.minute, 3600, 50);
  if (what === 'stopped') return story.stopped();
  // Over by now, it cannot be stopped; nothing else may go wrong.
  return story.asksToStop().catch((error: { error?: string }) => {
    if (error.error !== 'not-found') throw error;
  });
}

test('whatever happens at a port, in whatever order, every hold has its timer, and half a day later it is gone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const story = await SessionStory.begin();
      for (const one of steps) {
        await happen(story, one);
        await everyHoldHasItsTimer(story);
      }
      story.minute += 13 * 60;
      for (let round = 0; round < 3; round += 1) {
        await story.sweep();
        story.minute += 11;
      }
      expect(await story.holds()).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
