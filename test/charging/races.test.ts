import { describe, expect, test } from 'vitest';
import { receiptIn } from '../../src/charging/steps.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import { latestSessions } from '../../src/views/session-detail.ts';
import { writeView } from '../../src/views/write-view.ts';
import { account, reading } from '../support/board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { boardId, cardNumber, estateId, eveningMs } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAmong } from '../support/moments.ts';
import { SessionStory } from '../support/session-story.ts';
import { viewOfNew } from '../support/views.ts';

// Each of these was found by the simulation.

const minuteMs = 60_000;
const estate = estateOfEachTest();

const openOrder = async (port: number) => {
  const slot = await estate.item(keys.port(boardId, port));
  return (slot?.['open'] as { order: number } | undefined)?.order;
};

describe('a settlement in the very moment of the watchdog', () => {
  test('is paid once', async () => {
    const start = await estate.board.starts(2);
    estate.clockMs += 60 * minuteMs;
    await estate.board.frame(reading(2, 3590, 400, 500));
    // The first look of the watchdog only finds that the session has begun.
    await estate.sweep();
    estate.clockMs += 12 * 60 * minuteMs;
    const readsJournal = (keys: readonly { sk: string }[]) =>
      keys.some(({ sk }) => sk.startsWith('SESSION#') && sk.endsWith('#'));
    const on = interruptedAfter(estate.table, readsJournal, () => estate.sweep());
    await estate.board.says('85', account(start, 3600, 500), { on });
    const taken = estate
      .entries()
      .flatMap(({ postings = [] }) => postings)
      .filter(({ memo }) => memo === `${boardId}-${start.order}`)
      .reduce((sum, { credit, amountFen }) => sum + (credit.startsWith('wallet') ? -1 : 1) * amountFen, 0);
    expect(estate.entries('session-closed')).toHaveLength(1);
    expect(taken).toBe(receiptIn(estate.entries('settlement')[0])?.chargedFen);
    expect((await estate.wallet()).balanceFen).toBe(2000 - taken);
  });
});

describe('a session that the board starts by itself', () => {
  test('ends the session before, whose end was never told, so that stops name the order that runs', async () => {
    const before = await estate.board.starts(2);
    estate.clockMs += 60 * minuteMs;
    await estate.board.startsAlone(2, 9, 3, 0);
    expect(await openOrder(2)).toBe(9);
    expect((await estate.wallet()).holds).toEqual({});
    expect(estate.entries('session-closed')[0]?.sk).toContain(String(before.order));
  });

  test('told only after its end, keeps no port', async () => {
    await estate.board.settles({ port: 4, order: 9 }, 600, 20);
    await estate.board.startsAlone(4, 9, 3, 0);
    expect(await openOrder(4)).toBeUndefined();
  });
});

test('a request for power that was authorised is not refused when it is delivered again too late', async () => {
  await estate.board.card(2);
  const receivedAtMs = estate.clockMs;
  estate.clockMs += minuteMs;
  await estate.board.card(2, cardNumber, { receivedAtMs });
  expect(estate.refusals()).toEqual([]);
  expect(estate.board.toldTo('start')).toHaveLength(1);
});

test('a session in the list is what its last step makes it, though the start is told after the end', async () => {
  await estate.board.card(2);
  const start = estate.board.lastStart();
  estate.clockMs += 10 * minuteMs;
  await estate.board.settles(start, 500, 20);
  await estate.board.startAnswer(start);
  for (const kind of ['session-authorised', 'settlement', 'session-start-answered']) {
    const view = await viewOfNew(estate.backend, estate.entries(kind)[0]);
    await writeView(estate.table, estate.backend.publisher, view);
  }
  expect(await latestSessions(estate.table, estateId, 5)).toMatchObject([{ state: 'settled' }]);
});

test('in an evacuation a port is told to stop until it is idle, whatever it has answered', async () => {
  const start = await estate.board.starts(2);
  await estate.says('smoke-1', 'smoke', { level: 'alarm' });
  // The stop has overtaken the start: the port was idle then, and works now.
  await estate.board.stopAnswer(start.order, 1);
  estate.published.length = 0;
  estate.clockMs += minuteMs + 1;
  await estate.board.heartbeat({ 2: 1 });
  await estate.sweep();
  expect(estate.board.told()).toContainEqual({ kind: 'stop', port: 2, order: start.order });
});

/** Something else happens after the moment in which this part of a session's journal was read. */
const afterReading = (story: SessionStory, sk: string, deed: () => Promise<unknown>) =>
  interruptedAfter(story.estate.table, looksAmong(sk), deed);

describe('a session that is priced twice at once', () => {
  const hour = 60;
  const settlement = (story: SessionStory, on?: Table) =>
    story.settled(4 * hour, 4 * hour * 60, 1000, {}, on);
  const late = (story: SessionStory, on?: Table) => story.frame(3 * hour, 3 * hour * 60, 900, 200, on);

  async function ends(story: SessionStory): Promise<void> {
    // 900 Wh before 22:00 and 100 Wh after it, as the frame says, whoever saw it first.
    expect(await story.receipt()).toMatchObject({ chargedFen: 59 + 30, estimated: false });
    await story.expectSound();
    expect(await story.wallet()).toMatchObject({ balanceFen: 2000 - 89, holds: {} });
  }

  test('sees a frame that is written while it is settled', async () => {
    const story = await SessionStory.running();
    await settlement(
      story,
      afterReading(story, 'FRAME#', () => late(story)),
    );
    await ends(story);
  });

  test('sees a frame whose ports were looked at just before it was settled', async () => {
    const story = await SessionStory.running();
    await late(
      story,
      afterReading(story, 'PORT#', () => settlement(story)),
    );
    await ends(story);
  });

  test('sees a frame while the watchdog closes it, and then the account', async () => {
    const story = await SessionStory.running();
    story.estate.clockMs = eveningMs + 13 * hour * minuteMs;
    await story.sweep(afterReading(story, 'FRAME#', () => late(story)));
    await settlement(story);
    await ends(story);
  });

  test('is corrected once when two frames correct it in one moment', async () => {
    const story = await SessionStory.running();
    await settlement(story);
    const other = () => story.frame(2 * hour, 2 * hour * 60, 600);
    await late(story, afterReading(story, 'SESSION#', other));
    await ends(story);
  });

  test('is settled on what a frame has just made of the estimate', async () => {
    const story = await SessionStory.running();
    await story.sweepAt(13 * hour);
    await settlement(
      story,
      afterReading(story, 'SESSION#', () => late(story)),
    );
    await ends(story);
    const again = await SessionStory.running();
    await again.sweepAt(13 * hour);
    await late(
      again,
      afterReading(again, 'SESSION#', () => settlement(again)),
    );
    await ends(again);
  });

  test('knows when its bike was taken away, though that was told in the moment of the account', async () => {
    const story = await SessionStory.begin({ overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1200 } });
    await story.passes('in', -5);
    await story.starts();
    const away = () => story.passes('out', 2 * hour);
    await story.settled(hour, 3600, 1000, {}, afterReading(story, 'SESSION#', away));
    expect(await story.receipt()).toMatchObject({ chargedFen: 92 + 60 });
    expect(story.takenFen()).toBe(152);
  });
});
