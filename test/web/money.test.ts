import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kWhOfWh, yuanOfFen, yuanOfGrains, yuanOfMilliYuan } from '../../web/src/words/money.ts';

test.each([
  [0, '¥0.00'],
  [1, '¥0.01'],
  [123, '¥1.23'],
  [-5, '−¥0.05'],
  [100_000_01, '¥100000.01'],
])('%i fen is shown as %s', (fen, shown) => {
  expect(yuanOfFen(fen)).toBe(shown);
});

test.each([
  [0, '¥0.00'],
  [1, '¥0.000001'],
  [254_204, '¥0.254204'],
  [417_200, '¥0.4172'],
  [1_500_000, '¥1.50'],
])('%i micro-yuan is shown as %s', (microYuan, shown) => {
  expect(yuanOfGrains(microYuan * 3600)).toBe(shown);
});

test('what time costs is rounded at the sixth digit, and what a cap takes off is negative', () => {
  // 500 s at 0.275 yuan an hour.
  expect(yuanOfGrains(500_000 * 275)).toBe('¥0.038194');
  expect(yuanOfGrains(-36_000_000)).toBe('−¥0.01');
});

test('prices and energy keep their digits', () => {
  expect(yuanOfMilliYuan(617)).toBe('0.617');
  expect(yuanOfMilliYuan(400)).toBe('0.40');
  expect(kWhOfWh(1043)).toBe('1.043');
  expect(kWhOfWh(500)).toBe('0.5');
});

test('no digit is lost, however large the amount', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (amount) => {
      const back = (text: string, places: number) => {
        const [head = '', tail = ''] = text.replace('¥', '').replace('−', '-').split('.');
        return Number(head + tail.padEnd(places, '0'));
      };
      expect(back(yuanOfFen(amount), 2)).toBe(amount);
    }),
  );
  const largest = Math.floor(Number.MAX_SAFE_INTEGER / 3600) - 1;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: largest }), (microYuan) => {
      const [head = '', tail = ''] = yuanOfGrains(microYuan * 3600)
        .replace('¥', '')
        .split('.');
      expect(Number(head + tail.padEnd(6, '0'))).toBe(microYuan);
    }),
  );
});
