import { describe, expect, test } from 'vitest';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import type { View } from '../../src/views/view.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { estateId, eveningMs } from '../support/estate.ts';
import { viewOf, viewOfNew } from '../support/views.ts';

const estate = estateOfEachTest();

const swipe = (thing: string, card = '047C9A22', id = 'swipe-1') => estate.says(thing, 'swipe', { id, card });
const doorPassed = (thing: string, swipe = 'swipe-1', id = 'door-passed-1') =>
  estate.says(thing, 'door-passed', { id, swipe });
const entryItem = (kind: string): Item => {
  const found = estate.entries(kind).at(-1);
  if (found === undefined) throw new Error(`There is no ${kind}`);
  return found as unknown as Item;
};
const viewOfEntry = (kind: string) => viewOfNew(estate.backend, entryItem(kind));
const stayWrites = ({ writes }: View) =>
  writes.filter((write) => 'put' in write && write.put.pk.startsWith('STAY#'));

describe('what is looked at', () => {
  test('is a new entry, once; what is gone, or of no kind that is shown, is nothing', async () => {
    await swipe('reader-in');
    const after = entryItem('swipe');
    const nothing = { writes: [], live: [] };
    expect(await viewOf(estate.backend, { before: undefined, after })).not.toEqual(nothing);
    expect(await viewOf(estate.backend, { before: after, after })).toEqual(nothing);
    expect(await viewOf(estate.backend, { before: after, after: undefined })).toEqual(nothing);
    const other = { pk: 'p', sk: 's', type: 'wallet' };
    expect(await viewOfNew(estate.backend, other)).toEqual(nothing);
  });
});

describe('a refusal', () => {
  test('is in the list of its day, for as long as its entry is kept, and told live', async () => {
    await swipe('reader-in', '11223344');
    const entry = entryItem('swipe');
    const view = await viewOfEntry('swipe');
    const refusal = {
      ...{ atMs: eveningMs, deviceId: 'reader-in', topic: 'pengyou/reader-in/up/swipe' },
      ...{ reason: 'unknown-card', detail: 'swipe' },
    };
    expect(view.writes).toContainEqual({
      put: {
        ...keys.refusalOfEstate(estateId, '2026-11-23', eveningMs, String(entry['digest'])),
        ...refusal,
        expiresAtS: entry.expiresAtS,
      },
      when: 'always',
    });
    expect(view.live).toContainEqual({ topic: `live/${estateId}/refusals`, body: refusal });
  });

  test('says in what detail, where there is one', async () => {
    await estate.deliver('pengyou/reader-in/up/swipe', Buffer.from('{'), { client: 'reader-in' });
    const { live } = await viewOfEntry('refused');
    expect(live).toMatchObject([{ body: { reason: 'bad-json', detail: expect.stringMatching(/./) } }]);
    expect(live[0]?.body['detail']).not.toBe('refused');
  });
});

describe('somebody at a door', () => {
  test('is the door’s last event, and told with its outcome', async () => {
    await swipe('reader-in');
    expect(await viewOfEntry('swipe')).toEqual({
      writes: [
        {
          put: { ...keys.lastAtDoor(estateId, 'reader-in', 1), atMs: eveningMs, outcome: 'granted' },
          when: 'newest',
        },
      ],
      live: [
        {
          topic: `live/${estateId}/doors`,
          body: {
            ...{ facilityId: 'garage', deviceId: 'reader-in', door: 1, direction: 'in' },
            ...{ atMs: eveningMs, outcome: 'granted' },
          },
        },
      ],
    });
    await swipe('reader-in', '11223344', 'swipe-2');
    expect((await viewOfEntry('swipe')).writes[0]).toMatchObject({
      put: { outcome: 'refused', reason: 'unknown-card' },
    });
    await doorPassed('reader-in');
    expect((await viewOfEntry('door-passed')).writes[0]).toMatchObject({ put: { outcome: 'passed' } });
  });

  test('who comes in begins a stay, which is forgotten with its entry', async () => {
    await swipe('reader-in');
    await doorPassed('reader-in');
    const view = await viewOfEntry('door-passed');
    expect(stayWrites(view)).toMatchObject([
      {
        put: {
          ...{ stayId: 'reader-in.door-passed-1', enteredAtMs: eveningMs },
          expiresAtS: entryItem('door-passed').expiresAtS,
        },
        when: 'absent',
      },
    ]);
  });

  test('who goes out ends it, whatever stands there', async () => {
    await swipe('reader-in');
    await doorPassed('reader-in');
    estate.clockMs += 60_000;
    await swipe('reader-out', '047C9A22', 'swipe-2');
    await doorPassed('reader-out', 'swipe-2', 'door-passed-2');
    const out = estate.entries('door-passed').find(({ outcome }) => outcome === 'left');
    const view = await viewOfNew(estate.backend, out as unknown as Item);
    expect(stayWrites(view)).toMatchObject([
      { put: { leftAtMs: eveningMs + 60_000, expiresAtS: out?.expiresAtS }, when: 'always' },
    ]);
  });
});

