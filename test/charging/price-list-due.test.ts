import { describe, expect, test } from 'vitest';
import { keys } from '../../src/shared/keys.ts';
import type { Key, Table } from '../../src/shared/table.ts';
import type { PriceList } from '../../src/tariffs/price-list-store.ts';
import { priceListDue, tellPrices } from '../../src/tariffs/price-rollout.ts';
import { rolloutOf, tariffDue } from '../../src/tariffs/tariff-takes-effect.ts';
import { boardId, estateId, eveningMs } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { byPower, estateWithPrices, type Terms } from '../support/listed-prices.ts';

// What a board's list of prices becomes by its timer, whole.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const to = { family: 'juy', deviceId: boardId };
const common = { deviceId: boardId, estateId, facilityId: 'garage', cannotShow: [] };

describe('a list whose timer is due', () => {
  const answeredAtMs = eveningMs - 1;
  const acceptedAtMs = eveningMs - 2;
  const again = (attempts: number, afterMs: number, more: object = {}) => ({
    ...{ state: 'sent', attempts, sentAtMs: eveningMs, told: {}, dueAtMs: eveningMs + afterMs, ...more },
  });
  const believed = (more: object) => ({
    ...{ state: 'accepted', attempts: 3, answeredAtMs, acceptedAtMs: eveningMs, told: {} },
    ...{ detail: 'not-read-again', ...more },
  });
  test.each<[string, Partial<PriceList>, object, Terms?]>([
    ['never sent: is sent', {}, again(1, 2 * minuteMs)],
    [
      'not answered: is sent again, and that is said',
      { state: 'sent', attempts: 1 },
      again(2, 4 * minuteMs, { detail: 'no-answer' }),
    ],
    [
      'answered, not told: is sent again',
      { state: 'sent', attempts: 1, answeredAtMs },
      again(2, 4 * minuteMs),
    ],
    [
      'refused: is sent again, and stays refused',
      { state: 'refused', attempts: 1, detail: 'keeps-other-prices', answeredAtMs, told: { prices: false } },
      again(2, 4 * minuteMs, { state: 'refused', detail: 'keeps-other-prices' }),
    ],
    [
      'sent four times: is waited for for half an hour',
      { state: 'sent', attempts: 4, answeredAtMs, told: { prices: true } },
      again(5, 32 * minuteMs),
    ],
    [
      'sent five times: is waited for for an hour, and never longer',
      { state: 'sent', attempts: 5, answeredAtMs, told: { prices: true } },
      again(6, hourMs),
    ],
    [
      'answered twice, never told: is sent a third time',
      { state: 'sent', attempts: 2, answeredAtMs },
      again(3, 8 * minuteMs),
    ],
    [
      'answered three times, never told: is believed',
      { state: 'sent', attempts: 3, sentAtMs: 7, answeredAtMs },
      believed({ sentAtMs: 7 }),
    ],
    [
      'not answered three times: is not',
      { state: 'sent', attempts: 3 },
      again(4, 16 * minuteMs, { detail: 'no-answer' }),
    ],
    [
      'accepted: rests',
      { state: 'accepted', attempts: 2, acceptedAtMs, told: { prices: true } },
      { state: 'accepted', attempts: 2, acceptedAtMs, told: { prices: true } },
    ],
    [
      'by time, parameters put but not told: is believed',
      { state: 'sent', attempts: 3, answeredAtMs, parametersPut: true },
      believed({ parametersPut: true }),
      byPower,
    ],
    [
      'by time, parameters told: is believed',
      { state: 'sent', attempts: 3, answeredAtMs, told: { parameters: true } },
      believed({ told: { parameters: true } }),
      byPower,
    ],
    [
      'by time, parameters neither: is not',
      { state: 'sent', attempts: 3, answeredAtMs },
      again(4, 16 * minuteMs),
      byPower,
    ],
    [
      'by time, other parameters told: is not',
      { state: 'refused', attempts: 3, answeredAtMs, told: { parameters: false } },
      again(4, 16 * minuteMs, { state: 'refused' }),
      byPower,
    ],
  ])('%s', async (_, before, after, terms) => {
    const { backend, board, stands, wanted, sent } = await estateWithPrices(before, terms);
    await tellPrices(backend, board);
    expect(await stands()).toEqual({ ...common, wanted, ...after, version: 6 });
    const attempts = (after as PriceList).attempts;
    const id = `prices.${eveningMs}.5`;
    const facts = { tariffVersion: '2026-01', attempt: attempts };
    const wasSent = (after as PriceList).state !== 'accepted';
    expect(sent()).toMatchObject(wasSent ? [{ facts, outcome: 'sent', sk: `EVENT#prices:${id}` }] : []);
    const commands =
      terms === undefined ? ['put-prices', 'read-prices'] : ['put-prices', 'read-prices', 'read-parameters'];
    const tracked = { commandId: id, expiresAtMs: eveningMs + 10 * minuteMs };
    expect(sent().flatMap((entry) => entry.commands)).toMatchObject(
      wasSent ? commands.map((type) => ({ to, command: { type, ...tracked } })) : [],
    );
  });

  test.each<[string, Partial<PriceList>]>([
    ['accepted', { state: 'accepted', acceptedAtMs, detail: 'not-read-again' }],
    ['refused', { state: 'refused', detail: 'keeps-other-prices', told: { prices: false } }],
    ['sent in vain', { state: 'sent', told: {} }],
  ])('with other tables than those that were %s begins afresh', async (_, before) => {
    const wanted = { tariffVersion: '2025-12', dayKind: 'holiday' as const, tables: 'others' };
    const first = await estateWithPrices({ ...before, wanted, attempts: 7, parametersPut: true });
    await tellPrices(first.backend, first.board);
    expect(await first.stands()).toEqual({
      ...common,
      wanted: first.wanted,
      ...again(1, 2 * minuteMs),
      version: 6,
    });
    expect(first.wanted).toMatchObject({ tariffVersion: '2026-01', dayKind: 'weekday' });
  });

  test('is left alone a moment before, or where it has no timer', async () => {
    for (const dueAtMs of [eveningMs + 1, undefined]) {
      const { backend, board, stands, sent, wanted } = await estateWithPrices({
        dueAtMs,
        state: 'sent',
        attempts: 3,
      });
      const before = { ...common, wanted, state: 'sent', attempts: 3, told: {}, dueAtMs, version: 5 };
      await tellPrices(backend, board);
      expect(await stands()).toEqual(before);
      expect(sent()).toEqual([]);
    }
  });

  test('rests where no tariff is in force, and where its board is gone', async () => {
    const { backend, table, stands, sent, board } = await estateWithPrices(
      {},
      { effectiveFromMs: eveningMs + 1 },
    );
    await priceListDue(backend, keys.priceList(boardId));
    expect(await stands()).toEqual({ ...common, state: 'waiting', attempts: 0, told: {}, version: 6 });
    await table.commit([{ remove: keys.device(board.deviceId) }]);
    await priceListDue(backend, keys.priceList(boardId));
    await priceListDue(backend, keys.priceList('861317069234999'));
    expect([(await stands()).version, sent()]).toEqual([6, []]);
  });

  test('says what the board cannot show', async () => {
    const { backend, board, stands } = await estateWithPrices({}, { startFeeFen: 10, capPerDayFen: 500 });
    await tellPrices(backend, board);
    expect((await stands()).cannotShow).toEqual(['cap-per-day', 'start-fee']);
    expect(await rolloutOf(backend, estateId, '2026-01')).toEqual([
      {
        ...{ deviceId: boardId, facilityId: 'garage', state: 'sent', attempts: 1, sentAtMs: eveningMs },
        ...{ dueAtMs: eveningMs + 2 * minuteMs },
        cannotShow: ['cap-per-day', 'start-fee'],
      },
    ]);
  });
});

