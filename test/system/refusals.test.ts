import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LocalCloud } from '../../local/cloud.ts';
import { encodeCard } from '../../simulator/devices/juy-frames.ts';
import { provision } from '../../simulator/provision.ts';
import { type Caller, caller, connectBoard, connectThing, testCloud } from '../support/cloud.ts';
import { boardId, cardNumber, cardUid, estateId, estateRecords } from '../support/estate.ts';

let cloud: LocalCloud;
let operator: Caller;
let manager: Caller;

beforeAll(async () => {
  cloud = await testCloud();
  operator = await caller(cloud, 'operator', `${estateId} empty`);
  manager = await caller(cloud, 'manager', estateId);
  await provision(operator, estateId, estateRecords());
});
afterAll(() => cloud?.stop());

const now = () => cloud.clock.now();
const board = () => connectBoard(cloud, boardId, 'board', 'secret');

describe('what does not belong', () => {
  test('a stranger, a wrong password and a foreign topic are refused by the broker, and seen', async () => {
    await expect(connectBoard(cloud, boardId, 'board', 'wrong')).rejects.toThrow();
    await expect(connectBoard(cloud, '999999999999999', 'board', 'secret')).rejects.toThrow();
    const reader = await connectThing(cloud, 'reader-out');
    // The broker answers a message that it refuses by closing the connection.
    const closed = new Promise<void>((resolve) => reader.client.once('close', () => resolve()));
    reader.client.publish('pengyou/reader-in/up/swipe', '{}', { qos: 1 });
    await closed;
    const stranger = await connectThing(cloud, 'stranger');
    await stranger.publish('pengyou/stranger/up/swipe', {
      id: 'x',
      device: 'stranger',
      atMs: now(),
      card: cardUid,
    });
    await cloud.idle();
    const { body } = await operator.get(`/estates/${estateId}/refusals`);
    expect(body.today).toMatchObject({ 'connection-refused': 2, 'foreign-topic': 1, 'unknown-device': 1 });
    await Promise.all([reader.end(), stranger.end()]);
  });

  test('a topic under its own name that no rule takes is refused by the broker, not accepted and lost', async () => {
    const [juy, reader] = await Promise.all([board(), connectThing(cloud, 'reader-out')]);
    const closed = [juy, reader].map(
      ({ client }) => new Promise<void>((resolve) => client.once('close', () => resolve())),
    );
    juy.client.publish(`JUY/D2S/${boardId}/87/more/DEV`, 'x', { qos: 1 });
    reader.client.publish('$aws/rules/pengyou_bulk/pengyou/reader-out/up/swipe', '{}', { qos: 1 });
    await Promise.all(closed);
    await cloud.idle();
    const { body } = await manager.get(`/estates/${estateId}/refusals`);
    const refused = body.latest.map(({ topic }: { topic: string }) => topic);
    expect(refused).toContain(`JUY/D2S/${boardId}/87/more/DEV`);
    expect(refused).toContain('$aws/rules/pengyou_bulk/pengyou/reader-out/up/swipe');
    await Promise.all([juy.end(), reader.end()]);
  });

  test('broken frames, wrong JSON and a payload of another device are refused by name, and nothing else is lost', async () => {
    const [juy, reader] = await Promise.all([
      board(),
      connectThing(cloud, 'reader-out', ['pengyou/reader-out/down/+']),
    ]);
    const frame = encodeCard(3, cardNumber, 1);
    frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 1;
    await juy.publish(`JUY/D2S/${boardId}/87/DEV`, frame);
    await reader.publish('pengyou/reader-out/up/swipe', '{"id": "x"');
    await reader.publish('pengyou/reader-out/up/swipe', {
      id: 'x',
      device: 'reader-in',
      atMs: now(),
      card: cardUid,
    });
    await reader.publish('pengyou/reader-out/up/swipe', {
      id: 'good',
      device: 'reader-out',
      atMs: now(),
      card: cardUid,
    });
    await reader.next((topic) => topic.endsWith('/unlock'));
    await cloud.idle();
    const { body } = await operator.get(`/estates/${estateId}/refusals`);
    expect(body.today).toMatchObject({ 'bad-checksum': 1, 'bad-json': 1, 'device-mismatch': 1 });
    await Promise.all([juy.end(), reader.end()]);
  });

  test('another estate is not there', async () => {
    const other = await caller(cloud, 'manager operator', 'empty');
    expect((await other.get(`/estates/${estateId}/overview`)).status).toBe(404);
    expect((await other.post(`/estates/${estateId}/provision`, { records: [] })).status).toBe(404);
    expect((await manager.post(`/estates/${estateId}/provision`, { records: [] })).status).toBe(403);
    // Without a household, or with one that could be of either estate, nothing is this person's own.
    const nobodys = [
      await caller(cloud, 'resident', estateId),
      await caller(cloud, 'resident', `${estateId} empty`, 'h1'),
    ];
    for (const resident of nobodys) {
      expect((await resident.get(`/estates/${estateId}/sessions/${boardId}-9`)).status).toBe(403);
      expect((await resident.post(`/estates/${estateId}/sessions/${boardId}-9/stop`)).status).toBe(403);
    }
    expect((await fetch(`${cloud.api}/estates`)).status).toBe(401);
    expect(
      (await operator.post(`/estates/${estateId}/provision`, { records: [{ kind: 'nonsense' }] })).body,
    ).toMatchObject({ error: 'bad-request' });
  });
});
