import { beforeEach, describe, expect, test } from 'vitest';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import {
  decodeDownlink,
  encodeCard,
  encodeHeartbeat,
  encodeLive,
  encodeSettlement,
  encodeStartAnswer,
  type StartRequest,
} from '../../simulator/devices/juy-frames.ts';
import { latestAlerts } from '../../src/alerts/alert-store.ts';
import { sweep } from '../../src/intake/sweep.ts';
import { provision } from '../../src/provisioning/provision.ts';
import {
  boardId,
  cardNumber,
  committee,
  estateId,
  eveningMs,
  type TestEstate,
  testEstate,
} from '../support/estate.ts';
import { estateOfEachTest } from '../support/each-test.ts';

const minuteMs = 60_000;
const estate = estateOfEachTest();

const smoke = (level: 'alarm' | 'clear', atMs = estate.clockMs, device = 'smoke-1') => {
  messages += 1;
  return estate.deliver(`pengyou/${device}/up/smoke`, { id: `m${messages}`, device, atMs, level });
};
const board = (command: string, frame: Uint8Array) =>
  estate.deliver(`JUY/D2S/${boardId}/${command}/DEV`, frame);
/** Port states as a board numbers them: 1 is in use. */
const heartbeat = (inUse: readonly number[]) =>
  board(
    '82',
    encodeHeartbeat(
      20,
      30,
      Array.from({ length: 12 }, (_, index) => (inUse.includes(index + 1) ? 1 : 0)),
    ),
  );
const frameOf = (...ports: number[]) =>
  board(
    '88',
    encodeLive(
      2200,
      30,
      ports.map((port) => ({
        port,
        band: 1,
        priceFen: 100,
        powerW: 200,
        seconds: 600,
        energyUnits: 3,
      })) as never,
    ),
  );
const stops = () =>
  estate.published.flatMap(({ payload }) => {
    const told = decodeDownlink(payload);
    return told?.kind === 'stop' ? [{ port: told.port, order: told.order }] : [];
  });
const provisioned = (record: ProvisioningRecord) =>
  provision(
    estate.backend,
    {
      estateId,
      deviceId: 'api',
      receivedAtMs: estate.clockMs,
      topic: 'api',
      sender: 'o',
      payload: new Uint8Array(),
      fact: '',
    },
    record,
  );
const facility = async () => (await estate.backend.registry.facilities(estateId))[0];
const place = { zh: '车库', en: 'Garage' };

describe('smoke cuts a port', () => {
  test('that nothing but a heartbeat shows live', async () => {
    await heartbeat([3]);
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
    await board('87', encodeCard(2, cardNumber, 2));
    const start = decodeDownlink(estate.published.at(-1)?.payload ?? new Uint8Array()) as StartRequest;
    await board('83', encodeStartAnswer(start, 0));
    await heartbeat([2, 5]);
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
    await board('87', encodeCard(2, cardNumber, 2));
    const start = decodeDownlink(estate.published.at(-1)?.payload ?? new Uint8Array()) as StartRequest;
    await board('83', encodeStartAnswer(start, 0));
    estate.clockMs += 10 * minuteMs;
    const report = {
      seconds: 600,
      energyUnits: 3,
      moneyFen: 0,
      stopReason: 1,
      powerW: 0,
      card: 0,
      bands: [],
    };
    await board('85', encodeSettlement({ port: 2, order: start.order, ...report }));
    await heartbeat([2]);
    estate.published.length = 0;
    await smoke('alarm');
    expect(stops()).toEqual([{ port: 2, order: start.order }]);
  });

  test('again each minute as long as it looks live, and not before', async () => {
    await heartbeat([3]);
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
    expect((await facility())?.evacuation).toBeUndefined();
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
    expect((await facility())?.evacuation).toMatchObject({ detectors: ['smoke-1'] });
  });
});

describe('an evacuation', () => {
  test('has one alert for a detector that says it again, and keeps when it began', async () => {
    await smoke('alarm');
    estate.clockMs += minuteMs;
    await smoke('alarm');
    expect((await estate.alerts()).filter(({ kind }) => kind === 'smoke')).toHaveLength(1);
    expect((await facility())?.evacuation).toMatchObject({ sinceMs: eveningMs, detectors: ['smoke-1'] });
  });

  test('has an alert for each detector, and lasts until the last is clear', async () => {
    await provisioned({
      kind: 'sensor',
      deviceId: 'smoke-2',
      sensor: 'smoke',
      facilityId: 'garage',
      place,
    });
    await smoke('alarm');
    await smoke('alarm', estate.clockMs, 'smoke-2');
    expect((await estate.alerts()).filter(({ kind }) => kind === 'smoke')).toHaveLength(2);
    estate.clockMs += 1000;
    await smoke('clear');
    expect((await facility())?.evacuation?.detectors).toEqual(['smoke-2']);
    expect(estate.entries('smoke').at(-1)).toBeDefined();
    expect(
      estate.outcomes('smoke')
        .sort(),
    ).toEqual(['alarm', 'alarm', 'clear']);
  });
});
