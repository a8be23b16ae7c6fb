import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalCloud } from '../../local/cloud.ts';
import {
  decodeDownlink,
  encodeCard,
  encodeLive,
  encodeLogin,
  encodeSettlement,
  encodeStartAnswer,
  type StartRequest,
} from '../../simulator/devices/juy-frames.ts';
import { provision } from '../../simulator/provision.ts';
import { type Caller, caller, committee, connectBoard, connectThing, testCloud } from '../support/cloud.ts';
import { boardId, cardNumber, cardUid, estateId, estateRecords } from '../support/estate.ts';

// Everything travels the real path: MQTT over TLS, rule, function process, DynamoDB Local, command or alert.

let cloud: LocalCloud;
let operator: Caller;
let manager: Caller;
let hook: Awaited<ReturnType<typeof committee>>;

beforeAll(async () => {
  [cloud, hook] = await Promise.all([testCloud(), committee()]);
  operator = await caller(cloud, 'operator', `${estateId} empty`);
  manager = await caller(cloud, 'manager', estateId);
  await provision(operator, estateId, estateRecords(hook.url));
});
afterAll(async () => {
  hook?.stop();
  await cloud?.stop();
});

const now = () => cloud.clock.now();
const board = () => connectBoard(cloud, boardId, 'board', 'secret');

describe('a door', () => {
  test('opens for a swipe, and a stay begins with the door passed', async () => {
    const reader = await connectThing(cloud, 'reader-in', ['pengyou/reader-in/down/+']);
    await reader.publish('pengyou/reader-in/up/swipe', {
      id: 's1',
      device: 'reader-in',
      atMs: now(),
      card: cardUid,
    });
    const unlock = await reader.next((topic) => topic.endsWith('/unlock'));
    const { command } = JSON.parse(unlock.payload.toString());
    await reader.publish('pengyou/reader-in/up/ack', {
      id: 'a1',
      device: 'reader-in',
      atMs: now(),
      command,
      result: 'done',
    });
    await reader.publish('pengyou/reader-in/up/door-passed', {
      id: 'p1',
      device: 'reader-in',
      atMs: now(),
      swipe: 's1',
    });
    await cloud.idle();
    const { body } = await manager.get(`/estates/${estateId}/overview`);
    expect(body.facilities[0]).toMatchObject({
      occupancy: { inside: 1 },
      doors: expect.arrayContaining([
        expect.objectContaining({ last: expect.objectContaining({ outcome: 'passed' }) }),
      ]),
    });
    await reader.end();
  });

  test('stays shut for a card that nobody knows, and the manager sees it', async () => {
    const reader = await connectThing(cloud, 'reader-in', ['pengyou/reader-in/down/+']);
    await reader.publish('pengyou/reader-in/up/swipe', {
      id: 's2',
      device: 'reader-in',
      atMs: now(),
      card: '0BADCAFE',
    });
    const refusal = await reader.next((topic) => topic.endsWith('/refuse'));
    expect(JSON.parse(refusal.payload.toString())).toEqual({ swipe: 's2', reason: 'unknown-card' });
    await cloud.idle();
    const { body } = await manager.get(`/estates/${estateId}/refusals`);
    expect(body.today).toMatchObject({ 'unknown-card': 1 });
    await reader.end();
  });

  test('of a board that decides alone gets the card into its list, and its events from both feeds count once', async () => {
    const gateway = await connectThing(cloud, 'gateway', ['uhppoted/gateway/requests/#']);
    await operator.post(`/estates/${estateId}/credentials`, {
      credentialId: 'c2',
      householdId: 'h1',
      cardUid: '11223344',
      facilities: ['garage'],
      validFrom: '2026-01-01',
      validUntil: '2036-12-31',
    });
    const put = await gateway.next((topic) => topic.endsWith('/device/card:put'));
    const { request } = JSON.parse(put.payload.toString()).message;
    expect(request).toMatchObject({
      'device-id': 405419896,
      card: { 'card-number': 0x11223344, doors: { 1: true } },
    });
    const event = {
      message: {
        event: {
          'device-id': 405419896,
          'event-id': 1,
          'event-type': 1,
          'access-granted': true,
          'door-id': 1,
          direction: 1,
          'card-number': 0x11223344,
          timestamp: '2026-11-23 19:00:00 CST',
          'event-reason': 1,
        },
      },
    };
    await gateway.publish('uhppoted/gateway/events/live', event);
    await gateway.publish('uhppoted/gateway/events', event);
    await cloud.idle();
    const { body } = await manager.get(`/estates/${estateId}/overview`);
    expect(body.facilities[0].occupancy.inside).toBe(2);
    await gateway.end();
  });
});

