import { beforeEach, describe, expect, test } from 'vitest';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { type Tariff, tariffSchema } from '../../contract/shapes/tariff.ts';
import { JuyBoard, type JuyBoardOptions } from '../../simulator/devices/juy-board.ts';
import { householdElectricity } from '../../simulator/household-tariff.ts';
import { sweep } from '../../src/intake/sweep.ts';
import type { Origin } from '../../src/journal/entry.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import { saveTariff } from '../../src/tariffs/save-tariff.ts';
import { rolloutOf } from '../../src/tariffs/tariff-takes-effect.ts';
import {
  boardId,
  committee,
  estateId,
  eveningMs,
  provisionByTwo,
  type TestEstate,
  testEstate,
} from '../support/estate.ts';
import { allDay, flat } from '../support/tariffs.ts';

const minuteMs = 60_000;
/** 2026-11-24 00:00 in Shanghai, a Tuesday. */
const tuesdayMs = eveningMs + 5 * 60 * minuteMs;

const origin: Origin = {
  ...{ estateId, deviceId: 'api', topic: 'api', sender: 'manager-1', receivedAtMs: eveningMs, fact: '' },
  payload: new Uint8Array(),
};

const next = flat(0, 450, {
  ...{
    tariffVersion: '2026-02',
    effectiveFromMs: eveningMs + 10 * minuteMs,
    electricity: householdElectricity,
  },
});

let estate: TestEstate;
let heard: number;
beforeEach(async () => {
  estate = await testEstate();
  heard = 0;
});

/** Commands to the board; door boards are told other things meanwhile. */
const frames = () =>
  estate.published.flatMap(({ topic }) => (topic.startsWith('JUY/') ? [topic.split('/')[3]] : []));
const save = (tariff: Tariff) => saveTariff(estate.backend, origin, tariffSchema.parse(tariff), 1100);
const listOf = async () => (await estate.table.get([keys.priceList(boardId)]))[0];
const rollout = (version: string) => rolloutOf(estate.backend, estateId, version);

function newBoard(options: Partial<JuyBoardOptions> = {}): JuyBoard {
  return new JuyBoard({ imei: boardId, ports: 12, reportsByItself: false, ...options });
}

async function minutesLater(minutes: number): Promise<void> {
  estate.clockMs += minutes * minuteMs;
  await sweep({ ...estate.backend, ...committee });
}

/** Carries messages between board and cloud until neither says anything more. */
async function talk(board: JuyBoard, first: readonly { topic: string; payload: Uint8Array }[] = []) {
  const up = [...first];
  for (;;) {
    for (const { topic, payload } of up.splice(0)) await estate.deliver(topic, payload);
    const down = estate.published.slice(heard);
    heard = estate.published.length;
    if (down.length === 0) return;
    for (const { topic, payload } of down) up.push(...board.receive(topic, payload, estate.clockMs));
  }
}

async function loggedIn(options: Partial<JuyBoardOptions> = {}): Promise<JuyBoard> {
  const board = newBoard(options);
  await talk(board, board.start(estate.clockMs));
  return board;
}

/** What the board would claim for a kWh now, in milli-yuan. */
const priceOn = ({ tariff }: JuyBoard) => tariff.classPrice(tariff.classAt(estate.clockMs));

describe('a board that logs in', () => {
  test('is told the prices in force, reads them back, and is left alone then', async () => {
    const board = await loggedIn();
    expect(priceOn(board)).toBe(617 + 300);
    expect(await rollout('2026-01')).toMatchObject([
      { deviceId: boardId, state: 'accepted', attempts: 1, cannotShow: [] },
    ]);
    const before = frames().length;
    await minutesLater(600);
    expect(frames()).toHaveLength(before);
    expect((await listOf())?.dueAtMs).toBeUndefined();
  });

  test('again after a power cut gets them again', async () => {
    await loggedIn();
    estate.clockMs += minuteMs;
    const again = newBoard();
    expect(again.tariff.mode).toBe(0);
    await talk(again, again.start(estate.clockMs));
    expect(priceOn(again)).toBe(917);
    expect(estate.entries('prices-sent')).toHaveLength(2);
  });

  test('and one that is provisioned but does not log in is told by the timer, once for each place', async () => {
    const another: ProvisioningRecord = {
      ...{ kind: 'charging-board', deviceId: '861317069234999', facilityId: 'garage', ports: 12 },
      ...{ login: { user: 'board', password: 'secret' }, settlementUnitWh: 10 },
    };
    await provision(estate.backend, origin, another);
    await minutesLater(0);
    expect(frames()).toEqual(['8D', '8E']);
    await provision(estate.backend, origin, another);
    await minutesLater(0);
    expect(frames()).toHaveLength(2);
    const shed = { facilityKind: 'shed', name: { zh: 'S', en: 'S' }, bays: 1 } as const;
    await provision(estate.backend, origin, { kind: 'facility', facilityId: 'shed', ...shed });
    await provisionByTwo(estate.backend, origin, { ...another, facilityId: 'shed' });
    await minutesLater(0);
    expect(frames()).toHaveLength(4);
  });
});

