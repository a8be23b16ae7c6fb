import { describe, expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { affordable } from '../../src/billing/affordable.ts';
import type { Bill, SessionToPrice, Slice } from '../../src/billing/bill.ts';
import { most, price } from '../../src/billing/price.ts';
import { allDay, local, readingsAt, shanghai, timeAlone } from '../support/tariffs.ts';

// Bills slice by slice, computed by hand.

const minuteMs = 60_000;
const fen = 36_000_000;
const startMs = local('2026-11-23T19:00');

/** Every component at once: 617 and, from 22:00, 307 milli-yuan a kWh; 0.30 yuan an hour up to 1100 W. */
const tariff: Tariff = {
  ...shanghai,
  service: { by: 'power', bands: [{ upToW: 1100, priceMilliYuanPerHour: 300 }] },
  ...{ startFeeFen: 10, freeMinutes: 5, capPerDayFen: 80, minimumPerSessionFen: 20 },
  overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1200 },
};

const having = (terms: Partial<Tariff>): Tariff => ({ ...shanghai, ...terms });

type Row = [
  kind: Slice['kind'],
  free: Slice['free'],
  from: number,
  to: number,
  wh: number,
  price: number,
  fens: number,
];
/** A bill in rows: minutes since 19:00, Wh, milli-yuan, and exact fen. */
function rowsOf({ lines }: Bill): Row[][] {
  return lines.map(({ slices }) =>
    slices.map(({ kind, free, fromMs, toMs, energyWh, priceMilliYuan, amountGrains, per }) => {
      expect(per).toBe({ energy: 'kWh', time: 'hour', overstay: 'hour' }[String(kind)] ?? 'once');
      const [from, to] = [(fromMs - startMs) / minuteMs, (toMs - startMs) / minuteMs];
      return [kind, free, from, to, energyWh, priceMilliYuan, amountGrains / fen];
    }),
  );
}
const evening = readingsAt(
  ['2026-11-23T19:00', 0],
  ['2026-11-23T20:00', 400, 400],
  ['2026-11-23T21:00', 700, 300],
);
const night = readingsAt(
  ['2026-11-23T23:00', 0],
  ['2026-11-24T00:30', 300, 400],
  ['2026-11-24T01:00', 700, 300],
);

test('a bill with everything: free minutes, a package of energy, a cap of the day, and an overstay', () => {
  const allowance = { purchaseId: 'p', energyWh: 100 };
  const bill = price(tariff, {
    ...{ readings: evening, removedAtMs: local('2026-11-23T22:00'), allowance },
    spentBefore: { '2026-11-23': fen },
  });
  expect(rowsOf(bill)).toEqual([
    [
      ['energy', 'free-minutes', 0, 5, 33, 617, 0],
      ['energy', 'package', 5, 15, 67, 617, 0],
      ['energy', undefined, 15, 120, 600, 617, 37.02],
    ],
    [
      ['start-fee', undefined, 5, 5, 0, 100, 10],
      ['time', 'free-minutes', 0, 5, 33, 300, 0],
      ['time', 'package', 5, 15, 67, 300, 0],
      ['time', undefined, 15, 120, 600, 300, 52.5],
      // 99.52 fen, of which the day has 79 left.
      ['cap', undefined, 0, 120, 0, 0, -20.52],
      ['overstay', undefined, 150, 180, 0, 1200, 60],
    ],
  ]);
  expect(bill).toMatchObject({
    ...{ totalFen: 37 + 102, remarks: ['capped-per-day'], spent: { '2026-11-23': 79 * fen } },
    lines: [
      { line: 'electricity', amountFen: 37 },
      { line: 'service', amountFen: 102 },
    ],
  });
  expect(bill.lines.flatMap(({ slices }) => slices.map(({ measured }) => measured))).toEqual([
    ...[false, false, false, true, false, false, false, true, true],
  ]);
});

