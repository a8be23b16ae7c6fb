import { expect, test } from 'vitest';
import { grainsPerFen, yuanText } from '../../src/billing/grains.ts';

const grainsPerYuan = 100 * grainsPerFen;

test.each([
  [0, 2, '0.00'],
  [grainsPerYuan, 2, '1.00'],
  [0.0764 * grainsPerYuan, 4, '0.0764'],
  [1234.5 * grainsPerYuan, 6, '1234.500000'],
  [-0.3 * grainsPerYuan, 2, '-0.30'],
  [-12 * grainsPerYuan, 4, '-12.0000'],
] as const)('%i grains in %i digits are %s yuan', (grains, digits, text) => {
  expect(yuanText(Math.round(grains), digits)).toBe(text);
});

test('half of the last digit goes up, away from zero, and what is less is nothing without a sign', () => {
  const halfFen = grainsPerYuan / 200;
  expect(yuanText(halfFen, 2)).toBe('0.01');
  expect(yuanText(halfFen - 1, 2)).toBe('0.00');
  expect(yuanText(-halfFen, 2)).toBe('-0.01');
  expect(yuanText(-halfFen + 1, 2)).toBe('0.00');
});