describe('a new version', () => {
  test('is told when it takes effect, not before, and its result is visible', async () => {
    const board = await loggedIn();
    expect(await save(next)).toBe('saved');
    await minutesLater(9);
    await talk(board);
    expect(priceOn(board)).toBe(917);
    expect(await rollout('2026-02')).toMatchObject([{ state: 'waiting', dueAtMs: next.effectiveFromMs }]);
    await minutesLater(1);
    await talk(board);
    expect(priceOn(board)).toBe(617 + 450);
    expect(await rollout('2026-02')).toMatchObject([{ state: 'accepted' }]);
    expect(await rollout('2026-01')).toMatchObject([{ state: 'superseded', supersededBy: '2026-02' }]);
  });

  test('that shows the same is not sent, and is accepted at once', async () => {
    await loggedIn();
    await save({ ...next, service: { by: 'energy', priceMilliYuanPerKWh: 300 }, holdFen: 500 });
    const before = frames().length;
    await minutesLater(10);
    expect(frames()).toHaveLength(before);
    expect(await rollout('2026-02')).toMatchObject([{ state: 'accepted' }]);
  });

  test('takes the place of one that is still being told', async () => {
    const board = await loggedIn();
    await save(next);
    await save({
      ...next,
      tariffVersion: '2026-03',
      effectiveFromMs: next.effectiveFromMs + minuteMs,
      service: { by: 'energy', priceMilliYuanPerKWh: 500 },
    });
    await minutesLater(10);
    // The board hears both only now, in order.
    await minutesLater(1);
    await talk(board);
    expect(priceOn(board)).toBe(617 + 500);
    expect(await rollout('2026-03')).toMatchObject([{ state: 'accepted' }]);
    expect(await rollout('2026-02')).toMatchObject([{ state: 'superseded', supersededBy: '2026-03' }]);
  });

  test('of a facility goes to its own boards, over the estate’s', async () => {
    await loggedIn();
    const record = { facilityKind: 'shed', name: { zh: 'S', en: 'S' }, bays: 1 } as const;
    await provision(estate.backend, origin, { kind: 'facility', facilityId: 'shed', ...record });
    await save({ ...next, facilityId: 'shed' });
    expect(await rollout('2026-02')).toEqual([]);
    await save({ ...next, tariffVersion: '2026-03', facilityId: 'garage' });
    await save({ ...next, tariffVersion: '2026-04' });
    await minutesLater(10);
    expect(await rollout('2026-03')).toMatchObject([{ deviceId: boardId, state: 'sent' }]);
    expect(await rollout('2026-04')).toMatchObject([{ state: 'superseded', supersededBy: '2026-03' }]);
    expect(await rollout('unknown').catch(({ error }) => error)).toBe('not-found');
  });
});

