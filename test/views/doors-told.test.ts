import { beforeEach, describe, expect, test } from 'vitest';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import type { Entry } from '../../src/journal/entry.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import { insideOf, viewOf } from '../../src/views/view-of-change.ts';
import { writeView } from '../../src/views/write-view.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { estateId, eveningMs } from '../support/estate.ts';

// An estate with a second facility behind the same gateway: a page hears of the doors that are concerned, and of no other.

const estate = estateOfEachTest();
const name = { zh: '棚', en: 'Shed' };
const add = (record: object) =>
  provision(estate.backend, estate.by('o', 'add'), record as ProvisioningRecord);
beforeEach(async () => {
  await add({ kind: 'facility', facilityId: 'shed', facilityKind: 'shed', name, bays: 10 });
  await add({ kind: 'facility', facilityId: 'bare', facilityKind: 'shed', name, bays: 10 });
  await add({ kind: 'door-gateway', deviceId: 'gateway-2' });
  for (const [deviceId, gatewayId, facilityId] of [
    ['405419897', 'gateway', 'shed'],
    ['405419898', 'gateway-2', 'shed'],
  ])
    await add({
      ...{ kind: 'door-board', deviceId, gatewayId, facilityId },
      doors: [{ door: 2, name, direction: 'out' }],
    });
  await add({ kind: 'sensor', deviceId: 'smoke-9', sensor: 'smoke', facilityId: 'bare', place: name });
});

const facility = async (facilityId: string) =>
  (await estate.item(keys.facility(estateId, facilityId))) as Item;
const answered = (deviceId: string, commandId = 'hold-door-open.0123456789abcdef.1') =>
  viewOf(estate.backend, {
    before: undefined,
    after: {
      ...(estate.entries('setting')[0] as Entry & Item),
      ...{ kind: 'command-acknowledged', deviceId, facts: { commandId } },
    },
  });
const doorsTold = async (...given: Parameters<typeof answered>) =>
  (await answered(...given)).live.map(({ body }) => `${body['facilityId']} ${body['deviceId']}`);

describe('the answer of a door', () => {
  const garage = ['garage 405419896', 'garage reader-in', 'garage reader-out'];
  const shed = ['shed 405419897', 'shed 405419898'];

  test.each([
    ['reader-in', garage],
    ['405419896', garage],
    ['405419898', shed],
    ['gateway-2', shed],
    ['gateway', [...garage, ...shed]],
    ['smoke-9', []],
    ['nobody', []],
  ])('by %s is told of all doors of its facility', async (deviceId, expected) => {
    expect((await doorsTold(deviceId)).sort()).toStrictEqual(expected);
  });

  test('is one to an evacuation, or to its end; what else a door is told is nothing to these', async () => {
    expect(await doorsTold('reader-in', 'release-door.0123456789abcdef.1')).toStrictEqual(garage);
    for (const commandId of ['unlock.1', 'x.hold-door-open.1', 'hold-door-open'])
      expect(await answered('reader-in', commandId)).toStrictEqual({ writes: [], live: [] });
  });
});

describe('each door', () => {
  const last = (body: object) => ({
    topic: `live/${estateId}/doors`,
    body: { facilityId: 'shed', door: 2, ...body },
  });
  const told = async (before: Item | undefined, after: Item) =>
    (await viewOf(estate.backend, { before, after })).live;

  test('of a facility is told whole: by its cards, asked to stand open, open, and asked to go back', async () => {
    await add({ kind: 'sensor', deviceId: 'smoke-2', sensor: 'smoke', facilityId: 'shed', place: name });
    const before = await facility('shed');
    const of = (deviceId: string, more: object) => last({ deviceId, direction: 'out', ...more });
    const both = (more: object) => ['405419897', '405419898'].map((deviceId) => of(deviceId, more));
    // One that is new, and was asked for nothing, is nothing to tell of.
    expect(await told(undefined, { ...before, evacuation: undefined, releasing: undefined })).toStrictEqual(
      [],
    );

    await estate.says('smoke-2', 'smoke', { level: 'alarm' });
    const running = await facility('shed');
    const hold = { wanted: 'open', state: 'asked', askedAtMs: eveningMs };
    expect(await told(before, running)).toStrictEqual(both({ atMs: eveningMs, hold }));

    const endedAtMs = eveningMs + 90_000;
    const { evacuation, ...rest } = running as Item & { evacuation: { alertId: string } };
    const ended = { ...rest, evacuationEndedAtMs: endedAtMs };
    const releasing = { ...ended, releasing: evacuation.alertId };
    const back = { wanted: 'by-card', state: 'asked', askedAtMs: endedAtMs };
    await estate.put(releasing);
    expect(await told(running, releasing)).toStrictEqual(both({ atMs: endedAtMs, hold: back }));
    await estate.put(ended);
    expect(await told(releasing, ended)).toStrictEqual(both({ atMs: endedAtMs, hold: null }));
    // Of one whose evacuation is forgotten, there is no time to tell.
    await estate.put(before);
    expect(await told(releasing, before)).toStrictEqual(both({ atMs: 0, hold: null }));
  });
});

test('only the bikes of a facility are inside it, also where its name begins that of another', async () => {
  await estate.table.commit(
    ['shed#c1', 'shed#c2', 'shed-2#c3', 'garage#c4'].map((sk) => ({
      put: { ...keys.inside(estateId, '', ''), sk, stayId: sk, enteredAtMs: 1 },
      when: 'always' as const,
    })),
  );
  expect((await insideOf(estate.table, estateId, 'shed')).map(({ sk }) => sk)).toStrictEqual([
    'shed#c1',
    'shed#c2',
  ]);
});

test('a view is written line by line, whatever becomes of the others, and told to the pages', async () => {
  const key = { pk: 'p', sk: 's' };
  await estate.put({ ...key, atMs: 9 });
  await writeView(estate.table, estate.backend.publisher, {
    writes: [
      { put: { ...key, atMs: 5 }, when: 'newest' },
      { put: { ...key, sk: 't', atMs: 5 }, when: 'newest' },
    ],
    live: [{ topic: 'live/e/doors', body: { door: 1 } }],
  });
  expect(await estate.table.get([key, { ...key, sk: 't' }])).toStrictEqual([
    { ...key, atMs: 9 },
    { ...key, sk: 't', atMs: 5 },
  ]);
  expect(
    estate.published.map(({ topic, payload }) => [topic, Buffer.from(payload).toString()]),
  ).toStrictEqual([['live/e/doors', '{"door":1}']]);
});
