import { beforeEach, describe, expect, test } from 'vitest';
import { encodeCard, encodeHeartbeat } from '../../simulator/devices/juy-frames.ts';
import { latestAlerts } from '../../src/alerts/alert-store.ts';
import { acknowledgeAlert } from '../../src/fire/acknowledge-alert.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import type { View } from '../../src/views/view.ts';
import { boardId, cardNumber, estateId, eveningMs, type TestEstate, testEstate } from '../support/estate.ts';
import { viewOf, viewOfNew } from '../support/views.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { up } from '../support/board.ts';

const estate = estateOfEachTest();

const say = (thing: string, kind: string, content: object, id = `${kind}-1`) =>
  estate.deliver(`pengyou/${thing}/up/${kind}`, { id, device: thing, atMs: estate.clockMs, ...content });
const entryItem = (kind: string): Item => {
  const found = estate.entries(kind).at(-1);
  if (found === undefined) throw new Error(`There is no ${kind}`);
  return found as unknown as Item;
};
const viewOfEntry = (kind: string) => viewOfNew(estate.backend, entryItem(kind));
const topics = ({ live }: View) => live.map(({ topic }) => topic);

describe('a device', () => {
  const state = async (deviceId: string): Promise<Item> => {
    const [item] = await estate.table.get([keys.deviceState(deviceId)]);
    if (item === undefined) throw new Error(`${deviceId} was never heard`);
    return item;
  };

  test('that says that it is there is heard', async () => {
    await say('smoke-1', 'health', {});
    expect(await viewOfNew(estate.backend, await state('smoke-1'))).toEqual({
      writes: [],
      live: [{ topic: `live/${estateId}/devices`, body: { deviceId: 'smoke-1', atMs: eveningMs } }],
    });
  });

  test('that nobody knows any more is nothing', async () => {
    await say('smoke-1', 'health', {});
    const after = { ...(await state('smoke-1')), deviceId: 'smoke-9' };
    expect(await viewOf(estate.backend, { before: undefined, after })).toEqual({ writes: [], live: [] });
  });

  test('that is a board tells all of its ports', async () => {
    await estate.deliver(
      up('82'),
      encodeHeartbeat(20, 25, [0, 1, 2, ...Array(9).fill(0)]),
    );
    const { live } = await viewOfNew(estate.backend, await state(boardId));
    expect(live).toMatchObject([
      {
        topic: `live/${estateId}/ports`,
        body: {
          ...{ facilityId: 'garage', deviceId: boardId, atMs: eveningMs, lastSeenAtMs: eveningMs },
          ports: [{ state: 'idle' }, { state: 'in-use' }, { state: 'fuse-blown' }, ...Array(9).fill({})],
        },
      },
    ]);
  });
});

describe('a session', () => {
  test('is in the estate’s list and on its port; a board that is away is not said to be heard by it', async () => {
    await estate.board.card(2);
    const view = await viewOfEntry('session-authorised');
    expect(view.writes[0]).toMatchObject({
      put: { sessionId: expect.stringContaining(boardId), state: 'starting', householdId: 'h1', port: 2 },
      when: 'always',
    });
    expect(topics(view)).toEqual([`live/${estateId}/sessions`, `live/${estateId}/ports`]);
    expect(view.live[1]?.body).not.toHaveProperty('lastSeenAtMs', eveningMs);
    expect(view.live[1]?.body['ports']).toContainEqual(
      expect.objectContaining({ port: 2, state: 'starting' }),
    );
  });
});

describe('an alert and an evacuation', () => {
  test('are told: the alert as people see it, and each door with what it was told', async () => {
    const before = await estate.item(keys.facility(estateId, 'garage'));
    await say('smoke-1', 'smoke', { level: 'alarm' });
    const [alert] = await estate.alerts();
    const [alertItem] = await estate.table.get([keys.alert(estateId, alert?.alertId ?? '')]);
    const told = await viewOfNew(estate.backend, alertItem);
    expect(told.live).toMatchObject([{ topic: `live/${estateId}/alerts`, body: { kind: 'smoke' } }]);
    expect(told.live[0]?.body).not.toHaveProperty('dueAtMs');

    const after = await estate.item(keys.facility(estateId, 'garage'));
    const { live } = await viewOf(estate.backend, { before, after });
    expect(live.map(({ body }) => [body['deviceId'], body['hold']])).toEqual(
      ['405419896', 'reader-in', 'reader-out'].map((deviceId) => [
        deviceId,
        { wanted: 'open', state: 'asked', askedAtMs: eveningMs },
      ]),
    );
    expect(live[0]).toMatchObject({ topic: `live/${estateId}/doors`, body: { atMs: eveningMs, door: 1 } });
    expect(await viewOf(estate.backend, { before: after, after })).toEqual({ writes: [], live: [] });
  });

  test('a door’s answer is told at its time, and any other answer is not a door’s', async () => {
    await say('smoke-1', 'smoke', { level: 'alarm' });
    const command = String(estate.lastJson('reader-in/down/hold-open')?.['command']);
    estate.clockMs += 5000;
    await say('reader-in', 'ack', { command, result: 'done' });
    const { live } = await viewOfEntry('command-acknowledged');
    expect(live.find(({ body }) => body['deviceId'] === 'reader-in')?.body).toMatchObject({
      atMs: eveningMs + 5000,
      hold: { state: 'confirmed', answeredAtMs: eveningMs + 5000 },
    });
    await say('reader-in', 'ack', { command: 'unlock.1', result: 'done' }, 'ack-2');
    const other = estate
      .entries('command-acknowledged')
      .find(({ facts }) => facts['commandId'] === 'unlock.1');
    expect(await viewOfNew(estate.backend, other as unknown as Item)).toEqual({
      writes: [],
      live: [],
    });
  });

  test('over, its doors are told to go back to their cards, and are by them when each has said so', async () => {
    await say('smoke-1', 'smoke', { level: 'alarm' });
    const running = await estate.item(keys.facility(estateId, 'garage'));
    const [alert] = await estate.alerts();
    await say('smoke-1', 'smoke', { level: 'clear' }, 'smoke-2');
    estate.clockMs += 60_000;
    const origin = {
      ...{ estateId, deviceId: 'api', receivedAtMs: estate.clockMs, topic: 'api', sender: 'Wang' },
      ...{ payload: new Uint8Array(), fact: 'x' },
    };
    await acknowledgeAlert(estate.backend, origin, alert?.alertId ?? '');
    const ended = await estate.item(keys.facility(estateId, 'garage'));
    const { live } = await viewOf(estate.backend, { before: running, after: ended });
    expect(live.map(({ body }) => body['hold'])).toEqual(
      Array(3).fill({ wanted: 'by-card', state: 'asked', askedAtMs: eveningMs + 60_000 }),
    );
    const { releasing: _, ...released } = ended as Item & { releasing?: unknown };
    const last = await viewOf(estate.backend, { before: ended, after: released as Item });
    expect(last.live.map(({ body }) => body['hold'])).toEqual([null, null, null]);
  });
});
