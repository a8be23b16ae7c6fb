import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kWhOfWh, yuanOfFen, yuanOfMicroYuan, yuanPerKWh } from '../../web/src/money.ts';

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
  expect(yuanOfMicroYuan(microYuan)).toBe(shown);
});

test('prices and energy keep their digits', () => {
  expect(yuanPerKWh(617)).toBe('0.617');
  expect(yuanPerKWh(400)).toBe('0.40');
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
      expect(back(yuanOfMicroYuan(amount), 6)).toBe(amount);
    }),
  );
});
