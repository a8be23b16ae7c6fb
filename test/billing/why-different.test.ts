import { describe, expect, test } from 'vitest';
import type { BoardClaim, Receipt } from '../../contract/shapes/receipt.ts';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { grainsPerFen } from '../../src/billing/grains.ts';
import { receiptAgain, receiptCodeOf, receiptOf } from '../../src/billing/receipt.ts';
import { sumOfBands } from '../../src/billing/why-different.ts';
import { flat } from '../support/tariffs.ts';

const startMs = Date.UTC(2026, 10, 23, 11);
const tariff = (terms: Partial<Tariff> = {}) => flat(600, 300, { holdFen: 500, ...terms });

/** An hour in which 1000 Wh were delivered: 60 fen and 30 fen. */
function receipt(claim: Partial<BoardClaim> | undefined, terms: object = {}, input: object = {}): Receipt {
  return receiptOf({
    sessionId: '861317069234387-7',
    code: 'ABCDEFGHJK',
    tariff: tariff(terms),
    readings: [
      { atMs: startMs, energyWh: 0 },
      { atMs: startMs + 3_600_000, energyWh: 1000 },
    ],
    holdFen: 500,
    estimated: claim === undefined,
    remarks: [],
    boardClaim: claim && { fen: 77, energyWh: 1000, stopReason: 'full', ...claim },
    ...input,
  });
}

/** The dispute in a vendor's own document: the money field says 0.10 yuan, the sum of its bands is 0.0764. */
const dispute = [
  { seconds: 500, priceMilliYuanPerHour: 250 },
  { seconds: 500, priceMilliYuanPerHour: 300 },
];

const countsHours = ['board-rounds', 'board-counts-hours'];
const stayed = { removedAtMs: startMs + 3_720_000 };
const overstay = { graceMinutes: 1, priceMilliYuanPerHour: 60_000 };

describe('a claim is another amount', () => {
  test.each<[string, Partial<BoardClaim> | undefined, object, object, string[]]>([
    ['not at all', { fen: 90 }, {}, {}, []],
    ['because nothing was told', undefined, {}, {}, ['estimated']],
    ['because it leaves out the service', { fen: 60 }, {}, {}, ['board-knows-no-service-line']],
    ['because the board counts hours, and rounds', { fen: 10, bands: dispute }, {}, {}, countsHours],
    [
      'because of other bands',
      { fen: 8, bands: dispute },
      { service: { by: 'time', priceMilliYuanPerHour: 250 } },
      {},
      ['other-prices-on-board'],
    ],
    ['because of other prices', { priceVersion: 't0' }, {}, {}, ['other-prices-on-board']],
    ['because its energy cannot be', { energyWh: 987_650 }, {}, {}, ['energy-corrected']],
    ['because a package paid', {}, {}, { allowance: { purchaseId: 'p' } }, ['package']],
    ['because some of it was free', {}, { freeMinutes: 10 }, {}, ['free-minutes']],
    ['because of a cap', {}, { capPerSessionFen: 50 }, {}, ['capped']],
    ['because the bike stayed', {}, { overstay }, stayed, ['overstay']],
    ['because no more had been agreed', { fen: 90 }, {}, { holdFen: 80 }, ['limited-to-hold']],
    ['and nobody knows why', { fen: 91 }, {}, {}, ['unexplained']],
  ])('%s', (_, claim, terms, input, reasons) => {
    expect(receipt(claim, terms, input).whyDifferent).toEqual(reasons);
  });
});

test('both claims of a board that contradicts itself can be shown', () => {
  const { boardClaim } = receipt({ fen: 10, bands: dispute });
  expect(boardClaim?.fen).toBe(10);
  // 500 s at 0.25 and 500 s at 0.30 yuan an hour: 0.0763888… yuan, exact in grains.
  expect(sumOfBands(boardClaim as BoardClaim)).toBe(275_000_000);
  expect((sumOfBands(boardClaim as BoardClaim) / grainsPerFen / 100).toFixed(4)).toBe('0.0764');
});

test('a receipt is computed again from itself and its tariff', () => {
  const terms = { capPerDayFen: 85, overstay };
  const made = receipt({}, terms, {
    removedAtMs: startMs + 3_720_000,
    spentBefore: { '2026-11-23': 10 * grainsPerFen },
    allowance: { purchaseId: 'p', energyWh: 100 },
    adjustments: [{ atMs: 1, why: 'late-reading', beforeFen: 1, afterFen: 2 }],
    revision: 1,
  });
  expect(receiptAgain(tariff(terms), made)).toEqual(made);
  expect(receiptAgain(tariff(terms), { ...made, chargedFen: 1 })).not.toEqual({ ...made, chargedFen: 1 });
});

test('a receipt’s code has ten digits that nobody mistakes', () => {
  expect(receiptCodeOf('0000000000000000')).toBe('0000000000');
  expect(receiptCodeOf('ffffffffffffffff')).toBe('ZZZZZZZZZZ');
  expect(receiptCodeOf('8000000000000000')).toBe('G000000000');
  expect(receiptCodeOf('0000000000004000')).toBe('0000000001');
});