describe('a session over midnight', () => {
  const session: SessionToPrice = { readings: night, spentBefore: { '2026-11-23': 10 * fen } };
  const electricity: Row[] = [
    ['energy', 'free-minutes', 240, 245, 17, 307, 0],
    ['energy', undefined, 245, 300, 183, 307, 5.6181],
    ['energy', undefined, 300, 360, 500, 307, 15.35],
  ];
  const service: Row[] = [
    ['start-fee', undefined, 245, 245, 0, 100, 10],
    ['time', 'free-minutes', 240, 245, 17, 300, 0],
    ['time', undefined, 245, 300, 183, 300, 27.5],
    ['time', undefined, 300, 360, 500, 300, 30],
  ];
  const spent = (first: number, second: number) => ({
    '2026-11-23': first * fen,
    '2026-11-24': second * fen,
  });

  test('is capped day by day, each for what it has left', () => {
    const bill = price({ ...tariff, capPerDayFen: 40 }, session);
    expect(rowsOf(bill)).toEqual([
      electricity,
      [...service, ['cap', undefined, 240, 300, 0, 0, -13.1181], ['cap', undefined, 300, 360, 0, 0, -5.35]],
    ]);
    expect(bill).toMatchObject({ totalFen: 70, spent: spent(30, 40), remarks: ['capped-per-day'] });
  });

  test('is capped in its electricity too, where that alone is more than the day has left', () => {
    const bill = price({ ...tariff, capPerDayFen: 15 }, session);
    expect(rowsOf(bill)).toEqual([
      [
        ...electricity,
        ['cap', undefined, 240, 300, 0, 0, -0.6181],
        ['cap', undefined, 300, 360, 0, 0, -0.35],
      ],
      [...service, ['cap', undefined, 240, 300, 0, 0, -37.5], ['cap', undefined, 300, 360, 0, 0, -30]],
    ]);
    expect(bill).toMatchObject({ totalFen: 20, spent: spent(5, 15), remarks: ['capped-per-day'] });
  });

  test('comes up to its minimum, which counts on the first day as far as that has something left', () => {
    const bill = price({ ...tariff, minimumPerSessionFen: 200, capPerDayFen: 150 }, session);
    expect(rowsOf(bill)).toEqual([
      electricity,
      [...service, ['up-to-minimum', undefined, 245, 245, 0, 2000, 111]],
    ]);
    expect(bill).toMatchObject({ totalFen: 200, spent: spent(140, 60), remarks: [] });
  });

  test('is capped as a whole, in the service first, and counts on the day that cost it', () => {
    const bill = price({ ...tariff, capPerSessionFen: 30 }, session);
    expect(rowsOf(bill)).toEqual([electricity, [...service, ['cap', undefined, 240, 360, 0, 0, -58.5]]]);
    expect(bill).toMatchObject({ totalFen: 30, spent: spent(30, 0), remarks: ['capped-per-session'] });
  });

  test('is capped by both, and both are said', () => {
    const { remarks, totalFen } = price({ ...tariff, capPerDayFen: 40, capPerSessionFen: 30 }, session);
    expect([remarks, totalFen]).toEqual([['capped-per-day', 'capped-per-session'], 30]);
  });
});

test('where rounding alone goes beyond what a day and a session may cost, it is the session that is capped', () => {
  const flat = [allDay(105)];
  const service = { by: 'energy', priceMilliYuanPerKWh: 95 } as const;
  const capped = { ...shanghai, electricity: flat, service, capPerDayFen: 20, capPerSessionFen: 20 };
  const readings = readingsAt(['2026-11-23T19:00', 0], ['2026-11-23T20:00', 1000]);
  // 10.5 and 9.5 fen: 11 and 10.
  expect(price(capped, { readings })).toMatchObject({
    ...{ remarks: ['capped-per-session'], totalFen: 20, lines: [{ amountFen: 11 }, { amountFen: 9 }] },
  });
  expect(price({ ...capped, capPerSessionFen: 21 }, { readings })).toMatchObject({
    ...{ remarks: ['capped-per-day'], totalFen: 20 },
  });
});

describe('what a hold can pay for', () => {
  const banded = (service: Tariff['service']) => having({ service });
  const byPower = banded({
    by: 'power',
    bands: [
      { upToW: 200, priceMilliYuanPerHour: 300 },
      { upToW: 1100, priceMilliYuanPerHour: 900 },
    ],
  });
  const byEnergy = banded({
    by: 'energy-by-power',
    bands: [
      { upToW: 500, priceMilliYuanPerKWh: 300 },
      { upToW: 1100, priceMilliYuanPerKWh: 460 },
    ],
  });
  const cheap = { ...timeAlone, service: { by: 'time' as const, priceMilliYuanPerHour: 1 } };
  const fees = { startFeeFen: 20, minimum: { feeFen: 30, coversMinutes: 60 } };
  /** So many Wh as this pays for, at 617 and 300 milli-yuan a kWh. */
  const whFor = (fens: number) => ({ energyWh: Math.floor((fens * fen) / (917 * 3600)) });
  // A Wh at 617 milli-yuan costs 2,221,200 grains; above 200 W, 0.60 yuan an hour more is 10,800,000 for each of its Wh.
  const perMs = 300 + (13_021_200 * 300) / 3_600_000;
  const ms = Math.floor((299 * fen) / perMs);
  test.each<[string, Tariff, number, object]>([
    [
      'energy, at the dearest of its bands',
      byEnergy,
      300,
      { energyWh: Math.floor((299 * fen) / (1077 * 3600)) },
    ],
    [
      'time and energy, where bands are of time',
      byPower,
      300,
      { ms, energyWh: Math.floor((299 * fen - ms * 300) / 13_021_200) },
    ],
    ['no longer than any session lasts', cheap, 300, { ms: most.sessionMs, energyWh: most.energyWh }],
    ['nothing below its fees', having(fees), 49, { energyWh: 0 }],
    ['nothing at its fees', having(fees), 50, { energyWh: 0 }],
    ['a fen is kept back for rounding', having(fees), 52, whFor(1)],
    ['neither time nor energy below its fees', { ...timeAlone, ...fees }, 49, { energyWh: 0, ms: 0 }],
    ['nothing below the minimum of a session', having({ minimumPerSessionFen: 200 }), 199, { energyWh: 0 }],
    ['what it costs from there', having({ minimumPerSessionFen: 200 }), 200, whFor(199)],
    [
      'everything, where the cap is held',
      having({ capPerSessionFen: 300 }),
      300,
      { energyWh: most.energyWh },
    ],
  ])('is %s', (_, of, holdFen, expected) => {
    expect(affordable(of, holdFen)).toEqual(expected);
  });
});
