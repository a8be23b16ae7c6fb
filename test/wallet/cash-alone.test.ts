import { expect, test } from 'vitest';
import { type CashAlone, withOrderAlone } from '../../src/wallet/cash-alone.ts';

const date = '2026-11-23';
const before = { date, topUpFen: 300, refundFen: 200 };

const topUp = (amountFen: number) => ({ kind: 'cash-top-up', amountFen }) as const;
const refund = (amountFen: number) => ({ kind: 'cash-refund', amountFen }) as const;
const correction = { kind: 'correction', amountFen: 1 } as const;
const [nextDay, dayBefore] = ['2026-11-24', '2026-11-22'];
const counted = (topUpFen: number, refundFen: number, on = date) => ({ date: on, topUpFen, refundFen });

test.each<[string, CashAlone | undefined, Parameters<typeof withOrderAlone>[1], string, object | undefined]>([
  ['the first of a household counts', undefined, topUp(5), date, counted(5, 0)],
  ['what comes in counts up to the limit', before, topUp(700), date, counted(1000, 200)],
  ['what goes out counts apart from it', before, refund(800), date, counted(300, 1000)],
  ['one fen more is seen by a second person', before, topUp(701), date, undefined],
  ['so is one fen more that goes out', before, refund(801), date, undefined],
  ['so is a correction, however small', before, correction, date, undefined],
  ['the next day begins anew', before, refund(1000), nextDay, counted(0, 1000, nextDay)],
  ['a day that is over counts no more', before, topUp(1), dayBefore, undefined],
])('of cash that one person books alone, %s', (_, alone, order, on, after) => {
  expect(withOrderAlone(alone, order, on, 1000)).toEqual(after);
});