test('a list that changes between two looks is left to whoever changed it', async () => {
  const { backend, board, stands, sent, table } = await estateWithPrices({ state: 'sent', attempts: 1 });
  const isList = (asked: readonly Key[]) => asked.some(({ sk }) => sk === 'PRICES');
  const other = interruptedAfter(table, isList, async () => {
    const put = { ...keys.priceList(boardId), ...(await stands()), state: 'accepted', attempts: 4 };
    await table.commit([{ put, when: { version: 5 } }]);
  });
  await tellPrices({ ...backend, table: other }, board);
  const facts = { tariffVersion: '2026-01', attempt: 4 };
  expect(sent()).toMatchObject([{ outcome: 'overtaken', facts, commands: [] }]);
  expect(await stands()).toMatchObject({ state: 'accepted', attempts: 4, version: 6 });
});

test.each([
  [4, undefined],
  [5, 'lost-race'],
])(
  'a version that takes effect wakes a board whose list changes %i times meanwhile: %s',
  async (times, error) => {
    const { backend, stands, table } = await estateWithPrices({ state: 'accepted' });
    const [version] = await table.query({ pk: keys.estate(estateId).pk, prefix: 'TARIFF#' });
    const key = { pk: version?.pk ?? '', sk: version?.sk ?? '' };
    await table.commit([{ put: { ...version, ...key, dueAtMs: eveningMs - 1 }, when: 'always' }]);
    let left = times;
    const busy: Table = {
      ...table,
      async get(asked) {
        const answer = await table.get(asked);
        if (asked.some(({ sk }) => sk === 'PRICES') && left > 0) {
          left -= 1;
          const list = await stands();
          await table.commit([
            { put: { ...keys.priceList(boardId), ...list }, when: { version: list.version } },
          ]);
        }
        return answer;
      },
    };
    const woken = tariffDue({ ...backend, table: busy }, key);
    expect(
      await woken.then(
        () => undefined,
        (refusal) => refusal.error,
      ),
    ).toBe(error);
    expect((await stands()).dueAtMs).toBe(error === undefined ? eveningMs - 1 : eveningMs);
  },
);
