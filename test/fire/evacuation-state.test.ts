import { describe, expect, test } from 'vitest';
import { acknowledgeAlert } from '../../src/fire/acknowledge-alert.ts';
import { doorCommandId } from '../../src/fire/evacuation.ts';
import { later, laterAlarm, putFacility } from '../../src/fire/evacuation-store.ts';
import { facilityDue } from '../../src/fire/repeat-evacuation.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { estateId, eveningMs } from '../support/estate.ts';

// What a facility keeps of an evacuation: whole, because a later decision rests on each part of it.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const key = keys.facility(estateId, 'garage');
const estate = estateOfEachTest();

const smoke = (level: 'alarm' | 'clear', atMs = estate.clockMs, device = 'smoke-1') =>
  estate.says(device, 'smoke', { level, atMs });
const acknowledge = (alertId: string, sender = 'Wang') =>
  acknowledgeAlert(estate.backend, estate.by(sender, sender), alertId);
const alertIds = async () => (await estate.alerts()).map(({ alertId }) => alertId).toReversed();
/** What the facility has beside what it is configured with. */
const state = async () => {
  const item = await estate.item(key);
  const {
    pk,
    sk,
    type,
    facilityId,
    estateId: _,
    facilityKind,
    name,
    bays,
    version: _v,
    ...more
  } = item as Item;
  expect({ pk, sk, type, facilityId, facilityKind, name, bays }).toStrictEqual({
    ...{ ...key, type: 'facility', facilityId: 'garage', facilityKind: 'garage', bays: 100 },
    name: { zh: 'Garage', en: 'Garage' },
  });
  return more;
};
const told = (alarmed: object, said: object = {}, cleared: object = {}) => ({
  ...{ detectorsAlarmedAtMs: alarmed, detectorsAlarmSaidMs: said },
  ...{ detectorsClearedAtMs: cleared, detectorsClearHeardMs: cleared },
});
const secondDetector = () =>
  provision(estate.backend, estate.by('Wang'), {
    ...{ kind: 'sensor', deviceId: 'smoke-2', sensor: 'smoke', facilityId: 'garage' },
    place: { zh: '东', en: 'East' },
  } as never);

