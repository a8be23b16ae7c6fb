import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byteOrderMark,
  type Column,
  csvHead,
  csvLine,
  harmless,
  numberText,
} from '../../src/books/export/csv.ts';

const text: Column = { name: '户 household', type: 'text' };
const money: Column = { name: '金额', type: 'money' };
const energy: Column = { name: '电量', type: 'energy' };

/** Where a spreadsheet may begin to read a cell: at its beginning, or behind what it takes for a separator by itself. */
const dangerous = /(?:^|[,;\t\r\n]"*)[\s\u200b\ufeff]*[=+\-@＝＋－＠]/u;

const hostile = [
  "=cmd|'/c calc'!A1",
  '+1+1',
  '-1+1',
  '@SUM(A1:A9)',
  '＝1+1',
  '－1+1',
  '＠SUM(1)',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '  =1+1',
  '\u200b=1+1',
  '\ufeff=1+1',
  '3号楼,=1+1',
  '3号楼;=HYPERLINK("http://evil.example","点")',
  '3号楼","=1+1',
  '"=1+1',
  'a\r\n=1+1,b',
  '-5元+1',
  '-A1',
  '-(1)',
  '−5*2',
  '+86 (21) 5555',
  '\u202e=1+1',
];

describe('words in a file', () => {
  test.each(hostile)('are harmless in every reader: %j', (words) => {
    const cell = harmless(words);
    expect(cell.replaceAll("'=", '').replaceAll(/'(?=[=+\-@＝＋－＠])./gu, '')).not.toMatch(dangerous);
    expect(cell).not.toMatch(/[\t\r\n\u200b\ufeff\u202e]/);
    const line = csvLine([text, money], [words, 1]);
    expect(line.endsWith('",0.01\r\n')).toBe(true);
    // One line, two cells, whatever is in it; and also where cells are divided by semicolons nothing begins a formula.
    expect(parse(line)).toEqual([[cell, '0.01']]);
    for (const delimiter of [';', '\t']) {
      const cells = parse(line, { delimiter, relax_quotes: true, relax_column_count: true }).flat();
      for (const read of cells) expect(read).not.toMatch(/^[\s"]*[=+@＝＋－＠]/u);
    }
  });

  test('that nobody can mistake stay as they are', () => {
    for (const words of [
      '3号楼2单元',
      '张三',
      'A-1',
      '2026-10-31 18:00',
      'wallet:h1',
      'R12 + 3',
      '50% = half',
      '退款:-5元',
      '退款：-5元',
      '-5元',
      '-5.20 元, +3 元',
      '-¥5',
      '－5度',
      '+8613800000000',
      '-12.5%',
      'A|=1',
      "it's =",
      '充电桩 3:@2',
    ])
      expect(harmless(words)).toBe(words);
    expect(harmless('-5元;=1')).toBe("-5元;'=1");
  });

  test('never make more lines or cells, and never a formula, whatever they are', () => {
    const letter = fc.constantFrom(...`=+-@＝,;"'\t\r\n \u200b楼a1`);
    const words = fc.oneof(
      fc.string(),
      fc.array(letter, { maxLength: 12 }).map((letters) => letters.join('')),
    );
    fc.assert(
      fc.property(words, words, (first, second) => {
        const line = csvLine([text, text], [first, second]);
        expect(parse(line)).toEqual([[harmless(first), harmless(second)]]);
        for (const cell of [harmless(first), harmless(second)])
          expect(cell).not.toMatch(/^\s*(?:[=@＝＠]|[+\-＋－]\s*[^\d\s])/u);
        // Once is enough.
        expect(harmless(harmless(first)).replaceAll("'", '')).toBe(harmless(first).replaceAll("'", ''));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('numbers in a file', () => {
  test('are yuan and kWh by the digits of their fen and Wh', () => {
    expect(csvLine([money, energy, money], [-5, 1234, null])).toBe('-0.05,1.234,\r\n');
    expect(numberText('money', Number.MAX_SAFE_INTEGER)).toBe('90071992547409.91');
    expect(numberText('energy', -7)).toBe('-0.007');
    fc.assert(
      fc.property(fc.maxSafeInteger(), (fen) => {
        expect(BigInt(numberText('money', fen).replace('.', ''))).toBe(BigInt(fen));
        expect(BigInt(numberText('energy', fen).replace('.', ''))).toBe(BigInt(fen));
      }),
    );
  });

  test('are whole, or nothing is written', () => {
    expect(() => csvLine([money], [0.5])).toThrow(RangeError);
    expect(() => csvLine([money], [Number.NaN])).toThrow(RangeError);
  });
});

test('a file begins with the mark by which Excel knows UTF-8', () => {
  const bytes = Buffer.from(byteOrderMark + csvHead([text, money]));
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(bytes.subarray(3).toString()).toBe('"户 household","金额"\r\n');
});
