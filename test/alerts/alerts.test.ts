import { describe, expect, test } from 'vitest';
import { transitions } from '../../src/corridor/case.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { boardId, eveningMs } from '../support/estate.ts';

const estate = estateOfEachTest();
const smoke = (id: string, level: string) => estate.says('smoke-1', 'smoke', { id, level });
const corridor = (id: string, vehicles: number, atMs = estate.clockMs, confidence = 0.9) =>
  estate.says('corridor-1', 'corridor', { id, atMs, vehicles, confidence });

describe('smoke', () => {
  test('cuts the ports, holds every door open, starts nothing, and calls the committee', async () => {
    await estate.board.card(2);
    estate.published.length = 0;
    await smoke('m1', 'alarm');
    const topics = estate.topics();
    expect(estate.board.told()[0]).toMatchObject({ kind: 'stop', port: 2 });
    expect(topics).toEqual([
      `JUY/S2D/${boardId}/84/SERVER`,
      'uhppoted/gateway/requests/device/door/control:set',
      'pengyou/reader-in/down/hold-open',
      'pengyou/reader-out/down/hold-open',
    ]);
    expect(await estate.alerts()).toMatchObject([{ kind: 'smoke', severity: 'life', state: 'open' }]);
    await estate.board.card(5);
    expect(estate.refusals()).toContain('facility-in-alarm');
  });

  test('is repeated every minute to whoever has not answered', async () => {
    await smoke('m1', 'alarm');
    await estate.answers('reader-in', 'hold-open', 'done');
    estate.published.length = 0;
    estate.clockMs += 61_000;
    await estate.sweep();
    expect(estate.topics()).toEqual([
      'uhppoted/gateway/requests/device/door/control:set',
      'pengyou/reader-out/down/hold-open',
    ]);
  });

  test('is over when it is clear and a named person has answered for it: neither alone gives the doors back', async () => {
    await smoke('m1', 'alarm');
    await smoke('m2', 'clear');
    expect(await estate.evacuation()).toBeDefined();
    await estate.acknowledges('Wang');
    expect(await estate.evacuation()).toBeUndefined();
    expect(await estate.alerts()).toMatchObject([{ state: 'acknowledged', acknowledgedBy: 'Wang' }]);
    expect(estate.lastJson('reader-in/down/release')).toBeDefined();
  });

  test('told late, after it was clear, evacuates nobody and is still told', async () => {
    await smoke('m2', 'clear');
    estate.clockMs -= 1000;
    await smoke('m1', 'alarm');
    expect(await estate.evacuation()).toBeUndefined();
    expect(await estate.alerts()).toHaveLength(1);
  });
});

describe('a bike in a corridor', () => {
  test('opens one case and one alert, however often it is seen', async () => {
    await corridor('v1', 1);
    await corridor('v1', 1);
    await corridor('v2', 1);
    expect(await estate.alerts()).toMatchObject([{ kind: 'corridor', state: 'open' }]);
  });

  test('that is moved closes both', async () => {
    await corridor('v1', 1);
    estate.clockMs += 600_000;
    await corridor('v2', 0);
    expect(await estate.alerts()).toMatchObject([{ state: 'closed' }]);
    estate.clockMs += 3_600_000;
    await estate.sweep();
    expect(await estate.alerts()).toHaveLength(1);
  });

  test('that is not moved in time is reported', async () => {
    await corridor('v1', 1);
    estate.clockMs += 31 * 60_000;
    await estate.sweep();
    await estate.sweep();
    expect(await estate.alerts()).toMatchObject([
      { kind: 'corridor-overdue', state: 'open' },
      { kind: 'corridor', state: 'closed' },
    ]);
    await corridor('v2', 0);
    expect(await estate.alerts()).toMatchObject([{ state: 'closed' }, { state: 'closed' }]);
  });

  test('seen without certainty, or told after it was gone, calls nobody', async () => {
    await corridor('v1', 1, eveningMs, 0.3);
    await corridor('v3', 0, eveningMs + 1000);
    await corridor('v2', 1, eveningMs + 500);
    expect(await estate.alerts()).toEqual([]);
    expect(estate.outcomes('corridor').sort()).toEqual(['overtaken', 'seen', 'too-uncertain']);
  });

  test('has an answer for every event in every state', () => {
    for (const state of Object.values(transitions))
      expect(Object.keys(state).sort()).toEqual(['due', 'gone', 'seen']);
  });
});