describe('a board that does not do as it is told', () => {
  test('says nothing: it is told again, ever more seldom, and that is visible', async () => {
    const board = await loggedIn({ tables: 'ignore' });
    const told: number[] = [];
    for (let minute = 1; minute <= 240; minute += 1) {
      const before = frames().length;
      await minutesLater(1);
      if (frames().length > before) told.push(minute);
    }
    expect(told).toEqual([2, 6, 14, 30, 62, 122, 182]);
    const attempts = estate.entries('prices-sent').map(({ facts }) => facts);
    expect(attempts.at(-1)).toEqual({ tariffVersion: '2026-01', attempt: 8 });
    expect(await rollout('2026-01')).toMatchObject([{ state: 'sent', detail: 'no-answer', attempts: 8 }]);
    expect(board.tariff.mode).toBe(0);
  });

  test('answers and keeps its own prices: refused, told again, and accepted once it gives in', async () => {
    const board = await loggedIn({ tables: 'refuse' });
    expect(await rollout('2026-01')).toMatchObject([{ state: 'refused', detail: 'keeps-other-prices' }]);
    await minutesLater(2);
    expect(await rollout('2026-01')).toMatchObject([{ state: 'refused', attempts: 2 }]);
    await talk(board);
    await minutesLater(4);
    const willing = newBoard();
    await talk(willing);
    expect(await rollout('2026-01')).toMatchObject([{ state: 'accepted', attempts: 3 }]);
  });

  test('answers but never tells its table: believed after three answers, and said so', async () => {
    const mute = { receive: () => [{ topic: `JUY/D2S/${boardId}/8D/DEV`, payload: answer8D }] };
    const board = await loggedIn({ tables: 'ignore' });
    expect(board.loggedIn).toBe(true);
    for (const wait of [2, 4, 8]) {
      await estate.deliver(mute.receive()[0]?.topic ?? '', answer8D);
      expect(await rollout('2026-01')).toMatchObject([{ state: 'sent' }]);
      await minutesLater(wait);
    }
    expect(await rollout('2026-01')).toMatchObject([{ state: 'accepted', detail: 'not-read-again' }]);
  });
});

/** An empty answer to prices. */
const answer8D = Uint8Array.from([0x5a, 0xa5, 3, 0, 0x8d, 0, 0x90]);

describe('prices by time', () => {
  beforeEach(async () => {
    estate = await testEstate({
      service: { by: 'power', bands: [{ upToW: 1100, priceMilliYuanPerHour: 300 }] },
    });
    heard = 0;
  });

  test('change the power bands of the board’s parameters and nothing else of them', async () => {
    const board = newBoard();
    const factory = board.tariff.tell('parameters');
    await talk(board, board.start(estate.clockMs));
    const after = board.tariff.tell('parameters');
    expect([board.tariff.mode, board.tariff.bandPriceFen(board.tariff.bandOf(180))]).toEqual([2, 30]);
    // Bytes 7 to 38 are the bands.
    expect(after.subarray(0, 7)).toEqual(factory.subarray(0, 7));
    expect(after.subarray(39)).toEqual(factory.subarray(39));
    expect(await rollout('2026-01')).toMatchObject([{ state: 'accepted' }]);
    expect(frames().filter((command) => command === '8A')).toHaveLength(1);
    // Told again, the parameters are right already, and are not written again.
    await talk(board, board.start(estate.clockMs + 1));
    expect(frames().filter((command) => command === '8A')).toHaveLength(1);
  });

  test('are refused by a board that takes neither table', async () => {
    await loggedIn({ tables: 'refuse' });
    expect(await rollout('2026-01')).toMatchObject([{ state: 'refused' }]);
  });
});

test('the next kind of day brings its own table at local midnight', async () => {
  estate = await testEstate({
    electricity: [allDay(600, 'weekday', 'weekend'), allDay(200, 'holiday')],
    calendar: { holidays: ['2026-11-24'], workdays: [] },
  });
  heard = 0;
  const board = await loggedIn();
  expect(priceOn(board)).toBe(900);
  expect((await listOf())?.dueAtMs).toBe(tuesdayMs);
  await minutesLater(5 * 60);
  await talk(board);
  expect(priceOn(board)).toBe(500);
  await minutesLater(24 * 60);
  await talk(board);
  expect(priceOn(board)).toBe(900);
  expect(await rollout('2026-01')).toMatchObject([{ state: 'accepted', cannotShow: ['other-days'] }]);
});

test('an answer that nobody waits for is kept and changes nothing', async () => {
  const board = await loggedIn();
  const before = await listOf();
  estate.clockMs += 1;
  await estate.deliver(`JUY/D2S/${boardId}/8D/DEV`, answer8D);
  expect(await listOf()).toEqual(before);
  expect(estate.entries('table-answer').at(-1)).toMatchObject({ outcome: 'noted' });
  expect(estate.refusals()).toEqual([]);
  expect(board.tariff.mode).toBe(1);
});
