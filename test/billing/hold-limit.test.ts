import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSession, readTariff } from '../../cli/session-file.ts';
import { type Receipt, receiptSchema } from '../../contract/shapes/receipt.ts';
import { chargeable, notCharged } from '../../src/billing/hold-limit.ts';
import { price } from '../../src/billing/price.ts';
import { chargedByLine, receiptAgain } from '../../src/billing/receipt.ts';
import { local, readingsAt, shanghai } from '../support/tariffs.ts';

const examples = join(import.meta.dirname, '../../docs/examples');
const everything = readTariff(join(examples, 'everything.tariff.json'));
const { session } = readSession(join(examples, 'everything.session.json'));

describe('the example of rule 10: 1.40 for charging and 1.75 for the overstay', () => {
  const bill = price(everything, session);

  test.each([
    ['the tariff’s hold', 300, 300, { why: 'limited-to-hold', amountFen: -15 }],
    ['less, because the wallet had no more', 120, 295, { why: 'limited-to-hold', amountFen: -20 }],
    ['nothing, because a package pays', 0, 175, { why: 'limited-to-hold', amountFen: -140 }],
    ['more than the tariff’s hold', 310, 310, { why: 'limited-to-hold', amountFen: -5 }],
    ['enough', 315, 315, undefined],
  ])('where %s was held', (_, heldFen, chargedFen, deduction) => {
    expect(bill.totalFen).toBe(315);
    expect(chargeable(everything, bill, heldFen)).toBe(chargedFen);
    expect(notCharged({ totalFen: 315, chargedFen })).toEqual(deduction);
  });

  test('what is not charged is taken off the service first', () => {
    expect(chargedByLine({ lines: bill.lines, chargedFen: 295 })).toEqual({ electricity: 38, service: 257 });
    expect(chargedByLine({ lines: bill.lines, chargedFen: 20 })).toEqual({ electricity: 20, service: 0 });
  });
});

test('what the overstay adds, with its rounding, comes on top of what was held', () => {
  const tariff = { ...shanghai, overstay: { graceMinutes: 1, priceMilliYuanPerHour: 1000 } };
  const readings = readingsAt(['2026-11-23T19:00', 0], ['2026-11-23T20:00', 1014]);
  const bill = price(tariff, { readings, removedAtMs: local('2026-11-23T20:02:00') });
  // 0.625638 → 63, 0.304200 → 30; with the overstay of 0.016667 it is 0.320867 → 32.
  expect(bill.lines.map(({ amountFen }) => amountFen)).toEqual([63, 32]);
  expect(chargeable(tariff, bill, 93)).toBe(95);
  expect(chargeable(tariff, bill, 92)).toBe(94);
});

/** As it was made before there was a rule 10; such receipts are in journals and on paper. */
const old: Receipt = receiptSchema.parse({
  ...{ sessionId: '861317069234387-3812', code: '7K3Q9X2MAB', tariffVersion: '2026-01' },
  readings: [
    { atMs: 1795431600000, energyWh: 0 },
    { atMs: 1795435200000, energyWh: 1000 },
  ],
  removedAtMs: 1795438800000,
  holdFen: 80,
  lines: [
    {
      line: 'electricity',
      amountFen: 62,
      slices: [
        {
          ...{ kind: 'energy', fromMs: 1795431600000, toMs: 1795435200000, energyWh: 1000 },
          ...{ priceMilliYuan: 617, per: 'kWh', amountGrains: 2221200000, measured: true },
        },
      ],
    },
    {
      line: 'service',
      amountFen: 90,
      slices: [
        {
          ...{ kind: 'energy', fromMs: 1795431600000, toMs: 1795435200000, energyWh: 1000 },
          ...{ priceMilliYuan: 300, per: 'kWh', amountGrains: 1080000000, measured: true },
        },
        {
          ...{ kind: 'overstay', fromMs: 1795437000000, toMs: 1795438800000, energyWh: 0 },
          ...{ priceMilliYuan: 1200, per: 'hour', amountGrains: 2160000000, measured: true },
        },
      ],
    },
  ],
  ...{ totalFen: 152, chargedFen: 140, estimated: false, remarks: ['limited-to-hold'] },
  ...{ adjustments: [], revision: 0, whyDifferent: [] },
});

test('a limited receipt of before is computed again to the last field', () => {
  const tariff = { ...shanghai, overstay: { graceMinutes: 30, priceMilliYuanPerHour: 1200 } };
  expect(receiptAgain(tariff, old)).toEqual(old);
});
