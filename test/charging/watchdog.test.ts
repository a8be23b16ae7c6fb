import { describe, expect, test } from 'vitest';
import { type Tariff, tariffSchema } from '../../contract/shapes/tariff.ts';
import { portDue } from '../../src/charging/watch-port.ts';
import { commandsOf } from '../../src/journal/entry.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import { nextTableChange, wantedTables } from '../../src/tariffs/price-table.ts';
import { saveTariff } from '../../src/tariffs/save-tariff.ts';
import { rolloutOf, tariffDue } from '../../src/tariffs/tariff-takes-effect.ts';
import { boardId, estateId, eveningMs, type Terms, testEstate } from '../support/estate.ts';
import { SessionStory } from '../support/session-story.ts';

// When a timer looks at a port or at prices next, and what it does there.

const minuteMs = 60_000;
const at = (minute: number) => eveningMs + minute * minuteMs;
const lastMinute = 12 * 60 + 10;
const byTime = { service: { by: 'time', priceMilliYuanPerHour: 600 }, holdFen: 100 } as const;

async function begun(terms: Terms = {}, startedMinute?: number) {
  const story = await SessionStory.begin(terms);
  await story.authorise(0);
  if (startedMinute !== undefined) await story.started(startedMinute);
  return story;
}
async function dueAfterSweep(story: SessionStory, minute: number): Promise<number> {
  await story.sweepAt(minute);
  return (((await story.slot())?.dueAtMs ?? 0) - eveningMs) / minuteMs;
}
const stopsOf = ({ estate }: SessionStory) =>
  estate.entries().flatMap(({ outbox, kind }) => {
    const stops = commandsOf({ outbox }, estate.backend.vault).filter(
      ({ command }) => command.type === 'stop-session',
    );
    return stops.map(({ command }) => [kind, 'commandId' in command ? command.commandId.split('.')[1] : '']);
  });

describe('a port whose session has begun is looked at next', () => {
  test('when no session can last any more, where time costs nothing', async () => {
    expect(await dueAfterSweep(await begun({}, 1), 2)).toBe(lastMinute);
  });

  test('when its money is used up, counted from the answer to its start', async () => {
    const story = await begun(byTime, 1);
    const { timeLimitMs = 0 } = await story.agreement();
    expect(await dueAfterSweep(story, 2)).toBe(1 + timeLimitMs / minuteMs);
  });

  test('or from its agreement, where a frame alone says that it runs', async () => {
    const story = await begun(byTime);
    await story.frame(1, 60, 10);
    const { timeLimitMs = 0 } = await story.agreement();
    expect(await dueAfterSweep(story, 2)).toBe(timeLimitMs / minuteMs);
  });

  test('and never later than that no session can last any more', async () => {
    const story = await SessionStory.begin(byTime);
    const e = { packageId: 'p', tariffVersion: '2026-01', kind: 'energy', left: 500, boughtAtMs: 0 } as const;
    await story.hasWallet((wallet) => ({
      ...wallet,
      purchases: { e: { ...e, validUntilMs: eveningMs + 1e9 } },
    }));
    await story.authorise(0);
    await story.started(11);
    expect(await dueAfterSweep(story, 12)).toBe(lastMinute);
  });

  test('by its timer and not before', async () => {
    const story = await begun({}, 1);
    await dueAfterSweep(story, 2);
    const before = await story.slot();
    story.estate.clockMs = at(lastMinute) - 1;
    await portDue(story.estate.backend, keys.port(boardId, 2));
    expect(await story.slot()).toEqual(before);
    await portDue(story.estate.backend, keys.port(boardId, 3));
    story.estate.clockMs += 1;
    await portDue(story.estate.backend, keys.port(boardId, 2));
    const closedAtMs = at(lastMinute);
    expect((await story.slot())?.last).toEqual({ order: story.order, authorisedAtMs: eveningMs, closedAtMs });
    expect(stopsOf(story)).toEqual([['session-closed', 'end-never-told']]);
    const [closed] = story.estate.entries('session-closed');
    expect(closed).toMatchObject({ topic: 'sweep', facts: { reason: 'end-never-told' } });
    expect(closed?.digest).toBe(story.estate.backend.vault.mac(`end-never-told ${story.sessionId}`));
  });
});