describe('a facility', () => {
  test('whose detector says it again keeps its alert and since when; another detector asks anew', async () => {
    await secondDetector();
    await smoke('alarm');
    const [first] = await alertIds();
    const asked = { sinceMs: eveningMs, askedAtMs: eveningMs };
    expect(await state()).toStrictEqual({
      evacuation: { ...asked, alertId: first, detectors: ['smoke-1'] },
      dueAtMs: eveningMs + minuteMs,
      ...told({ 'smoke-1': eveningMs }, { 'smoke-1': eveningMs }),
    });
    estate.clockMs += minuteMs;
    await facilityDue(estate.backend, key);
    estate.clockMs += 1000;
    await smoke('alarm');
    expect((await state())['evacuation']).toStrictEqual({
      ...{ ...asked, alertId: first, detectors: ['smoke-1'], doorsToldAtMs: eveningMs + minuteMs },
    });
    estate.clockMs += 1000;
    const at = estate.clockMs;
    await smoke('alarm', at - 500, 'smoke-2');
    const ids = await alertIds();
    expect(await state()).toStrictEqual({
      evacuation: {
        sinceMs: eveningMs,
        askedAtMs: at,
        alertId: ids.at(-1),
        detectors: ['smoke-1', 'smoke-2'],
      },
      dueAtMs: at + minuteMs,
      ...told({ 'smoke-1': at - 1000, 'smoke-2': at - 500 }, { 'smoke-1': at - 1000, 'smoke-2': at - 500 }),
    });
  });

  test('of which somebody has answered for it keeps who it was, asks anew when it smokes again, and ends with the last', async () => {
    await smoke('alarm');
    const [first = ''] = await alertIds();
    estate.clockMs += 1000;
    await acknowledge(first);
    const asked = { sinceMs: eveningMs, askedAtMs: eveningMs, alertId: first, detectors: ['smoke-1'] };
    expect(await state()).toMatchObject({
      evacuation: { ...asked, acknowledgedBy: 'Wang' },
      dueAtMs: estate.clockMs + minuteMs,
    });
    estate.clockMs += 1000;
    await smoke('alarm');
    const [, second = ''] = await alertIds();
    expect((await state())['evacuation']).toStrictEqual({
      ...{ ...asked, askedAtMs: estate.clockMs, alertId: second },
    });
    // To answer for the first one again is not to answer for the second.
    await acknowledge(first, 'Li');
    expect((await state())['evacuation']).not.toHaveProperty('acknowledgedBy');
    await acknowledge(second, 'Li');
    estate.clockMs += 1000;
    estate.published.length = 0;
    await smoke('clear');
    const at = estate.clockMs;
    expect(estate.topics()).toStrictEqual([
      'uhppoted/gateway/requests/device/door/control:set',
      ...['reader-in', 'reader-out'].map((reader) => `pengyou/${reader}/down/release`),
    ]);
    expect(await state()).toStrictEqual({
      ...{ evacuationEndedAtMs: at, releasing: second, dueAtMs: at + 5 * minuteMs },
      ...told({ 'smoke-1': at - 1000 }, { 'smoke-1': at - 1000 }, { 'smoke-1': at }),
    });
    // Clear once more: the doors are still told, a little later.
    estate.clockMs += 1000;
    await smoke('clear');
    expect(await state()).toMatchObject({ releasing: second, dueAtMs: at + 1000 + 5 * minuteMs });
  });

  test('is told again what its doors have not answered, under the time of the telling', async () => {
    await smoke('alarm');
    estate.clockMs += minuteMs;
    await facilityDue(estate.backend, key);
    await facilityDue(estate.backend, key);
    const { mac } = estate.backend.vault;
    const repeated = (kind: string) => ({
      ...keys.evacuationRepeated(estateId, 'garage', estate.clockMs),
      ...{ kind, outcome: '3 sent again', deviceId: 'garage', estateId, receivedAtMs: estate.clockMs },
      ...{ digest: mac('repeat'), facts: {} },
    });
    expect(estate.entries('evacuation-repeated')).toMatchObject([repeated('evacuation-repeated')]);
    const [doors, first] = await estate.alerts();
    await acknowledge(first?.alertId ?? '');
    expect((await state())['evacuation']).toMatchObject({ alertId: first?.alertId });
    expect(doors).toMatchObject({ kind: 'door', severity: 'life' });
    await smoke('clear', estate.clockMs + 1);
    estate.clockMs += 5 * minuteMs;
    await facilityDue(estate.backend, key);
    expect(estate.entries('release-repeated')).toMatchObject([repeated('release-repeated')]);
    expect(await state()).toMatchObject({
      releasing: first?.alertId,
      dueAtMs: estate.clockMs + 5 * minuteMs,
    });
  });

  test('whose doors are all back to their cards is done with: nothing is told, and nothing due', async () => {
    await smoke('alarm');
    const [alertId = ''] = await alertIds();
    await smoke('clear', estate.clockMs + 1);
    await acknowledge(alertId);
    const { releasing, dueAtMs, ...ended } = await state();
    expect({ releasing, dueAtMs }).toStrictEqual({ releasing: alertId, dueAtMs: eveningMs + 5 * minuteMs });
    for (const deviceId of ['405419896', 'reader-in', 'reader-out']) {
      const answered = keys.commandAcknowledged(
        deviceId,
        doorCommandId('release-door', alertId, deviceId, 1),
      );
      await estate.put({ ...answered, outcome: 'done' });
    }
    estate.clockMs += 5 * minuteMs;
    await facilityDue(estate.backend, key);
    expect(await state()).toStrictEqual(ended);
    expect(estate.entries('release-repeated')).toMatchObject([{ outcome: '0 sent again' }]);
  });

  test('without an evacuation has none to release, and is looked at no more when it is clear', async () => {
    await smoke('clear');
    expect(await state()).toStrictEqual(told({}, {}, { 'smoke-1': eveningMs }));
  });
});

