import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { charsetIn, decoded, isChinese } from '../../src/payments/charset.ts';
import { refundIdOf } from '../../src/payments/order.ts';
import { checkRecent, providerOf } from '../../src/payments/provider.ts';
import { pemOf, signRsa, verifyRsa } from '../../src/payments/rsa-signature.ts';
import { openSealed } from '../../src/payments/wechat-pay-signature.ts';
import { telling } from '../support/told-provider.ts';

const fiveMinutesMs = 300_000;

test('what was signed five minutes before or after it came is believed, and nothing older, later or without a time', () => {
  for (const signedAtMs of [1e12, 1e12 - fiveMinutesMs, 1e12 + fiveMinutesMs])
    expect(() => checkRecent(signedAtMs, 1e12)).not.toThrow();
  for (const signedAtMs of [
    1e12 - fiveMinutesMs - 1,
    1e12 + fiveMinutesMs + 1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])
    expect(() => checkRecent(signedAtMs, 1e12)).toThrow(
      expect.objectContaining({ error: 'notification-expired' }),
    );
});

test('a provider is found by its name, and one that is not there is refused by name', () => {
  const alipay = telling('alipay');
  expect(providerOf({ alipay }, 'alipay')).toBe(alipay);
  expect(() => providerOf({ alipay }, 'wechat-pay')).toThrow(
    expect.objectContaining({ error: 'provider-unconfigured' }),
  );
});

test('the number of a refund follows from its request, the same for ever', () => {
  // printf 'refund\nP1\nback-1' | sha256sum
  expect(refundIdOf('P1', 'back-1')).toBe('Rf7e88856b9430afd76ded7e7f60b23b');
});

test.each([
  ['text/html;charset=GBK', 'GBK'],
  ['text/html; Charset = "utf-8"; x=y', 'utf-8'],
  ['text/html', ''],
  [undefined, ''],
])('a head %j names the charset %j', (head, charset) => {
  expect(charsetIn(head)).toBe(charset);
});

test.each([
  ['GBK', true],
  [' gb18030', true],
  ['utf-8', false],
  ['x-gbk', false],
  ['', false],
])('whether %j has letters that look like braces: %s', (charset, chinese) => {
  expect(isChinese(charset)).toBe(chinese);
});

test.each(['GBK', 'g-b_k', 'GB 2312', 'gb18030'])('letters in %s are read', (charset) => {
  expect(decoded(Uint8Array.of(0xd3, 0xe0), charset)).toBe('余');
});
test.each(['', 'UTF-8', 'utf 8'])('letters in %j are those of UTF-8', (charset) => {
  expect(decoded(Buffer.from('余'), charset)).toBe('余');
});

describe('a key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  /** As the merchant platforms hand it out: the Base64 alone. */
  const bare = (pem: string) => pem.replaceAll(/-----.*-----|\s/g, '');

  test('is the same with its head and foot, without them, and with blanks from a clipboard', () => {
    expect(pemOf(bare(privateKey), 'PRIVATE KEY')).toBe(privateKey);
    expect(pemOf(`\n ${publicKey} \n`, 'PUBLIC KEY')).toBe(publicKey);
    expect(pemOf(` ${bare(publicKey).replace(/(.{50})/, '$1 \n')}`, 'PUBLIC KEY')).toBe(publicKey);
    expect(pemOf('', 'PUBLIC KEY')).toBe('-----BEGIN PUBLIC KEY-----\n\n-----END PUBLIC KEY-----\n');
  });

  test('signs letters as their bytes in UTF-8, which is how they are checked', () => {
    const signature = signRsa('余额', privateKey);
    expect(verifyRsa('余额', signature, publicKey)).toBe(true);
    expect(verifyRsa(Buffer.from('余额'), signature, publicKey)).toBe(true);
    expect(verifyRsa('余', signature, publicKey)).toBe(false);
  });
});

test('what is sealed for nothing in particular is opened without a word of what it is for', () => {
  // Sealed with the key, nonce and text below by `createCipheriv('aes-256-gcm')`, without additional data.
  const apiV3Key = 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb';
  expect(
    openSealed({ ciphertext: 'ulwSiIajGD67gezRtn6Po6bwHBkBbko=', nonce: 'uluk4a9R25RW' }, apiV3Key),
  ).toBe('message');
});