describe('a port whose money is used up by time', () => {
  test.each([
    ['ten minutes ago: it is left to its frames', 10, []],
    ['longer ago: it is told to stop', 10.001, [['ports-stopped', 'time-used-up']]],
  ])('and was heard of %s', async (_, minutes, stops) => {
    const story = await begun(byTime, 0);
    const { timeLimitMs = 0 } = await story.agreement();
    await dueAfterSweep(story, 2);
    const limitMinute = timeLimitMs / minuteMs;
    const heard = limitMinute - minutes;
    await story.frame(heard, Math.floor(heard * 60), 0);
    story.estate.clockMs = eveningMs + timeLimitMs;
    await story.sweep();
    expect(stopsOf(story)).toEqual(stops);
    expect((await story.slot())?.dueAtMs).toBe(at(lastMinute));
  });
});

test('a port whose end was told before its beginning remembers that it was accounted for', async () => {
  const story = await begun();
  const { order } = story;
  const slot = await story.slot();
  await story.settled(1, 60, 10);
  // The port was taken all the same.
  const now = await story.estate.item(keys.port(boardId, 2));
  const put = { ...keys.port(boardId, 2), ...slot };
  await story.estate.table.commit([{ put, when: { version: now?.version } }]);
  await story.sweepAt(2);
  const last = { order, authorisedAtMs: eveningMs, closedAtMs: at(2), settled: true };
  expect((await story.slot())?.last).toEqual(last);
  expect(story.estate.entries('hold-released')).toMatchObject([
    { facts: { reason: 'end-told-before', heldFen: 0 } },
  ]);
});

describe('a version that takes effect', () => {
  const next: Tariff = tariffSchema.parse({
    ...{
      tariffVersion: '2026-02',
      timeZone: 'Asia/Shanghai',
      currency: 'CNY',
      effectiveFromMs: at(10),
      holdFen: 300,
    },
    electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 500 }],
    service: { by: 'energy', priceMilliYuanPerKWh: 450 },
  });
  async function saved(more: Partial<Tariff> = {}) {
    const estate = await testEstate();
    const by = estate.by('m');
    const shed = {
      kind: 'facility',
      facilityId: 'shed',
      facilityKind: 'shed',
      name: { zh: 'S', en: 'S' },
      bays: 1,
    } as const;
    await provision(estate.backend, by, shed);
    await saveTariff(estate.backend, by, { ...next, ...more }, 1100);
    const key = keys.tariff(estateId, next.effectiveFromMs, more.facilityId);
    const item = async () => await estate.item(key);
    const list = async () => await estate.item(keys.priceList(boardId));
    return { estate, key, item, list };
  }

  test('wakes the boards under it at its moment, and has no timer then', async () => {
    const { estate, key, item, list } = await saved();
    expect(await item()).toMatchObject({ estateId, tariff: next, dueAtMs: at(10), version: 1 });
    estate.clockMs = at(10) - 1;
    await tariffDue(estate.backend, key);
    expect((await list())?.dueAtMs).toBeUndefined();
    estate.clockMs = at(11);
    await tariffDue(estate.backend, key);
    const woken = await list();
    expect(woken).toMatchObject({ dueAtMs: at(10), deviceId: boardId });
    const { dueAtMs: _, ...rest } = (await item()) ?? {};
    expect(await item()).toEqual({ ...rest, version: 2, tariff: next });
    await tariffDue(estate.backend, key);
    expect([await list(), (await item())?.version]).toEqual([woken, 2]);
  });

  test('wakes no board of another facility', async () => {
    const { estate, key, item, list } = await saved({ facilityId: 'shed' });
    estate.clockMs = at(10);
    await tariffDue(estate.backend, key);
    expect([(await list())?.dueAtMs, (await item())?.dueAtMs]).toEqual([undefined, undefined]);
  });

  test('is waited for, then told, and takes the place of the one before', async () => {
    const { estate, key } = await saved();
    const rollout = (version: string) => rolloutOf(estate.backend, estateId, version);
    const nothing = { deviceId: boardId, facilityId: 'garage', cannotShow: [], attempts: 0 };
    expect(await rollout('2026-02')).toEqual([{ ...nothing, state: 'waiting', dueAtMs: at(10) }]);
    estate.clockMs = at(10);
    expect(await rollout('2026-02')).toEqual([{ ...nothing, state: 'waiting' }]);
    expect(await rollout('2026-01')).toEqual([{ ...nothing, state: 'superseded', supersededBy: '2026-02' }]);
    await tariffDue(estate.backend, key);
    const list = {
      ...{
        deviceId: boardId,
        estateId,
        facilityId: 'garage',
        state: 'accepted',
        cannotShow: ['start-fee'],
        attempts: 2,
      },
      ...{ told: {}, sentAtMs: 1, acceptedAtMs: 2, dueAtMs: 3, detail: 'not-read-again' },
      wanted: { tariffVersion: '2026-02', dayKind: 'weekday', tables: 'x' },
    };
    const put = { ...keys.priceList(boardId), ...list };
    await estate.put(put);
    expect(await rollout('2026-02')).toEqual([
      {
        ...{ ...nothing, state: 'accepted', attempts: 2, detail: 'not-read-again' },
        ...{ sentAtMs: 1, acceptedAtMs: 2, dueAtMs: 3, cannotShow: ['start-fee'] },
      },
    ]);
  });
});

