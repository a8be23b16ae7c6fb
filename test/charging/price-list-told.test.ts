import { describe, expect, test } from 'vitest';
import type { BoardParameters, PriceTable } from '../../src/devices/board-tables.ts';
import { commandsOf } from '../../src/journal/entry.ts';
import type { PriceList } from '../../src/tariffs/price-list-store.ts';
import { takeTable } from '../../src/tariffs/price-rollout.ts';
import { wantedTables } from '../../src/tariffs/price-table.ts';
import { boardId, estateId, eveningMs } from '../support/estate.ts';
import { byPower, estateWithPrices, type Terms } from '../support/listed-prices.ts';

// What a board's list of prices becomes by what the board says, whole.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const to = { family: 'juy', deviceId: boardId };
const common = { deviceId: boardId, estateId, facilityId: 'garage', cannotShow: [] };

describe('what a board says of its tables', () => {
  const sentBefore: Partial<PriceList> = {
    state: 'sent',
    attempts: 1,
    sentAtMs: 7,
    detail: 'no-answer',
    dueAtMs: eveningMs + 9,
  };
  const factory: BoardParameters = {
    ...{
      billing: 'by-discount',
      coinMinutes: 1,
      cardMinutes: 2,
      cardMoney: 3,
      floatPowerW: 4,
      floatMinutes: 5,
    },
    ...{
      free: 6,
      temperatureWarningC: 7,
      smokeAlarm: 8,
      volume: 9,
      energy: 10,
      switches: 11,
      plugInWaitS: 12,
    },
    ...{ unplugWaitS: 13, cardType: 14, removalPowerW: 15, reserved: '00'.repeat(11) },
    bands: Array.from({ length: 8 }, (_, index) => ({ upToW: 100 * index, priceFenPerHour: 99 })),
  };

  async function hears(
    before: Partial<PriceList>,
    told: (wanted: ReturnType<typeof wantedTables>) => object,
    terms: Terms = {},
  ) {
    const { backend, board, stands, wanted, estate } = await estateWithPrices(
      { ...sentBefore, ...before },
      terms,
    );
    const tables = wantedTables(await backend.registry.tariff(estateId, '2026-01'), 'weekday');
    const identity = 'told:1';
    const event = { deviceId: boardId, identity, ...told(tables) } as Parameters<typeof takeTable>[3];
    const at = { estateId, deviceId: boardId, receivedAtMs: eveningMs + 1, topic: 't', sender: boardId };
    await takeTable(backend, { ...at, payload: new Uint8Array(), fact: 'told' }, board, event);
    const [entry] = estate.entries(event.type);
    const { version, wanted: stillWanted, ...list } = await stands();
    expect(stillWanted).toEqual(wanted);
    expect(entry).toMatchObject({ sk: 'EVENT#told:1', facts: { tariffVersion: '2026-01' } });
    return {
      list,
      version,
      outcome: entry?.outcome,
      commands: commandsOf({ outbox: entry?.outbox }, backend.vault),
    };
  }
  const prices =
    (change: (table: PriceTable) => PriceTable) =>
    ({ prices: table }: { prices: PriceTable }) => ({ ...{ type: 'board-prices', prices: change(table) } });
  const parameters =
    (change: Partial<BoardParameters>) =>
    ({ bands = [] }: ReturnType<typeof wantedTables>) => ({
      ...{ type: 'board-parameters', parameters: { ...factory, billing: 'by-hour', bands, ...change } },
    });
  const answered = {
    ...common,
    state: 'sent',
    attempts: 1,
    sentAtMs: 7,
    detail: 'no-answer',
    dueAtMs: eveningMs + 9,
    answeredAtMs: eveningMs + 1,
    told: {},
  };
  const { detail: _, dueAtMs: _due, ...calm } = answered;
  const accepted = (told: object) => ({ ...calm, state: 'accepted', acceptedAtMs: eveningMs + 1, told });
  const refused = (told: object) => ({ ...answered, state: 'refused', detail: 'keeps-other-prices', told });

  const halfHour = (at: number, place: number) => (table: PriceTable) => ({
    ...table,
    halfHours: table.halfHours.map((one, index) => (index === at ? place : one)),
  });
  const shown = (change: object) => (table: PriceTable) => ({
    ...table,
    classes: table.classes.map((one) => ({ ...one, ...change })),
  });
  const otherBands = (change: object) =>
    parameters({
      bands: Array.from({ length: 8 }, (_, index) => ({
        upToW: 1100,
        priceFenPerHour: 30,
        ...(index === 7 ? change : {}),
      })),
    });

  const same = prices((table) => table);
  const right = { prices: true };
  const both = { prices: true, parameters: true };
  const wrong = refused({ prices: false });

  test.each<[string, Partial<PriceList>, Parameters<typeof hears>[1], object, Terms?]>([
    ['an answer alone is noted', {}, () => ({ type: 'table-answer', table: 'prices' }), answered],
    ['the same prices are accepted', {}, same, accepted(right)],
    [
      'the same prices are accepted after a refusal',
      { state: 'refused', told: { prices: false } },
      same,
      accepted(right),
    ],
    ['another mode is refused', {}, prices((table) => ({ ...table, mode: 'energy-and-time' })), wrong],
    ['another price in the last half hour is refused', {}, prices(halfHour(47, 1)), wrong],
    ['another price of the service is refused', {}, prices(shown({ serviceMilliYuanPerKWh: 1 })), wrong],
    ['another price of energy is refused', {}, prices(shown({ energyMilliYuanPerKWh: 1 })), wrong],
    ['another place with the same price is the same', {}, prices(halfHour(20, 0)), accepted(right)],
    ['parameters that nobody asked for are noted', {}, parameters({}), answered],
    ['of two tables one is not enough', {}, same, { ...answered, told: right }, byPower],
    [
      'of two tables the other is not enough either',
      {},
      parameters({}),
      { ...answered, told: { parameters: true } },
      byPower,
    ],
    ['both are', { told: right }, parameters({}), accepted(both), byPower],
    [
      'other prices are refused, though the parameters are right',
      { told: { parameters: true } },
      prices(halfHour(47, 1)),
      refused({ prices: false, parameters: true }),
      byPower,
    ],
    [
      'parameters that were written and are others still are refused',
      { parametersPut: true },
      parameters({ billing: 'by-discount' }),
      { ...refused({ parameters: false }), parametersPut: true },
      byPower,
    ],
    [
      'parameters that were written and are right are',
      { parametersPut: true, told: right },
      parameters({}),
      { ...accepted(both), parametersPut: true },
      byPower,
    ],
  ])('%s', async (_what, before, told, after, terms) => {
    const { list, version, outcome, commands } = await hears(before, told, terms);
    expect(list).toEqual(after);
    expect([version, outcome, commands]).toEqual([6, (after as PriceList).state, []]);
  });

  test.each<[string, Parameters<typeof hears>[1], Partial<BoardParameters>]>([
    ['bands by another rule', parameters({ billing: 'by-discount' }), {}],
    ['a band to another power', otherBands({ upToW: 1099 }), {}],
    ['a band at another price', otherBands({ priceFenPerHour: 31 }), {}],
    ['too few bands', parameters({ bands: [] }), {}],
  ])('%s are written, with all the rest as it came, and read again', async (_what, told) => {
    const { list, commands } = await hears({ told: { prices: true } }, told, byPower);
    expect(list).toEqual({ ...answered, told: { prices: true }, parametersPut: true });
    const tracked = { commandId: `parameters.${eveningMs + 1}`, expiresAtMs: eveningMs + 1 + 10 * minuteMs };
    const bands = Array(8).fill({ upToW: 1100, priceFenPerHour: 30 });
    expect(commands).toEqual([
      {
        to,
        command: {
          type: 'put-parameters',
          ...tracked,
          parameters: { ...factory, billing: 'by-hour', bands },
        },
      },
      { to, command: { type: 'read-parameters', ...tracked } },
    ]);
  });

  test.each(['accepted', 'waiting'] as const)('changes nothing about a list that is %s', async (state) => {
    const { list, version, outcome } = await hears({ state }, prices(halfHour(47, 1)));
    const { answeredAtMs: _at, ...before } = { ...answered, state };
    expect([list, version, outcome]).toEqual([before, 5, 'noted']);
  });

  test('of a day with its own prices is accepted until the next such day', async () => {
    const electricity = [
      { days: ['weekday' as const], fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 600 },
      { days: ['weekend' as const], fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 500 },
    ];
    const { list } = await hears(
      {},
      prices((table) => table),
      { electricity },
    );
    // From Monday evening to Saturday, 00:00.
    expect(list.dueAtMs).toBe(eveningMs + 5 * hourMs + 4 * 24 * hourMs);
  });
});
