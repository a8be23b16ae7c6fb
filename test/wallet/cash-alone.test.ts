import { expect, test } from 'vitest';
import { type CashAlone, withOrderAlone } from '../../src/wallet/cash-alone.ts';

const date = '2026-11-23';
const before = { date, topUpFen: 300, refundFen: 200 };

test.each<[string, CashAlone | undefined, Parameters<typeof withOrderAlone>[1], string, object | undefined]>([
  [
    'the first of a household counts',
    undefined,
    { kind: 'cash-top-up', amountFen: 5 },
    date,
    { date, topUpFen: 5, refundFen: 0 },
  ],
  [
    'what comes in counts up to the limit',
    before,
    { kind: 'cash-top-up', amountFen: 700 },
    date,
    { date, topUpFen: 1000, refundFen: 200 },
  ],
  [
    'what goes out counts apart from it',
    before,
    { kind: 'cash-refund', amountFen: 800 },
    date,
    { date, topUpFen: 300, refundFen: 1000 },
  ],
  [
    'one fen more is seen by a second person',
    before,
    { kind: 'cash-top-up', amountFen: 701 },
    date,
    undefined,
  ],
  ['so is one fen more that goes out', before, { kind: 'cash-refund', amountFen: 801 }, date, undefined],
  ['so is a correction, however small', before, { kind: 'correction', amountFen: 1 }, date, undefined],
  [
    'the next day begins anew',
    before,
    { kind: 'cash-refund', amountFen: 1000 },
    '2026-11-24',
    { date: '2026-11-24', topUpFen: 0, refundFen: 1000 },
  ],
  [
    'a day that is over counts no more',
    before,
    { kind: 'cash-top-up', amountFen: 1 },
    '2026-11-22',
    undefined,
  ],
])('of cash that one person books alone, %s', (_, alone, order, on, after) => {
  expect(withOrderAlone(alone, order, on, 1000)).toEqual(after);
});
