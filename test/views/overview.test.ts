import { describe, expect, test } from 'vitest';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { boardReply } from '../support/door-board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { garageOf, shownOf, writeViews } from '../support/views.ts';

const minuteMs = 60_000;
const estate = estateOfEachTest();

const shown = () => shownOf(estate);
const garage = () => garageOf(estate);
const alive = () => estate.deliver('uhppoted/gateway/system', { message: { system: { alive: {} } } });
const add = (record: ProvisioningRecord) => provision(estate.backend, estate.by('o', 'add'), record);

describe('who is inside', () => {
  const inGarage = async () => (await garage()).occupancy;
  const allHeard = async () => {
    for (const reader of ['reader-in', 'reader-out']) await estate.says(reader, 'health');
    await alive();
  };

  test('is counted where an entrance and an exit tell, and both are heard', async () => {
    await allHeard();
    expect(await inGarage()).toEqual({ state: 'counted', inside: 0 });
  });

  test('is last known while a door that counts is away, as of when that was last heard', async () => {
    await allHeard();
    const asOfMs = estate.clockMs;
    await estate.says('reader-in', 'swipe', { id: 's1', card: '047C9A22' });
    await estate.says('reader-in', 'door-passed', { swipe: 's1' });
    await writeViews(estate);
    estate.clockMs += 44 * minuteMs;
    await estate.says('reader-in', 'health');
    await alive();
    expect(await inGarage()).toEqual({ state: 'counted', inside: 1 });
    estate.clockMs += minuteMs;
    expect(await inGarage()).toEqual({ state: 'last-known', inside: 1, asOfMs });
  });

  test('is last known, at no time, where a door was never heard', async () => {
    await estate.says('reader-in', 'health');
    expect(await inGarage()).toEqual({ state: 'last-known', inside: 0 });
  });

  test.each([
    ['no door', [], 'not-counted'],
    ['an entrance alone', ['in'], 'not-counted'],
    ['an exit alone', ['out'], 'not-counted'],
    ['one door for both ways', ['both'], 'last-known'],
    ['an entrance and an exit', ['in', 'out'], 'last-known'],
    ['an exit, and a door for both ways', ['out', 'both'], 'last-known'],
  ] as const)('with %s: %s → %s', async (_, directions, state) => {
    const name = { zh: '棚', en: 'Shed' };
    await add({ kind: 'facility', facilityId: 'shed', facilityKind: 'shed', name, bays: 160 });
    const doors = directions.map((direction, index) => ({ door: index + 1, name, direction }));
    await add({ kind: 'door-board', deviceId: '405419897', gatewayId: 'gateway', facilityId: 'shed', doors });
    const shed = (await shown()).facilities.find(({ facilityId }) => facilityId === 'shed');
    expect(shed?.occupancy.state).toBe(state);
    if (state === 'not-counted') expect(shed?.occupancy).toEqual({ state });
  });
});

describe('a sensor', () => {
  const smoke = async () => (await shown()).sensors.find(({ deviceId }) => deviceId === 'smoke-1');

  test('that was never heard is away', async () => {
    expect(await smoke()).toMatchObject({ kind: 'smoke', online: false });
    expect(await smoke()).not.toHaveProperty('lastSeenAtMs');
  });

  test('is away when it has been silent for a day and an hour', async () => {
    await estate.says('smoke-1', 'health');
    const lastSeenAtMs = estate.clockMs;
    estate.clockMs += 25 * 60 * minuteMs - 1;
    expect(await smoke()).toMatchObject({ online: true, lastSeenAtMs });
    estate.clockMs += 1;
    expect(await smoke()).toMatchObject({ online: false, lastSeenAtMs });
  });

  test('with a wrong clock is heard when we hear it', async () => {
    await estate.says('smoke-1', 'health', { atMs: 1000 });
    expect(await smoke()).toMatchObject({ online: true, lastSeenAtMs: estate.clockMs });
    estate.clockMs += minuteMs;
    await estate.says('smoke-1', 'health', { atMs: 900 });
    expect(await smoke()).toMatchObject({ online: true, lastSeenAtMs: estate.clockMs });
  });

  test('a gateway of doors stands in the list, and is away after five minutes', async () => {
    await alive();
    const gateway = async () => (await shown()).sensors.find(({ deviceId }) => deviceId === 'gateway');
    expect(await gateway()).toMatchObject({ kind: 'door-gateway', online: true });
    estate.clockMs += 5 * minuteMs;
    expect(await gateway()).toMatchObject({ online: false });
  });
});