describe('the table of a board', () => {
  const tariff: Tariff = {
    ...{ tariffVersion: 'v', timeZone: 'Asia/Shanghai', currency: 'CNY', effectiveFromMs: 0, holdFen: 300 },
    electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 500 }],
    service: { by: 'energy', priceMilliYuanPerKWh: 300 },
  };
  const classOf = (
    days: ('weekday' | 'weekend' | 'holiday')[] | undefined,
    fromHalfHour: number,
    price: number,
  ) => ({
    ...{ fromHalfHour, toHalfHour: fromHalfHour + 24, priceMilliYuanPerKWh: price, ...(days && { days }) },
  });

  test('is of a day where any class of the day is, and not where all are of all days', () => {
    const some = [
      classOf(undefined, 0, 500),
      classOf(['weekday'], 24, 600),
      classOf(['weekend', 'holiday'], 24, 400),
    ];
    const all = [classOf(['weekday', 'weekend', 'holiday'], 0, 500), classOf(undefined, 24, 600)];
    expect(wantedTables({ ...tariff, electricity: some }, 'weekday').cannotShow).toEqual(['other-days']);
    expect(wantedTables({ ...tariff, electricity: all }, 'weekday').cannotShow).toEqual([]);
    // Monday evening; on Saturday it is another.
    expect(nextTableChange({ ...tariff, electricity: some }, eveningMs)).toBe(at(5 * 60 + 4 * 24 * 60));
    expect(nextTableChange({ ...tariff, electricity: all }, eveningMs)).toBeUndefined();
  });

  test('without a price of electricity shows none, and its hours in whole fen, half a fen up', () => {
    const byTime = (priceMilliYuanPerHour: number): Tariff => ({
      ...{ ...tariff, electricity: [], service: { by: 'time', priceMilliYuanPerHour } },
    });
    const shown = (price: number) => {
      const { bands = [], cannotShow } = wantedTables(byTime(price), 'weekday');
      return [bands[0]?.priceFenPerHour, cannotShow];
    };
    expect([600, 604, 605].map(shown)).toEqual([
      [60, []],
      [60, ['fraction-of-a-fen-an-hour']],
      [61, ['fraction-of-a-fen-an-hour']],
    ]);
    const { prices, bands } = wantedTables(byTime(600), 'weekday');
    expect(prices).toEqual({
      ...{ mode: 'off', halfHours: Array(48).fill(2) },
      classes: Array(5).fill({ energyMilliYuanPerKWh: 0, serviceMilliYuanPerKWh: 0 }),
    });
    expect(bands?.map(({ upToW }) => upToW)).toEqual([200, 300, 500, 800, 1000, 1500, 2000, 2500]);
  });

  test('says that packages are not shown where there are some', () => {
    const name = { zh: 'P', en: 'P' };
    const one = { packageId: 'p', name, priceFen: 1, kind: 'sessions' as const, amount: 1, validDays: 1 };
    expect(wantedTables({ ...tariff, packages: [one] }, 'weekday').cannotShow).toEqual(['packages']);
  });

  test('shows the highest price of the day where a price has no place, and 65.535 at most', () => {
    const dear = { ...tariff, electricity: [classOf(undefined, 0, 65_535), classOf(undefined, 24, 65_536)] };
    const { prices, cannotShow } = wantedTables(dear, 'weekday');
    expect(prices.classes.map(({ energyMilliYuanPerKWh }) => energyMilliYuanPerKWh)).toEqual(
      Array(5).fill(65_535),
    );
    expect(prices.halfHours).toEqual([...Array(24).fill(3), ...Array(24).fill(1)]);
    expect(cannotShow).toEqual(['price-of-a-kwh-above-65.535']);
    const most = { ...tariff, electricity: [{ ...classOf(undefined, 0, 65_535), toHalfHour: 48 }] };
    expect(wantedTables(most, 'weekday').cannotShow).toEqual([]);
  });
});
