import { beforeEach, describe, expect, test } from 'vitest';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { estateId } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAt } from '../support/moments.ts';

const estate = estateOfEachTest();
const add = (deviceId: string, more: { sensor: 'bay' | 'gate'; facilityId?: string }) =>
  provision(estate.backend, estate.by('o'), {
    ...{ kind: 'sensor', deviceId, place: { zh: 'x', en: 'x' }, ...more },
  });
beforeEach(() => add('bay-1', { sensor: 'bay', facilityId: 'garage' }));

const say = (kind: string, content: object, atMs = estate.clockMs) =>
  estate.says('bay-1', kind, { atMs, ...content });
const bay = (number: number, occupied: boolean, atMs?: number) =>
  say('bay', { bays: [{ bay: number, occupied }] }, atMs);
const state = async () => {
  const item = await estate.item(keys.deviceState('bay-1'));
  const { detail, bays = [] } = (item?.['state'] ?? {}) as {
    detail?: string;
    bays?: { bay: number; occupied: boolean }[];
  };
  return { detail, bays: Object.fromEntries(bays.map(({ bay: number, occupied }) => [number, occupied])) };
};

describe('what a bay sensor says', () => {
  test('of one bay leaves the others as they are', async () => {
    await bay(1, true);
    estate.clockMs += 1000;
    await bay(2, true);
    estate.clockMs += 1000;
    await bay(1, false);
    expect((await state()).bays).toEqual({ 1: false, 2: true });
  });

  test('of itself leaves its bays, and of its bays leaves what it said of itself', async () => {
    await bay(1, true);
    estate.clockMs += 1000;
    await say('health', { detail: 'battery 80 %' });
    expect(await state()).toEqual({ detail: 'battery 80 %', bays: { 1: true } });
    estate.clockMs += 1000;
    await bay(2, false);
    expect(await state()).toEqual({ detail: 'battery 80 %', bays: { 1: true, 2: false } });
  });

  test('of two bays in one moment, in two messages, is both', async () => {
    await bay(1, true);
    await bay(2, true);
    expect((await state()).bays).toEqual({ 1: true, 2: true });
  });

  test('late of one bay is not believed of that bay alone', async () => {
    await bay(1, true);
    await bay(1, false, estate.clockMs - 1000);
    await bay(2, true, estate.clockMs - 1000);
    expect((await state()).bays).toEqual({ 1: true, 2: true });
  });

  test('of itself erases no bay', async () => {
    await bay(1, true);
    estate.clockMs += 1000;
    await say('health', { detail: 'battery low' });
    expect(await state()).toEqual({ detail: 'battery low', bays: { 1: true } });
  });

  test('twice at once is both', async () => {
    const on = interruptedAfter(estate.table, looksAt('STATE'), () => bay(2, true));
    await estate.says('bay-1', 'bay', { bays: [{ bay: 1, occupied: true }] }, { on });
    expect((await state()).bays).toEqual({ 1: true, 2: true });
  });
});

describe('what is kept of a device', () => {
  const item = (deviceId = 'bay-1') => estate.item(keys.deviceState(deviceId));

  test('is one item, with whose it is, when it was so and when it was heard, and the bays in their order', async () => {
    const toldAtMs = estate.clockMs - 5000;
    await bay(7, true, toldAtMs);
    await bay(2, false, toldAtMs);
    const { version: _, ...kept } = (await item()) ?? {};
    expect(kept).toEqual({
      ...keys.deviceState('bay-1'),
      type: 'device-state',
      estateId,
      deviceId: 'bay-1',
      facilityId: 'garage',
      atMs: toldAtMs,
      heardAtMs: estate.clockMs,
      state: {
        bays: [
          { bay: 2, occupied: false, atMs: toldAtMs },
          { bay: 7, occupied: true, atMs: toldAtMs },
        ],
      },
    });
  });

  test('by a clock that is ahead is no later than it was heard: what comes next is believed', async () => {
    await bay(1, true, estate.clockMs + 86_400_000);
    estate.clockMs += 1000;
    await bay(1, false);
    expect((await state()).bays).toEqual({ 1: false });
    expect((await item())?.['atMs']).toBe(estate.clockMs);
  });

  test.each([
    ['later', 1, 'new'],
    ['of the same moment', 0, 'old'],
    ['earlier', -1, 'old'],
  ])('of its health is what it said last: what is %s counts so', async (_, laterMs, detail) => {
    const toldAtMs = estate.clockMs - 5000;
    await say('health', { detail: 'old' }, toldAtMs);
    await say('health', { detail: 'new' }, toldAtMs + laterMs);
    expect((await state()).detail).toBe(detail);
  });

  test('says that it was heard, also where what it said was old; and nothing is written for what was heard already', async () => {
    await say('health', { detail: 'new' });
    const before = await item();
    await say('health', { detail: 'old' }, estate.clockMs - 60_000);
    expect((await item())?.version).toBe(before?.version);
    estate.clockMs += 60_000;
    await say('health', { detail: 'old' }, estate.clockMs - 120_000);
    expect(await item()).toMatchObject({
      heardAtMs: estate.clockMs,
      atMs: before?.['atMs'],
      state: { detail: 'new' },
    });
  });

  test('is not written again for a bay that is told again as it is', async () => {
    await bay(1, true);
    const before = await item();
    await bay(1, true);
    await bay(1, false, estate.clockMs - 1);
    expect(await item()).toEqual(before);
  });

  test('that stands in no facility names none', async () => {
    await estate.says('corridor-1', 'health', { detail: 'ok' });
    expect((await item('corridor-1'))?.['facilityId']).toBeUndefined();
  });
});

test('what became of a command is in the journal, in the device’s own words', async () => {
  const answer = (command: string, result: string, more: object = {}) =>
    estate.says('reader-in', 'ack', { command, result, ...more });
  await answer('c1', 'done');
  await answer('c2', 'refused', { detail: 'the motor is stuck' });
  const told = estate.entries('command-acknowledged').map(({ outcome, facts }) => ({ outcome, facts }));
  expect(told).toEqual([
    { outcome: 'done', facts: { commandId: 'c1' } },
    { outcome: 'refused', facts: { commandId: 'c2', detail: 'the motor is stuck' } },
  ]);
});

test('a command that is answered twice, in whatever words, was answered once', async () => {
  for (const detail of ['at once', 'as said before'])
    await estate.says('reader-in', 'ack', { command: 'c1', result: 'done', detail });
  const facts = { commandId: 'c1', detail: 'at once' };
  expect(estate.entries('command-acknowledged')).toMatchObject([
    { ...keys.commandAcknowledged('reader-in', 'c1'), facts },
  ]);
  expect(estate.refusals()).toEqual([]);
});

test('a bike that passes a gate is in the journal, with its direction', async () => {
  await add('gate-1', { sensor: 'gate' });
  const pass = { id: 'g1', direction: 'in', vehicle: 'e-bike' };
  for (let time = 0; time < 2; time += 1) await estate.says('gate-1', 'gate', pass);
  expect(estate.entries('gate-pass')).toMatchObject([
    { outcome: 'noted', deviceId: 'gate-1', facts: { direction: 'in', vehicle: 'e-bike' } },
  ]);
});