describe('a door that is told to open', () => {
  const holds = async () =>
    Object.fromEntries((await garage()).doors.map(({ deviceId, hold }) => [deviceId, hold?.state]));
  const smoke = (level: string) => estate.says('smoke-1', 'smoke', { level });

  test('is held open only once it has confirmed it', async () => {
    expect(await holds()).toEqual({ 'reader-in': undefined, 'reader-out': undefined, 405419896: undefined });
    await smoke('alarm');
    expect(await holds()).toEqual({ 'reader-in': 'asked', 'reader-out': 'asked', 405419896: 'asked' });
    estate.clockMs += 1000;
    await estate.answers('reader-in', 'hold-open', 'done');
    await estate.answers('reader-out', 'hold-open', 'refused');
    expect(await holds()).toEqual({ 'reader-in': 'confirmed', 'reader-out': 'failed', 405419896: 'asked' });
    estate.clockMs += 59_000;
    expect(await holds()).toMatchObject({ 405419896: 'unanswered' });
  });

  test('and is silent, as behind a gateway that wants an HMAC, is told of within a minute, once', async () => {
    await smoke('alarm');
    await estate.answers('reader-in', 'hold-open', 'done');
    await estate.answers('reader-out', 'hold-open', 'done');
    const unopened = () => estate.alerts('door');
    estate.clockMs += minuteMs;
    await estate.sweep();
    expect(await unopened()).toMatchObject([
      { severity: 'life', facilityId: 'garage', text: { en: expect.stringMatching(/1 of 3 .*Side door/) } },
    ]);
    estate.clockMs += minuteMs;
    await estate.sweep();
    expect(await unopened()).toHaveLength(1);
  });

  test('where all have confirmed, nobody is called for doors', async () => {
    await smoke('alarm');
    for (const reader of ['reader-in', 'reader-out']) await estate.answers(reader, 'hold-open', 'done');
    const asked = estate.lastRequest('device/door/control:set');
    await estate.deliver('uhppoted/gateway/replies/pengyou', boardReply(asked));
    expect(await holds()).toMatchObject({ 405419896: 'confirmed' });
    estate.clockMs += minuteMs;
    await estate.sweep();
    expect((await estate.alerts()).map(({ kind }) => kind)).toEqual(['smoke']);
  });

  test('and says no by its gateway, which names no board, has failed', async () => {
    await smoke('alarm');
    const asked = estate.lastRequest('device/door/control:set');
    await estate.deliver('uhppoted/gateway/replies/pengyou', {
      message: { error: { 'request-id': asked, error: 'unauthorised' } },
    });
    expect(await holds()).toMatchObject({ 405419896: 'failed' });
  });

  test('and first says no is told again, and believed when it has done it', async () => {
    await smoke('alarm');
    await estate.answers('reader-in', 'hold-open', 'refused');
    estate.clockMs += minuteMs;
    estate.published.length = 0;
    await estate.sweep();
    expect(estate.lastJson('reader-in/down/hold-open')).toBeDefined();
    await estate.answers('reader-in', 'hold-open', 'done');
    expect(await holds()).toMatchObject({ 'reader-in': 'confirmed' });
  });

  test('by a new alarm is asked anew: a minute passes before it counts as silent', async () => {
    await smoke('alarm');
    estate.clockMs += 5 * minuteMs;
    await add({
      ...{ kind: 'sensor', deviceId: 'smoke-2', sensor: 'smoke', facilityId: 'garage' },
      place: { zh: '东', en: 'East' },
    } as ProvisioningRecord);
    await estate.says('smoke-2', 'smoke', { level: 'alarm' });
    expect(await holds()).toMatchObject({ 405419896: 'asked' });
  });
});