describe('a clear that was held up', () => {
  test.each([
    ['for almost twelve hours is news from before the alarm', 12 * hourMs - 1, 'overtaken'],
    ['for twelve is said by a clock that is wrong, and believed', 12 * hourMs, 'evacuation-ended'],
  ])('%s', async (_, lateMs, outcome) => {
    // Without a clock the two are told apart by ours alone.
    await smoke('alarm', 0);
    const [alertId = ''] = await alertIds();
    await acknowledge(alertId);
    estate.clockMs += minuteMs;
    await smoke('clear', estate.clockMs - lateMs);
    expect(estate.outcomes('smoke')).toContain(outcome);
  });

  test.each([
    ['before the alarm, clears nothing', -1, 'overtaken'],
    ['in the same moment, clears it', 0, 'evacuation-ended'],
  ])('and was said %s', async (_, laterMs, outcome) => {
    await smoke('alarm');
    const [alertId = ''] = await alertIds();
    await acknowledge(alertId);
    estate.clockMs += minuteMs;
    await smoke('clear', eveningMs + laterMs);
    expect(estate.outcomes('smoke')).toContain(outcome);
    expect(estate.entries('smoke').map(({ facts }) => facts['facilityId'])).toStrictEqual([
      'garage',
      'garage',
    ]);
  });
});

describe('what is kept of the detectors', () => {
  const none = {
    ...{ detectorsAlarmedAtMs: {}, detectorsAlarmSaidMs: {} },
    ...{ detectorsClearedAtMs: {}, detectorsClearHeardMs: {} },
  };

  test('is the later of two, from the beginning of time on', () => {
    expect(later(none, 'detectorsClearedAtMs', 'a', 0)).toStrictEqual({
      ...none,
      detectorsClearedAtMs: { a: 0 },
    });
    const once = later(none, 'detectorsClearedAtMs', 'a', 5);
    expect(later(once, 'detectorsClearedAtMs', 'a', 4)).toStrictEqual(once);
    expect(later(once, 'detectorsClearedAtMs', 'constructor', 4)).toStrictEqual({
      ...none,
      detectorsClearedAtMs: { a: 5, constructor: 4 },
    });
    expect(laterAlarm(none, 'a', 0, 3)).toStrictEqual({
      ...none,
      ...{ detectorsAlarmedAtMs: { a: 0 }, detectorsAlarmSaidMs: { a: 3 } },
    });
  });

  test('is written with what becomes of the facility, under the version that was read', () => {
    const facility = {
      ...{
        estateId: 'e',
        facilityId: 'f',
        facilityKind: 'shed' as const,
        name: { zh: 'n', en: 'n' },
        bays: 3,
      },
      ...{ evacuation: { sinceMs: 1, alertId: 'a', detectors: [] }, releasing: 'b', evacuationEndedAtMs: 4 },
    };
    const { evacuation: _e, releasing: _r, ...fixed } = facility;
    expect(putFacility({ ...facility, version: 7 }, none, { dueAtMs: 9 })).toStrictEqual({
      put: { ...keys.facility('e', 'f'), type: 'facility', ...fixed, ...none, dueAtMs: 9 },
      when: { version: 7 },
    });
  });
});

describe('whoever answers for an alert', () => {
  test('is written down once, under the alert; of one that is not there nobody can', async () => {
    await smoke('alarm');
    const [alertId = ''] = await alertIds();
    await acknowledge(alertId);
    await acknowledge(alertId, 'Li');
    expect(estate.entries('alert-acknowledged')).toMatchObject([
      {
        ...keys.request(estateId, `acknowledge:${alertId}`),
        ...{ outcome: 'acknowledged', sender: 'Wang', facts: { alertId, by: 'Wang' } },
      },
    ]);
    await expect(acknowledge('x')).rejects.toMatchObject({ error: 'not-found' });
  });
});
