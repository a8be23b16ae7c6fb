import { beforeEach, describe, expect, test } from 'vitest';
import { decodeDownlink, encodeCard } from '../../simulator/devices/juy-frames.ts';
import { latestAlerts } from '../../src/alerts/alert-store.ts';
import { transitions } from '../../src/corridor/case.ts';
import { acknowledgeAlert } from '../../src/fire/acknowledge-alert.ts';
import { sweep } from '../../src/intake/sweep.ts';
import {
  boardId,
  cardNumber,
  committee,
  estateId,
  eveningMs,
  type TestEstate,
  testEstate,
} from '../support/estate.ts';

let estate: TestEstate;
let delivered: string[];
beforeEach(async () => {
  estate = await testEstate();
  delivered = [];
});

const runTimers = () =>
  sweep({
    ...estate.backend,
    ...committee,
    channel: async (_url, body) => {
      delivered.push(JSON.parse(body).kind);
      return { result: 'delivered' };
    },
  });
const smoke = (id: string, level: string) =>
  estate.deliver('pengyou/smoke-1/up/smoke', { id, device: 'smoke-1', atMs: estate.clockMs, level });
const corridor = (id: string, vehicles: number, atMs = estate.clockMs, confidence = 0.9) =>
  estate.deliver('pengyou/corridor-1/up/corridor', { id, device: 'corridor-1', atMs, vehicles, confidence });

describe('smoke', () => {
  test('cuts the ports, holds every door open, starts nothing, and calls the committee', async () => {
    await estate.board.card(2);
    estate.published.length = 0;
    await smoke('m1', 'alarm');
    const topics = estate.topics();
    expect(decodeDownlink(estate.published[0]?.payload ?? new Uint8Array())).toMatchObject({
      kind: 'stop',
      port: 2,
    });
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
    const hold = String(estate.lastJson('reader-in/down/hold-open')?.['command']);
    await estate.deliver('pengyou/reader-in/up/ack', {
      id: 'a1',
      device: 'reader-in',
      atMs: eveningMs,
      command: hold,
      result: 'done',
    });
    estate.published.length = 0;
    estate.clockMs += 61_000;
    await runTimers();
    expect(estate.topics()).toEqual([
      'uhppoted/gateway/requests/device/door/control:set',
      'pengyou/reader-out/down/hold-open',
    ]);
  });

  test('is over when it is clear and a named person has answered for it: neither alone gives the doors back', async () => {
    await smoke('m1', 'alarm');
    const [alert] = await estate.alerts();
    await smoke('m2', 'clear');
    expect(await estate.evacuation()).toBeDefined();
    const origin = {
      estateId,
      deviceId: 'api',
      receivedAtMs: eveningMs,
      topic: 'api',
      sender: 'Wang',
      payload: new Uint8Array(),
      fact: 'x',
    };
    await acknowledgeAlert(estate.backend, origin, alert?.alertId ?? '');
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
    await runTimers();
    expect(await estate.alerts()).toHaveLength(1);
  });

  test('that is not moved in time is reported', async () => {
    await corridor('v1', 1);
    estate.clockMs += 31 * 60_000;
    await runTimers();
    await runTimers();
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
    expect(
      estate.outcomes('corridor')
        .sort(),
    ).toEqual(['overtaken', 'seen', 'too-uncertain']);
  });

  test('has an answer for every event in every state', () => {
    for (const state of Object.values(transitions))
      expect(Object.keys(state).sort()).toEqual(['due', 'gone', 'seen']);
  });
});
