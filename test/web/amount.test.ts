import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countOfText,
  fenOfText,
  milliYuanOfText,
  textOfFen,
  textOfMilliYuan,
  textOfWh,
  whOfText,
} from '../../web/src/words/amount.ts';

test.each([
  ['12.5', 1250],
  ['0.01', 1],
  [' 20 ', 2000],
  ['0.30', 30],
  ['12.', 1200],
  ['¥8.80', 880],
  ['5元', 500],
  // As a Chinese keyboard types it.
  ['１２．５', 1250],
  ['12。5', 1250],
  // What a multiplication of floats gets wrong: 1.005 * 100, 0.29 * 100, 8.87 * 100.
  ['0.29', 29],
  ['8.87', 887],
  ['4.35', 435],
])('%s is %i fen', (typed, fen) => {
  expect(fenOfText(typed)).toBe(fen);
});

test.each(['', '.', '.5', '-1', '+1', '1.005', '1e3', '1,000', 'abc', '0x10', '1.2.3', 'NaN', '9999999999'])(
  '%s is no amount',
  (typed) => {
    expect(fenOfText(typed)).toBeUndefined();
  },
);

test('trailing zeros are no more digits', () => {
  expect(fenOfText('1.500')).toBe(150);
  expect(milliYuanOfText('0.6170')).toBe(617);
});

test('a count has no point', () => {
  expect(countOfText('15')).toBe(15);
  expect(countOfText('15.0')).toBeUndefined();
});

test('what is shown and typed again is the same', () => {
  const whole = fc.integer({ min: 0, max: 999_999_999 });
  fc.assert(
    fc.property(whole, (amount) => {
      expect(fenOfText(textOfFen(amount))).toBe(amount);
      expect(milliYuanOfText(textOfMilliYuan(amount))).toBe(amount);
      expect(whOfText(textOfWh(amount))).toBe(amount);
    }),
  );
});
