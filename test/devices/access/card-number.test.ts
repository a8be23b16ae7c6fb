import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boardNumber,
  cardNumberForms,
  readPrintedNumber,
  uidNumber,
} from '../../../src/devices/access/card-number.ts';

const UID = '047C9A22';

describe('the example of the door gateway’s documents, UID 047C9A22', () => {
  test('8H and 10D 0075274786 straight, 10D 0580549636 reversed, facility 124 and number 39458', () => {
    expect(boardNumber(UID)).toEqual({ form: 'board', number: '75274786' });
    expect(boardNumber(UID, 'u32-reversed')).toEqual({ form: 'board', number: '580549636' });
    // 7C9A22 = 124 × 65536 + 39458
    expect(boardNumber(UID, 'wiegand26')).toEqual({ form: 'board', number: '8165922' });
    expect(boardNumber(UID, 'wiegand26-decimals')).toEqual({ form: 'board', number: '12439458' });
  });

  test('every form of it, each once', () => {
    expect(cardNumberForms(UID)).toEqual([
      { form: 'uid', number: '75274786' },
      { form: 'board', number: '75274786' },
      { form: 'board', number: '580549636' },
      // Inverted: FB8365DD, reversed DD6583FB.
      { form: 'board', number: '4219692509' },
      { form: 'board', number: '3714417659' },
      // 7C9A22, 229A7C and 9A7C04.
      { form: 'board', number: '8165922' },
      { form: 'board', number: '2267772' },
      { form: 'board', number: '10124292' },
      { form: 'board', number: '12439458' },
    ]);
  });

  test('what is printed on it', () => {
    const card = (number: string) => ({ form: 'board', number });
    expect(readPrintedNumber('047c9a22')).toEqual([{ print: '8H', card: card('75274786') }]);
    expect(readPrintedNumber('0075274786')).toEqual([{ print: '10D', card: card('75274786') }]);
    expect(readPrintedNumber(' 124,39458 ')).toEqual([{ print: '3D+5D', card: card('8165922') }]);
    expect(readPrintedNumber('１２４，３９４５８')).toEqual([{ print: '3D+5D', card: card('8165922') }]);
    // 10D that lost its zeros has eight digits, and so has 8H without letters.
    expect(readPrintedNumber('75274786')).toEqual([
      { print: '8H', card: card('1965508486') },
      { print: '10D', card: card('75274786') },
    ]);
  });
});

test('a card of seven bytes: the whole number, and either end of it', () => {
  const numbers = cardNumberForms('04A1B2C3D4E5F6').map(({ form, number }) => `${form} ${number}`);
  expect(numbers[0]).toBe('uid 1303689068602870');
  expect(numbers).toContain(`board ${0xc3d4e5f6}`);
  expect(numbers).toContain(`board ${0x04a1b2c3}`);
  expect(numbers).toContain(`board ${0xd4e5f6}`);
  expect(boardNumber('04A1B2C3D4E5F6')).toEqual({ form: 'board', number: String(0xc3d4e5f6) });
});

test.each(['', '047C9A2', '047C9A2201', '0x7C9A22', '047C9A2G', '０47C9A22', '047C9A22\n'])(
  '%j is no UID',
  (uid) => {
    expect(() => cardNumberForms(uid)).toThrow(RangeError);
    expect(() => uidNumber(uid)).toThrow(RangeError);
    expect(() => boardNumber(uid)).toThrow(RangeError);
  },
);

test.each(['', 'card', '4294967296', '00000000001', '256,1', '1,65536', '1,2,3', '-1', '1.5', '047C9A2'])(
  '%j is printed on no card',
  (text) => {
    expect(readPrintedNumber(text)).toEqual([]);
  },
);

const uidHex = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 7, maxLength: 7 }))
  .map((bytes) => Buffer.from(bytes).toString('hex'));

test('forms are decimal without leading zeros, unique, never "no card", and the same for either case of the hex', () => {
  fc.assert(
    fc.property(uidHex, (hex) => {
      const forms = cardNumberForms(hex);
      expect(new Set(forms.map(({ form, number }) => `${form} ${number}`)).size).toBe(forms.length);
      for (const { form, number } of forms) {
        expect(number).toMatch(/^(0|[1-9][0-9]*)$/);
        if (form === 'board') expect(Number(number) > 0 && Number(number) < 2 ** 32).toBe(true);
      }
      expect(cardNumberForms(hex.toUpperCase())).toEqual(forms);
    }),
  );
});

test('a card is found under every number that a board can make of it', () => {
  const layouts = ['u32', 'u32-reversed', 'u32-inverted', 'wiegand26', 'wiegand26-decimals'] as const;
  fc.assert(
    fc.property(uidHex, fc.constantFrom(...layouts), (hex, layout) => {
      const reported = boardNumber(hex, layout);
      return reported.number === '0' || cardNumberForms(hex).some(({ number }) => number === reported.number);
    }),
  );
});

test('a printed straight number leads to the card, whichever way it is printed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (bytes) => {
      const uid = Buffer.from(bytes).toString('hex');
      const straight = String(Buffer.from(bytes).readUInt32BE());
      for (const text of [uid, straight.padStart(10, '0')]) {
        expect(readPrintedNumber(text).map(({ card }) => card.number)).toContain(straight);
      }
      const facility = `${bytes[1]},${(bytes[2] ?? 0) * 256 + (bytes[3] ?? 0)}`;
      expect(readPrintedNumber(facility)).toEqual([{ print: '3D+5D', card: boardNumber(uid, 'wiegand26') }]);
    }),
  );
});
