import { describe, expect, test } from 'vitest';
import { receiptCodeIn } from '../../src/receipts/receipt-code.ts';
import { codeText } from '../../src/receipts/receipt-document.ts';
import { codeOfText, codeShown, receiptPath } from '../../web/src/receipt/code.ts';

describe('the address of a receipt', () => {
  test.each([
    ['/r', ''],
    ['/r/', ''],
    ['/r/7K3Q9X2MAB', '7K3Q9X2MAB'],
    ['/r/7K3Q9X2MAB/', '7K3Q9X2MAB'],
  ])('%s asks for %j', (path, code) => expect(receiptPath(path)).toEqual({ code }));

  test.each(['/', '/rooms', '/r/a/b', '/estate/r/1'])('%s is the signed-in pages’', (path) =>
    expect(receiptPath(path)).toBeUndefined(),
  );
});

test.each(['7k3q9-x2mab', 'oil00 11111', '７Ｋ３Ｑ９Ｘ２ＭＡＢ', '7K3Q9–X2MAB', 'UUUUUUUUUU', 'short', ''])(
  'page and server read %j alike',
  (typed) => expect(codeOfText(typed)).toBe(receiptCodeIn(typed)),
);

test('page and paper write a code alike', () => {
  expect(codeShown('7K3Q9X2MAB')).toBe(codeText('7K3Q9X2MAB'));
});