describe('a session', () => {
  test('goes from the card at the port to a bill in two lines, to the fen', async () => {
    const juy = await board();
    const up = (command: string) => `JUY/D2S/${boardId}/${command}/DEV`;
    await juy.publish(
      up('81'),
      encodeLogin({
        imei: boardId,
        ports: 12,
        hardware: 'h',
        software: 's',
        simNumber: '1',
        signal: 20,
        restartReason: 0,
      }),
    );
    await juy.next((_, payload) => decodeDownlink(payload)?.kind === 'login-answer');
    await juy.publish(up('87'), encodeCard(3, cardNumber, 2));
    const { payload } = await juy.next((_, bytes) => decodeDownlink(bytes)?.kind === 'start');
    const start = decodeDownlink(payload) as StartRequest;
    await juy.publish(up('83'), encodeStartAnswer(start, 0));
    await juy.publish(
      up('88'),
      encodeLive(2300, 20, [
        {
          port: 3,
          band: 0,
          priceFen: 0,
          powerW: 300,
          seconds: 1,
          moneyFen: 0,
          energyCentiKWh: 0,
          temperatureC: 20,
        },
      ]),
    );
    await cloud.idle();
    const running = await manager.get(`/estates/${estateId}/overview`);
    expect(running.body.facilities[0].boards[0].ports[2]).toMatchObject({ state: 'charging', powerW: 300 });
    await juy.publish(
      up('85'),
      encodeSettlement({
        port: 3,
        order: start.order,
        seconds: 2,
        energyUnits: 1,
        moneyFen: 5,
        stopReason: 0,
        powerW: 10,
        card: 0,
        bands: [],
      }),
    );
    await juy.next((_, bytes) => decodeDownlink(bytes)?.kind === 'settlement-answer');
    await cloud.idle();
    const { body } = await manager.get(`/estates/${estateId}/sessions/${boardId}-${start.order}`);
    // 10 Wh at 0.300 yuan/kWh service is 0.3 fen, and less than a fen of electricity at any hour: each line rounds once.
    expect(body.receipt).toMatchObject({
      readings: [{ energyWh: 0 }, { energyWh: 0 }, { energyWh: 10 }],
      boardClaim: { fen: 5 },
      estimated: false,
    });
    expect(body.receipt.totalFen).toBe(body.receipt.lines[0].amountFen + body.receipt.lines[1].amountFen);
    const { body: ledger } = await operator.get(`/estates/${estateId}/accounts`);
    expect(
      ledger.accounts.reduce((sum: number, account: { balanceFen: number }) => sum + account.balanceFen, 0),
    ).toBe(0);
    await juy.end();
  });

  test('is started from the phone once, however often the phone asks', async () => {
    const juy = await board();
    const resident = await caller(cloud, 'resident', estateId, 'h1');
    const ask = () =>
      resident.post(`/estates/${estateId}/sessions`, {
        requestId: 'request-0001',
        deviceId: boardId,
        port: 7,
      });
    const [first, second] = [await ask(), await ask()];
    expect(first.status).toBe(202);
    expect(second.body).toEqual(first.body);
    await juy.next((_, bytes) => decodeDownlink(bytes)?.kind === 'start');
    expect((await resident.get(`/estates/${estateId}/accounts`)).status).toBe(403);
    await juy.end();
  });
});

describe('danger', () => {
  test('a bike in a corridor is told to the committee, signed, once', async () => {
    const sensor = await connectThing(cloud, 'corridor-1');
    for (const id of ['v1', 'v1', 'v2'])
      await sensor.publish('pengyou/corridor-1/up/corridor', {
        id,
        device: 'corridor-1',
        atMs: now(),
        vehicles: 1,
        confidence: 0.9,
      });
    await cloud.idle();
    expect(hook.alerts.filter(({ kind }) => kind === 'corridor')).toEqual([
      expect.objectContaining({ signature: expect.stringMatching(/^sha256=[0-9a-f]{64}$/) }),
    ]);
    await sensor.end();
  });

  test('smoke cuts the port that sessions, holds the doors open, and calls', async () => {
    const [juy, reader, smoke] = await Promise.all([
      board(),
      connectThing(cloud, 'reader-in', ['pengyou/reader-in/down/+']),
      connectThing(cloud, 'smoke-1'),
    ]);
    await smoke.publish('pengyou/smoke-1/up/smoke', {
      id: 'm1',
      device: 'smoke-1',
      atMs: now(),
      level: 'alarm',
    });
    await juy.next((_, bytes) => decodeDownlink(bytes)?.kind === 'stop');
    await reader.next((topic) => topic.endsWith('/hold-open'));
    await cloud.idle();
    expect(hook.alerts.map(({ kind }) => kind)).toContain('smoke');
    await Promise.all([juy.end(), reader.end(), smoke.end()]);
  });
});

test('nothing was denied to a function that it needs, nothing failed, and no message is dead', async () => {
  await cloud.tick();
  await cloud.idle();
  expect(cloud.counters()).toMatchObject({ denied: {}, failures: {} });
  expect(await cloud.deadLetters()).toEqual([]);
});
