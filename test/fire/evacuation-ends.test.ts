import { describe, expect, test } from 'vitest';
import { acknowledgeAlert } from '../../src/fire/acknowledge-alert.ts';
import { laterAlarm } from '../../src/fire/evacuation-store.ts';
import { facilityDue } from '../../src/fire/repeat-evacuation.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import { boardEvent } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { estateId, eveningMs } from '../support/estate.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const key = keys.facility(estateId, 'garage');
const place = { zh: '车库', en: 'Garage' };
const estate = estateOfEachTest();

const smoke = (level: 'alarm' | 'clear', atMs = estate.clockMs, device = 'smoke-1') =>
  estate.says(device, 'smoke', { level, atMs });
const stops = () => estate.board.toldTo('stop').length;
const add = (record: object) =>
  provision(estate.backend, estate.by('Wang'), record as Parameters<typeof provision>[2]);

describe('an evacuation', () => {
  test('by the fire input of a board ends with the person who answers for it: it has no clear', async () => {
    await estate.deliver('uhppoted/gateway/events', boardEvent(1, 39));
    expect(await estate.evacuation()).toMatchObject({ detectors: ['fire:405419896'] });
    expect(await estate.alerts('fire-input')).toMatchObject([
      {
        severity: 'life',
        deviceId: '405419896',
        facilityId: 'garage',
        place: { zh: 'Garage', en: 'Garage' },
      },
    ]);
    await estate.acknowledges('Wang');
    expect(await estate.evacuation()).toBeUndefined();
    expect(estate.lastJson('reader-in/down/release')).toBeDefined();
  });

  test('stands in the journal under its facility and its alert, and the facility stays one', async () => {
    await smoke('alarm');
    const [alert] = await estate.alerts('smoke');
    expect(estate.entries('smoke')[0]?.facts).toEqual({ facilityId: 'garage', alertId: alert?.alertId });
    // By this name the pages hear of it.
    expect((await estate.item(key))?.['type']).toBe('facility');
    await estate.acknowledges('Wang');
    expect(estate.entries('alert-acknowledged')).toMatchObject([
      { outcome: 'acknowledged', facts: { alertId: alert?.alertId, by: 'Wang' } },
    ]);
    estate.clockMs += minuteMs;
    await smoke('clear');
    const cleared = estate.entries('smoke').find(({ outcome }) => outcome === 'evacuation-ended');
    expect(cleared?.facts).toEqual({ facilityId: 'garage' });
  });

  test('that nobody has answered for goes on when it is clear, and is repeated a minute later', async () => {
    await smoke('alarm');
    estate.clockMs += 10_000;
    await smoke('clear');
    expect(await estate.evacuation()).toMatchObject({ detectors: [] });
    expect((await estate.item(key))?.dueAtMs).toBe(estate.clockMs + minuteMs);
  });

  test('keeps the name of whoever answered first, and when', async () => {
    await smoke('alarm');
    const [alert] = await estate.alerts('smoke');
    const answered = { state: 'acknowledged', acknowledgedBy: 'Wang', acknowledgedAtMs: eveningMs };
    await estate.acknowledges('Wang');
    estate.clockMs += minuteMs;
    const answer = acknowledgeAlert(estate.backend, estate.by('Li'), alert?.alertId ?? '');
    expect(await answer).toMatchObject(answered);
    expect(await estate.alerts('smoke')).toMatchObject([answered]);
  });

  test('is not repeated before its time, nor where nothing is due', async () => {
    await facilityDue(estate.backend, key);
    await facilityDue(estate.backend, keys.facility(estateId, 'nowhere'));
    await smoke('alarm');
    estate.clockMs += minuteMs - 1;
    await facilityDue(estate.backend, key);
    expect(estate.entries('evacuation-repeated')).toEqual([]);
    estate.clockMs += 1;
    await facilityDue(estate.backend, key);
    expect(estate.entries('evacuation-repeated')).toHaveLength(1);
  });

  test('after it, doors are told every five minutes until each has answered', async () => {
    await smoke('alarm');
    await estate.acknowledges('Wang');
    await smoke('clear', estate.clockMs + 1000);
    estate.published.length = 0;
    const released = () => estate.published.filter(({ topic }) => topic.endsWith('down/release')).length;
    for (const times of [2, 4, 6]) {
      estate.clockMs += 6 * minuteMs;
      await estate.sweep();
      expect(released()).toBe(times);
    }
  });
});