describe('who is inside', () => {
  const presence = async (): Promise<Item> => {
    const item = await estate.item(keys.presence(estateId, 'c1'));
    if (item === undefined) throw new Error('Nobody knows where c1 is');
    return item;
  };
  const inside = keys.inside(estateId, 'garage', 'c1');
  const enter = async (id: string) => {
    await swipe('reader-in', '047C9A22', `swipe-${id}`);
    await doorPassed('reader-in', `swipe-${id}`, `door-passed-${id}`);
    return presence();
  };

  test('is counted up, and down again', async () => {
    const entered = await enter('1');
    const view = await viewOfNew(estate.backend, entered);
    expect(view.writes).toEqual([
      { put: { ...inside, stayId: 'reader-in.door-passed-1', enteredAtMs: eveningMs }, when: 'always' },
    ]);
    expect(view.live).toEqual([
      { topic: `live/${estateId}/stays`, body: { facilityId: 'garage', inside: 1 } },
    ]);
    await estate.table.commit(view.writes);
    const { open: _, ...left } = entered as Item & { open?: unknown };
    await estate.table.commit([{ put: left as Item, when: 'always' }]);
    const after = await viewOf(estate.backend, { before: entered, after: left as Item });
    expect(after.writes).toEqual([{ remove: inside }]);
    expect(after.live).toEqual([
      { topic: `live/${estateId}/stays`, body: { facilityId: 'garage', inside: 0 } },
    ]);
  });

  test('twice without a way out is one, of the newer stay', async () => {
    const first = await enter('1');
    estate.clockMs += 60_000;
    const second = await enter('2');
    const view = await viewOf(estate.backend, { before: first, after: second });
    expect(view.writes).toEqual([
      {
        put: { ...inside, stayId: 'reader-in.door-passed-2', enteredAtMs: eveningMs + 60_000 },
        when: 'always',
      },
    ]);
    expect(view.live).toMatchObject([{ body: { inside: 1 } }]);
  });

  test('is told only where it changes, and of others beside it', async () => {
    const entered = await enter('1');
    expect(await viewOf(estate.backend, { before: entered, after: { ...entered, version: 9 } })).toEqual({
      writes: [],
      live: [],
    });
    const other = keys.inside(estateId, 'garage', 'c2');
    await estate.put({ ...other, stayId: 's', enteredAtMs: 1 });
    const view = await viewOfNew(estate.backend, entered);
    expect(view.live).toMatchObject([{ body: { inside: 2 } }]);
  });

  test('of two facilities, both are told when somebody goes from one to the other', async () => {
    const there = await enter('1');
    const open = { stayId: 's', facilityId: 'shed', enteredAtMs: 1 };
    const view = await viewOf(estate.backend, { before: { ...there, open }, after: there });
    expect(view.writes).toMatchObject([{ remove: { sk: 'shed#c1' } }, { put: { sk: 'garage#c1' } }]);
    expect(view.live.map(({ body }) => [body['facilityId'], body['inside']])).toEqual([
      ['shed', 0],
      ['garage', 1],
    ]);
  });
});
