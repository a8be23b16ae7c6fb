import { describe, expect, test } from 'vitest';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import type { View } from '../../src/views/view.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { boardId, estateId, eveningMs } from '../support/estate.ts';
import { viewOf, viewOfNew } from '../support/views.ts';

const estate = estateOfEachTest();

const viewOfEntry = (kind: string) => viewOfNew(estate.backend, estate.entries(kind).at(-1));
const topics = ({ live }: View) => live.map(({ topic }) => topic);

describe('a device', () => {
  const state = async (deviceId: string): Promise<Item> => {
    const item = await estate.item(keys.deviceState(deviceId));
    if (item === undefined) throw new Error(`${deviceId} was never heard`);
    return item;
  };

  test('that says that it is there is heard', async () => {
    await estate.says('smoke-1', 'health', {});
    expect(await viewOfNew(estate.backend, await state('smoke-1'))).toEqual({
      writes: [],
      live: [{ topic: `live/${estateId}/devices`, body: { deviceId: 'smoke-1', atMs: eveningMs } }],
    });
  });

  test('that nobody knows any more is nothing', async () => {
    await estate.says('smoke-1', 'health', {});
    const after = { ...(await state('smoke-1')), deviceId: 'smoke-9' };
    expect(await viewOf(estate.backend, { before: undefined, after })).toEqual({ writes: [], live: [] });
  });

  test('that is a board tells all of its ports', async () => {
    await estate.board.heartbeat({ 2: 1, 3: 2 });
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
    await estate.says('smoke-1', 'smoke', { level: 'alarm' });
    const [alert] = await estate.alerts();
    const alertItem = await estate.item(keys.alert(estateId, alert?.alertId ?? ''));
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
    await estate.says('smoke-1', 'smoke', { level: 'alarm' });
    estate.clockMs += 5000;
    await estate.answers('reader-in', 'hold-open', 'done');
    const { live } = await viewOfEntry('command-acknowledged');
    expect(live.find(({ body }) => body['deviceId'] === 'reader-in')?.body).toMatchObject({
      atMs: eveningMs + 5000,
      hold: { state: 'confirmed', answeredAtMs: eveningMs + 5000 },
    });
    await estate.says('reader-in', 'ack', { command: 'unlock.1', result: 'done' });
    const other = estate
      .entries('command-acknowledged')
      .find(({ facts }) => facts['commandId'] === 'unlock.1');
    expect(await viewOfNew(estate.backend, other as unknown as Item)).toEqual({ writes: [], live: [] });
  });

  test('over, its doors are told to go back to their cards, and are by them when each has said so', async () => {
    await estate.says('smoke-1', 'smoke', { level: 'alarm' });
    const running = await estate.item(keys.facility(estateId, 'garage'));
    await estate.says('smoke-1', 'smoke', { level: 'clear' });
    estate.clockMs += 60_000;
    await estate.acknowledges('Wang');
    const ended = await estate.item(keys.facility(estateId, 'garage'));
    const { live } = await viewOf(estate.backend, { before: running, after: ended });
    expect(live.map(({ body }) => body['hold'])).toEqual(
      Array(3).fill({ wanted: 'by-card', state: 'asked', askedAtMs: eveningMs + 60_000 }),
    );
    const { releasing: _, ...released } = ended as Item & { releasing?: unknown };
    await estate.put(released as Item);
    const last = await viewOf(estate.backend, { before: ended, after: released as Item });
    expect(last.live.map(({ body }) => body['hold'])).toEqual([null, null, null]);
    // Its beginning, given back only now, tells no page that the doors are open.
    const late = await viewOf(estate.backend, { before: released as Item, after: running });
    expect(late.live).toEqual([]);
  });

  test('that is answered is not shown as open by its beginning, given back only now', async () => {
    await estate.says('smoke-1', 'smoke', { level: 'alarm' });
    const { alertId } = (await estate.alerts())[0] ?? {};
    const isIt = (item: Item) => item['type'] === 'alert' && item['alertId'] === alertId;
    const begun = [...estate.table.all()].find(isIt) as Item;
    await estate.acknowledges('Wang');
    const { live } = await viewOf(estate.backend, { before: undefined, after: begun });
    expect(live).toMatchObject([{ body: { alertId, state: 'acknowledged' } }]);
  });
});
