import { describe, expect, test } from 'vitest';
import { keys } from '../../src/shared/keys.ts';
import { storyOfEachTest } from '../support/each-test.ts';
import { boardId, cardUid, estateId, eveningMs } from '../support/estate.ts';
import { byBoard, bySweep, halfAYearS, keptOf, own, stop } from '../support/kept-entries.ts';

// What ports are told to stop for, and what timers end: whole, as it is kept.

const minuteMs = 60_000;

const story = storyOfEachTest();

const kept = (kind: string) => keptOf(story.estate, kind);

describe('a port that is told to stop', () => {
  const sentAt = (minute: number, identity: string) => ({
    ...own(
      `EVENT#${identity}:${eveningMs + minute * minuteMs}:stops`,
      eveningMs + minute * minuteMs,
      halfAYearS,
    ),
    ...{ kind: 'ports-stopped', ...byBoard('88'), outcome: 'sent', facts: {} },
  });
  /** By what it said: a frame has the name of its content. */
  const frameName = () => story.estate.entries('meter-frame').at(-1)?.sk.split('#')[2] ?? '';

  test.each<[string, [minute: number, chargingS: number, energyWh: number, powerW: number]]>([
    ['over-power', [10, 600, 100, 1201]],
    ['over-energy', [600, 36_000, 3320, 200]],
    ['over-time', [720, 43_801, 100, 200]],
  ])(
    'by its session, for %s, is so by name, once a frame',
    async (why, [minute, chargingS, energyWh, powerW]) => {
      await story.starts(0);
      const { order } = story;
      story.estate.clockMs = eveningMs + minute * minuteMs;
      for (let time = 0; time < 2; time += 1) await story.frame(minute, chargingS, energyWh, powerW);
      const atMs = eveningMs + minute * minuteMs;
      expect(kept('ports-stopped')).toEqual([
        { ...sentAt(minute, frameName()), commands: [stop(order, `${why}-${frameName()}`, atMs)] },
      ]);
      expect(kept('meter-frame')).toEqual([
        {
          ...own(`FRAME#${atMs}#${frameName()}`, atMs),
          ...{ kind: 'meter-frame', ...byBoard('88'), outcome: 'kept', facts: {} },
        },
      ]);
    },
  );

  test('by none is a stray', async () => {
    story.minute = 5;
    await story.frame(5, 300, 20);
    const atMs = eveningMs + 5 * minuteMs;
    expect(kept('ports-stopped')).toMatchObject([{ commands: [stop(0, `stray-${frameName()}`, atMs)] }]);
  });

  test('by the timer of its money is told so once', async () => {
    await story.begin({ service: { by: 'time', priceMilliYuanPerHour: 600 }, holdFen: 100 });
    await story.starts();
    const { order, sessionId } = story;
    const { timeLimitMs = 0 } = await story.agreement();
    await story.sweepAt(2);
    expect((await story.slot())?.dueAtMs).toBe(eveningMs + timeLimitMs);
    story.estate.clockMs = eveningMs + timeLimitMs;
    await story.sweep();
    await story.sweep();
    const atMs = story.estate.clockMs;
    expect(kept('ports-stopped')).toEqual([
      {
        ...own(`EVENT#time-used-up ${sessionId}`, atMs, halfAYearS),
        ...{ kind: 'ports-stopped', ...bySweep, outcome: 'sent', facts: {} },
        commands: [stop(order, 'time-used-up', atMs)],
      },
    ]);
    const { vault } = story.estate.backend;
    expect(story.estate.entries('ports-stopped')[0]?.digest).toBe(vault.mac(`time-used-up ${sessionId}`));
    expect((await story.slot())?.dueAtMs).toBe(eveningMs + (12 * 60 + 10) * minuteMs);
  });
});

describe('what a timer ends', () => {
  test('is kept as a hold that was released, where the board is gone', async () => {
    await story.authorise(0);
    const { sessionId, order } = story;
    await story.estate.table.commit([{ remove: keys.device(boardId) }]);
    await story.sweepAt(2);
    const atMs = story.estate.clockMs;
    expect(kept('hold-released')).toEqual([
      {
        ...own('REQUEST', atMs),
        ...{
          pk: `REQUEST#${estateId}#release:${sessionId}`,
          kind: 'hold-released',
          ...bySweep,
          outcome: 'released',
        },
        facts: { sessionId, reason: 'board-gone', heldFen: 300 },
      },
    ]);
    expect(await story.slot()).toEqual({
      ...{ deviceId: boardId, port: 2, estateId, facilityId: 'garage', version: 2 },
      last: { order, authorisedAtMs: eveningMs, closedAtMs: atMs },
    });
    const { vault } = story.estate.backend;
    expect(story.estate.entries('hold-released')[0]?.digest).toBe(vault.mac(`release ${sessionId}`));
  });

  test('also where nobody’s money was held: the port is free again', async () => {
    await story.startedAlone(9);
    await story.estate.table.commit([{ remove: keys.device(boardId) }]);
    await story.sweepAt(13 * 60);
    expect(kept('hold-released')).toMatchObject([
      { facts: { sessionId: `${boardId}-9`, reason: 'board-gone', heldFen: 0 } },
    ]);
    expect(await story.slot()).not.toHaveProperty('open');
    expect((await story.wallet()).balanceFen).toBe(2000);
  });

  test('is a bike that was taken away, with when and without through which door', async () => {
    await story.begin({ overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1200 } });
    await story.passes('in', -5);
    await story.authorise(0);
    await story.settled(60, 3600, 1000);
    await story.passes('out', 120, false);
    await story.sweepAt(130);
    expect(kept('bike-removed')).toEqual([
      {
        ...own(`SESSION#${story.order}#removed`, eveningMs + 130 * minuteMs),
        ...{ kind: 'bike-removed', ...bySweep, outcome: 'noted' },
        facts: { removedAtMs: eveningMs + 120 * minuteMs },
      },
    ]);
    expect(JSON.stringify(kept('bike-removed'))).not.toContain(cardUid);
  });
});