describe('doors that do not confirm', () => {
  const silent = () => estate.alerts('door');

  test('are told once, a minute after they were asked, as a danger to life with their names', async () => {
    await smoke('alarm');
    await estate.answers('reader-out', 'hold-open', 'done');
    expect(await silent()).toEqual([]);
    for (let minute = 1; minute <= 3; minute += 1) {
      estate.clockMs += minuteMs;
      await estate.sweep();
    }
    expect(await silent()).toMatchObject([
      {
        severity: 'life',
        state: 'open',
        createdAtMs: eveningMs + minuteMs,
        facilityId: 'garage',
        text: {
          zh: 'Garage：已要求敞开，2/3 个门未确认，可能仍锁闭：Side door、In',
          en: 'Garage: told to open, 2 of 3 doors have not confirmed and may be locked: Side door, In',
        },
      },
    ]);
  });

  test('with long names are told in a text that is cut, and say so', async () => {
    const long = { zh: '很长的门名'.repeat(8), en: 'A door with a very long name indeed'.repeat(1) };
    for (const deviceId of ['reader-a', 'reader-b', 'reader-c'])
      await add({ kind: 'reader', deviceId, facilityId: 'garage', direction: 'in', name: long });
    await smoke('alarm');
    estate.clockMs += minuteMs;
    await estate.sweep();
    const [alert] = await silent();
    for (const text of [alert?.text.zh, alert?.text.en]) {
      expect(text).toHaveLength(100);
      expect(text?.endsWith('…')).toBe(true);
    }
  });
});

describe('an alarm', () => {
  test('that was heard before its clear and is taken after it cuts nothing', async () => {
    await estate.board.heartbeat({ 3: 1 });
    await smoke('clear');
    estate.clockMs -= 500;
    await smoke('alarm', estate.clockMs - 500);
    expect(stops()).toBe(0);
    expect(await estate.evacuation()).toBeUndefined();
    expect(await estate.alerts('smoke')).toHaveLength(1);
    await smoke('alarm', estate.clockMs + 1000);
    expect(stops()).toBe(1);
  });

  test.each([
    ['with the clear, and said before it', 0, -1000],
    ['after the clear, by a clock that was set back since', 38_000, -4 * minuteMs],
    ['after the clear, by a clock that was set back a little', 1, -1],
    ['before the clear, and said with it', -1, 0],
  ])('is a danger that was heard %s', async (_, heardMs, saidMs) => {
    await smoke('clear');
    estate.clockMs += heardMs;
    await smoke('alarm', eveningMs + saidMs);
    expect(await estate.evacuation()).toMatchObject({ detectors: ['smoke-1'] });
  });

  test('cuts no port whose session is over and which nothing shows live', async () => {
    const start = await estate.board.starts(2);
    estate.clockMs += 10 * minuteMs;
    await estate.board.settles(start, 600, 30);
    estate.published.length = 0;
    await smoke('alarm');
    expect(stops()).toBe(0);
  });

  test('of one detector forgets nothing of what another has told', async () => {
    await add({ kind: 'sensor', deviceId: 'smoke-2', sensor: 'smoke', facilityId: 'garage', place });
    estate.clockMs += 20_000;
    await smoke('clear');
    estate.clockMs += 10_000;
    await smoke('alarm', estate.clockMs, 'smoke-2');
    await estate.acknowledges('Wang');
    await smoke('clear', estate.clockMs + 1, 'smoke-2');
    expect(await estate.evacuation()).toBeUndefined();
    // This one was heard before the clear of its own detector.
    estate.clockMs = eveningMs + 10_000;
    await smoke('alarm');
    expect(await estate.evacuation()).toBeUndefined();
  });

  test('by a clock that is a day ahead is ended by a clear of the right time', async () => {
    await smoke('alarm', estate.clockMs + dayMs);
    await estate.acknowledges('Wang');
    estate.clockMs += minuteMs;
    await smoke('clear');
    expect(await estate.evacuation()).toBeUndefined();
  });

  test('by a clock that is in 1970 outlasts a clear that was on its way since before it', async () => {
    await smoke('alarm', 1000);
    await estate.acknowledges('Wang');
    estate.clockMs += 10_000;
    await smoke('clear', eveningMs - 30_000);
    expect(await estate.evacuation()).toMatchObject({ detectors: ['smoke-1'] });
    expect(estate.outcomes('smoke')).toContain('overtaken');
  });

  test('that comes late does not change by which clock the latest was told', () => {
    const told = {
      detectorsAlarmedAtMs: { a: 100 },
      detectorsClearedAtMs: { b: 7 },
      detectorsAlarmSaidMs: { a: 90, b: 5 },
      detectorsClearHeardMs: { b: 8 },
    };
    expect(laterAlarm(told, 'a', 99, 1)).toEqual(told);
    expect(laterAlarm(told, 'a', 100, 95)).toEqual({ ...told, detectorsAlarmSaidMs: { a: 95, b: 5 } });
    expect(laterAlarm(told, 'a', 101, undefined)).toEqual({
      ...told,
      detectorsAlarmedAtMs: { a: 101 },
      detectorsAlarmSaidMs: { b: 5 },
    });
  });
});
