import { describe, expect, test } from 'vitest';
import { readSteps } from '../../src/charging/steps.ts';
import type { Table } from '../../src/shared/table.ts';
import { boardId, eveningMs, type Terms } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAmong, looksAt } from '../support/moments.ts';
import { SessionStory } from '../support/session-story.ts';

// How often a message looks at the table: each look is paid for, and a fact that nobody looks for is lost.

const minuteMs = 60_000;
const overstay = { graceMinutes: 30, priceMilliYuanPerHour: 1200 };

/** A table that counts what was looked for, by what it is. */
function counted(table: Table) {
  const looks: Record<string, number> = {};
  const count = (what: string) => {
    looks[what] = (looks[what] ?? 0) + 1;
  };
  const watched: Table = {
    ...table,
    query(query) {
      count((query.prefix ?? query.between?.[0] ?? '').split('#')[0] ?? '');
      return table.query(query);
    },
    commit(writes) {
      count('commit');
      return table.commit(writes);
    },
  };
  return { watched, looks };
}

async function looksOf(story: SessionStory, act: (on: Table) => Promise<unknown>) {
  const { watched, looks } = counted(story.estate.table);
  await act(watched);
  const { SESSION = 0, FRAME = 0, commit = 0 } = looks;
  return { SESSION, FRAME, commit };
}

async function agreed(terms: Terms = {}, started = true) {
  const story = await SessionStory.begin(terms);
  await story.passes('in', -5);
  await story.authorise(0);
  if (started) await story.started(0);
  return story;
}

const settles = (story: SessionStory) => (on: Table) => story.settled(60, 3600, 1000, {}, on);

describe('an account', () => {
  test('is priced once, and what came meanwhile is looked for in the frames alone', async () => {
    const story = await agreed();
    expect(await looksOf(story, settles(story))).toEqual({ SESSION: 1, FRAME: 2, commit: 1 });
  });

  test('is not priced again when it is told again: its write is refused, and that is all', async () => {
    const story = await agreed();
    await story.settled(60, 3600, 1000);
    expect(await looksOf(story, settles(story))).toEqual({ SESSION: 1, FRAME: 1, commit: 1 });
  });

  test('of a session whose start was not answered looks for the answer too', async () => {
    const story = await agreed({}, false);
    expect(await looksOf(story, settles(story))).toEqual({ SESSION: 2, FRAME: 2, commit: 1 });
  });

  test('of a session that costs something when the bike stays looks for its removal too, unless that is known', async () => {
    const story = await agreed({ overstay });
    expect(await looksOf(story, settles(story))).toEqual({ SESSION: 2, FRAME: 2, commit: 1 });
    const gone = await agreed({ overstay });
    await gone.passes('out', 50);
    expect(await looksOf(gone, settles(gone))).toEqual({ SESSION: 1, FRAME: 2, commit: 1 });
    const byPhone = await SessionStory.begin({ overstay });
    await byPhone.asksForPower('r1');
    await byPhone.started(0);
    expect(await looksOf(byPhone, settles(byPhone))).toEqual({ SESSION: 1, FRAME: 2, commit: 1 });
  });
});

describe('an answer to a start', () => {
  test('is one write while its session has the port, and a look at the bill once that is over', async () => {
    const story = await agreed({}, false);
    const { table } = story.estate;
    const start = story.board.lastStart();
    const answers = (on: Table) => story.board.startAnswer(start, 0, { on });
    expect(await looksOf(story, answers)).toEqual({ SESSION: 0, FRAME: 0, commit: 1 });
    await story.settled(60, 3600, 1000);
    expect(await looksOf(story, answers)).toEqual({ SESSION: 2, FRAME: 1, commit: 1 });
    expect(await readSteps({ table }, boardId, story.order)).toMatchObject({
      started: { outcome: 'started' },
    });
  });
});

test('what corrections gave back is asked for once there is a receipt that could have been corrected', async () => {
  const story = await agreed();
  const corrections: number[] = [];
  const { table } = story.estate;
  const watched = (): Table => {
    corrections.push(0);
    return {
      ...table,
      get(asked) {
        if (asked.some(({ sk }) => sk === 'CORRECTIONS'))
          corrections[corrections.length - 1] = (corrections.at(-1) ?? 0) + 1;
        return table.get(asked);
      },
    };
  };
  await story.settled(240, 240 * 60, 1000, {}, watched());
  await story.frame(180, 180 * 60, 900, 200, watched());
  expect(corrections).toEqual([0, 1]);
});

describe('a frame', () => {
  test('of a running session is one write, and nothing is priced', async () => {
    const story = await agreed();
    const frame = (on: Table) => story.frame(10, 600, 100, 200, on);
    expect(await looksOf(story, frame)).toEqual({ SESSION: 0, FRAME: 0, commit: 1 });
  });

  test('that changes nothing about a session that is over is written, and its receipt is not', async () => {
    const story = await agreed();
    await story.frame(30, 1800, 500);
    await story.settled(60, 3600, 1000);
    const frame = (on: Table) => story.frame(20, 1200, 300, 200, on);
    expect(await looksOf(story, frame)).toEqual({ SESSION: 2, FRAME: 1, commit: 1 });
  });
});

test('of two corrections in one moment the one that comes second is made on what both know', async () => {
  const story = await agreed();
  // From 19:00 to 23:00; at 22:00 the price changes, so that readings near it change the bill.
  await story.settled(240, 240 * 60, 1000);
  const isFrames = looksAmong('FRAME#');
  const { table } = story.estate;
  const hasRead = Promise.withResolvers<void>();
  const mayWrite = Promise.withResolvers<void>();
  const waiting = interruptedAfter(table, isFrames, async () => {
    hasRead.resolve();
    await mayWrite.promise;
  });
  let second: Promise<unknown> = Promise.resolve();
  const first = interruptedAfter(table, isFrames, async () => {
    second = story.frame(180, 180 * 60, 900, 200, waiting);
    await hasRead.promise;
  });
  // Each has read the session before the other has written; the first does not know the second's frame.
  await story.frame(150, 150 * 60, 700, 200, first);
  mayWrite.resolve();
  await second;
  expect(await story.receipt()).toMatchObject({ chargedFen: 59 + 30, revision: 2 });
  expect((await story.verified()).differences).toEqual([]);
  expect(story.takenFen()).toBe(89);
});

test('a start that is answered in the moment of the account moves the bill, though nobody answers again', async () => {
  const story = await agreed({}, false);
  // The account was resent for two hours: without the answer it would begin at 22:00, at half the price.
  const isSession = looksAt(`SESSION#${story.order}#`);
  const table = interruptedAfter(story.estate.table, isSession, () => story.started(0));
  await story.settled(240, 3600, 1000, {}, table);
  expect(await story.receipt()).toMatchObject({ chargedFen: 92, readings: [{ atMs: eveningMs }, {}] });
  expect((await story.receipt())?.readings.at(-1)?.atMs).toBe(eveningMs + 60 * minuteMs);
});
