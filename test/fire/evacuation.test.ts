import { beforeEach, describe, expect, test } from 'vitest';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { reading } from '../support/board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { eveningMs } from '../support/estate.ts';

const minuteMs = 60_000;
const estate = estateOfEachTest();

const smoke = (level: 'alarm' | 'clear', atMs = estate.clockMs, device = 'smoke-1') =>
  estate.says(device, 'smoke', { level, atMs });
const frameOf = (...ports: number[]) => estate.board.frame(...ports.map((port) => reading(port, 600, 30)));
const stops = () => estate.board.toldTo('stop').map(({ port, order }) => ({ port, order }));
const provisioned = (record: ProvisioningRecord) => provision(estate.backend, estate.by('o'), record);
const place = { zh: '车库', en: 'Garage' };

describe('smoke cuts a port', () => {
  test('that nothing but a heartbeat shows live', async () => {
    await estate.board.heartbeat({ 3: 1 });
    estate.published.length = 0;
    await smoke('alarm');
    expect(stops()).toEqual([{ port: 3, order: 0 }]);
  });

  test('that nothing but the last frame shows live', async () => {
    await frameOf(7);
    estate.published.length = 0;
    await smoke('alarm');
    expect(stops()).toEqual([{ port: 7, order: 0 }]);
  });

  test('once, whoever shows it, under the order of its session, and no port that is free', async () => {
    const start = await estate.board.starts(2);
    await estate.board.heartbeat({ 2: 1, 5: 1 });
    await frameOf(2, 6);
    estate.published.length = 0;
    await smoke('alarm');
    expect(stops().sort((a, b) => a.port - b.port)).toEqual([
      { port: 2, order: start.order },
      { port: 5, order: 0 },
      { port: 6, order: 0 },
    ]);
  });

  test('that was settled and still looks live, under the order that it had', async () => {
    const start = await estate.board.starts(2);
    estate.clockMs += 10 * minuteMs;
    await estate.board.settles(start, 600, 30);
    await estate.board.heartbeat({ 2: 1 });
    estate.published.length = 0;
    await smoke('alarm');
    expect(stops()).toEqual([{ port: 2, order: start.order }]);
  });

  test('again each minute as long as it looks live, and not before', async () => {
    await estate.board.heartbeat({ 3: 1 });
    await smoke('alarm');
    estate.published.length = 0;
    estate.clockMs += minuteMs - 1;
    await estate.sweep();
    expect(stops()).toEqual([]);
    estate.clockMs += 1;
    await estate.sweep();
    expect(stops()).toEqual([{ port: 3, order: 0 }]);
    estate.clockMs += minuteMs;
    await estate.sweep();
    expect(stops()).toHaveLength(2);
  });
});

describe('a detector without a facility', () => {
  beforeEach(() =>
    provisioned({ kind: 'sensor', deviceId: 'smoke-9', sensor: 'smoke', place } as ProvisioningRecord),
  );

  test('that is in alarm is a danger to life all the same, told with its place', async () => {
    await smoke('alarm', estate.clockMs, 'smoke-9');
    expect(await estate.alerts()).toMatchObject([
      { kind: 'smoke', severity: 'life', state: 'open', deviceId: 'smoke-9', place },
    ]);
    expect((await estate.alerts())[0]?.facilityId).toBeUndefined();
    expect(estate.refusals()).toEqual(['sensor-without-facility']);
    expect(await estate.evacuation()).toBeUndefined();
  });

  test('that is clear calls nobody', async () => {
    await smoke('clear', estate.clockMs, 'smoke-9');
    expect(await estate.alerts()).toEqual([]);
  });
});

describe('of one millisecond', () => {
  test('the alarm wins over the clear, which came first', async () => {
    await smoke('clear', eveningMs);
    await smoke('alarm', eveningMs);
    expect(await estate.evacuation()).toMatchObject({ detectors: ['smoke-1'] });
  });
});

describe('an evacuation', () => {
  test('has one alert for a detector that says it again, and keeps when it began', async () => {
    await smoke('alarm');
    estate.clockMs += minuteMs;
    await smoke('alarm');
    expect(await estate.alerts('smoke')).toHaveLength(1);
    expect(await estate.evacuation()).toMatchObject({ sinceMs: eveningMs, detectors: ['smoke-1'] });
  });

  test('has an alert for each detector, and lasts until the last is clear', async () => {
    await provisioned({ kind: 'sensor', deviceId: 'smoke-2', sensor: 'smoke', facilityId: 'garage', place });
    await smoke('alarm');
    await smoke('alarm', estate.clockMs, 'smoke-2');
    expect(await estate.alerts('smoke')).toHaveLength(2);
    estate.clockMs += 1000;
    await smoke('clear');
    expect((await estate.evacuation())?.detectors).toEqual(['smoke-2']);
    expect(estate.entries('smoke').at(-1)).toBeDefined();
    expect(estate.outcomes('smoke').sort()).toEqual(['alarm', 'alarm', 'clear']);
  });
});
