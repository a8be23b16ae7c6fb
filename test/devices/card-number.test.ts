import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordSchema } from '../../contract/shapes/provisioning.ts';
import { boardNumber, reportedNumbers, uidNumber } from '../../src/devices/card-number.ts';

test('the example of the door gateway’s documents, UID 047C9A22: straight and reversed', () => {
  expect(reportedNumbers('047C9A22')).toEqual([
    { form: 'uid', number: '75274786' },
    { form: 'board', number: '75274786' },
    { form: 'board', number: '580549636' },
  ]);
});

test('a card of seven or ten bytes: the whole number, and its last four bytes', () => {
  expect(uidNumber('04A1B2C3D4E5F6')).toEqual({ form: 'uid', number: '1303689068602870' });
  expect(boardNumber('04A1B2C3D4E5F6')).toEqual({ form: 'board', number: String(0xc3d4e5f6) });
  expect(uidNumber('0102030405060708090A').number).toBe(String(0x0102030405060708090an));
  expect(boardNumber('0102030405060708090A').number).toBe(String(0x0708090a));
});

test.each(['', '047C9A2', '047C9A2201', '0x7C9A22', '047C9A2G', '０47C9A22', '047C9A22\n'])(
  '%j is no UID',
  (uid) => {
    expect(() => uidNumber(uid)).toThrow(RangeError);
    expect(() => boardNumber(uid)).toThrow(RangeError);
  },
);

test('a card that a board would take for none is not registered', () => {
  const credential = (cardUid: string) => ({
    kind: 'credential',
    credentialId: 'c',
    householdId: 'h',
    cardUid,
    facilities: [],
    validFrom: '2026-01-01',
    validUntil: '2026-12-31',
  });
  expect(recordSchema.safeParse(credential('04A1B200000000')).success).toBe(false);
  expect(recordSchema.safeParse(credential('04A1B200000001')).success).toBe(true);
});

const uidHex = fc
  .constantFrom(4, 7, 10)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
  .map((bytes) => Buffer.from(bytes).toString('hex'));

test('numbers are decimal without leading zeros, each once, and the same for either case of the hex', () => {
  fc.assert(
    fc.property(uidHex, (hex) => {
      const numbers = reportedNumbers(hex);
      expect(new Set(numbers.map(({ form, number }) => `${form} ${number}`)).size).toBe(numbers.length);
      for (const { form, number } of numbers) {
        expect(number).toMatch(/^(0|[1-9][0-9]*)$/);
        if (form === 'board') expect(Number(number) < 2 ** 32).toBe(true);
      }
      expect(reportedNumbers(hex.toUpperCase())).toEqual(numbers);
    }),
  );
});
