import { describe, expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { sumOf, yuanText } from '../../src/billing/grains.ts';
import { price } from '../../src/billing/price.ts';
import { juyBands, local, shanghai, timeAlone } from '../support/tariffs.ts';

// Disputes that were reported, and one that a vendor's own example holds: what was billed, and what is right.

const startMs = local('2026-11-23T09:00');
const serviceOf = (
  tariff: Tariff,
  ...readings: readonly (readonly [seconds: number, energyWh: number, powerW?: number])[]
) => {
  const bill = price(tariff, {
    readings: [[0, 0] as const, ...readings].map(([seconds, energyWh, powerW]) => ({
      atMs: startMs + seconds * 1000,
      energyWh,
      ...(powerW === undefined ? {} : { powerW }),
    })),
  });
  const line = bill.lines.find((one) => one.line === 'service');
  return { bill, fen: line?.amountFen, exact: yuanText(sumOf(line?.slices ?? []), 4) };
};

describe('0.25 yuan an hour', () => {
  test.each([
    [75, 31, '0.3125', 50],
    [487, 203, '2.0292', 225],
  ])('%i minutes are %i fen and not what was billed by the half hour', (minutes, fen, exact, billedFen) => {
    const result = serviceOf(timeAlone, [minutes * 60, minutes * 4]);
    expect(result).toMatchObject({ fen, exact });
    expect(result.bill.totalFen).toBe(fen);
    expect(result.bill.totalFen).not.toBe(billedFen);
  });
});

describe('the dispute in the JUY protocol: 500 s at 0.25 and 500 s at 0.30 yuan an hour', () => {
  const tariff: Tariff = { ...timeAlone, service: juyBands };
  const { bill, fen, exact } = serviceOf(tariff, [500, 35, 250], [1000, 83, 350]);

  test('is 0.0764 yuan exactly, and 0.08 on the bill', () => {
    expect({ exact, fen }).toEqual({ exact: '0.0764', fen: 8 });
    expect(bill.lines[1]?.slices).toMatchObject([
      { kind: 'time', priceMilliYuan: 250, amountGrains: 125_000_000 },
      { kind: 'time', priceMilliYuan: 300, amountGrains: 150_000_000 },
    ]);
  });

  test('is neither what the text claims nor what the device shows', () => {
    // 0.07 is rounded down, 0.10 up for each band; both are shown beside ours (test/cli/price.test.ts).
    for (const claimedFen of [7, 10]) expect(bill.totalFen).not.toBe(claimedFen);
  });

  test('is the same in a tariff that prices electricity too', () => {
    expect(serviceOf({ ...shanghai, service: juyBands }, [500, 35, 250], [1000, 83, 350])).toMatchObject({
      exact,
      fen,
    });
  });
});
