import { createSign, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { gbk } from '../../local/provider/archive.ts';
import { openAnswer, openForm } from '../../src/payments/alipay-signature.ts';
import { decoded } from '../../src/payments/charset.ts';

// Signatures are over the bytes that came, in whatever charset; letters are made of them afterwards.

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const sign = (bytes: Uint8Array) => createSign('RSA-SHA256').update(bytes).sign(privateKey, 'base64');
const utf8 = (text: string) => Buffer.from(text);

type Writing = (bytes: Buffer) => string;
const hex = (byte: number) => byte.toString(16).padStart(2, '0');
const isPlain = (byte: number) => /[\w.*-]/.test(String.fromCharCode(byte));
const upper: Writing = (bytes) =>
  [...bytes].map((it) => (isPlain(it) ? String.fromCharCode(it) : `%${hex(it).toUpperCase()}`)).join('');
const lower: Writing = (bytes) =>
  [...bytes]
    .map((it) => (it === 0x20 ? '+' : isPlain(it) ? String.fromCharCode(it) : `%${hex(it)}`))
    .join('');
/** Only what would be taken for something else. */
const raw: Writing = (bytes) =>
  bytes.toString('latin1').replaceAll(/[%&+=]/g, (sign) => `%${hex(sign.charCodeAt(0))}`);
/** Every byte by its number, letters too. */
const every: Writing = (bytes) => [...bytes].map((it) => `%${hex(it)}`).join('');

interface Made {
  readonly bytes?: (text: string) => Buffer;
  readonly written?: Writing;
}

/** A notification as Alipay makes it: in the order given, signed over its sorted members. */
function notification(
  form: Readonly<Record<string, string>>,
  { bytes = gbk, written = upper }: Made = {},
): Buffer {
  const names = Object.keys(form).sort();
  const signed = Buffer.concat(
    names.flatMap((name, index) => [utf8(`${index === 0 ? '' : '&'}${name}=`), bytes(form[name] ?? '')]),
  );
  const members = Object.entries({ ...form, sign_type: 'RSA2', sign: sign(signed) });
  const body = members.map(([name, value]) => `${name}=${written(bytes(value))}`).join('&');
  return Buffer.from(body, 'latin1');
}

const paid = { app_id: '2021', subject: '余额充值 Wallet top-up', total_amount: '10.00', charset: 'GBK' };

describe('a notification in GBK', () => {
  test('is written as Alipay writes it', () => {
    expect(notification(paid, { written: lower }).toString()).toContain(
      'subject=%d3%e0%b6%ee%b3%e4%d6%b5+Wallet+top-up&total_amount=10.00&charset=GBK',
    );
  });

  test.each([
    ['in capitals', upper],
    ['in small letters, spaces as plus', lower],
    ['not at all', raw],
    ['throughout', every],
  ])('is believed and read, its bytes escaped %s', (_, written) => {
    expect(openForm(notification(paid, { written }), publicKey)).toEqual(paid);
  });

  test.each(['GBK', 'gbk', 'Gbk', 'GB2312', 'gb-2312', 'GB18030', 'gb_18030'])(
    'that it calls %s is read',
    (charset) => {
      expect(openForm(notification({ ...paid, charset }), publicKey)).toEqual({ ...paid, charset });
      expect(openForm(notification({ ...{ charset }, ...paid, ...{ charset } }), publicKey)).toEqual({
        ...paid,
        charset,
      });
    },
  );

  test('with letters that only GB 18030 has is read', () => {
    // Four bytes each, two of them digits.
    const fourBytes = Buffer.from([0x82, 0x32, 0x8e, 0x32, 0x99, 0x30, 0x81, 0x39]);
    const subject = Buffer.concat([gbk('棚'), fourBytes]);
    const body = notification(
      { subject: 'x', charset: 'GB18030' },
      { bytes: (text) => (text === 'x' ? subject : utf8(text)), written: raw },
    );
    expect(openForm(body, publicKey)['subject']).toBe(new TextDecoder('gb18030').decode(subject));
  });

  test('that somebody has changed by one byte is not believed', () => {
    const body = notification(paid).toString('latin1').replace('%B5', '%B6');
    expect(() => openForm(Buffer.from(body, 'latin1'), publicKey)).toThrow(
      expect.objectContaining({ error: 'signature-invalid' }),
    );
  });
});

test.each(['utf-8', 'UTF-8', 'UTF8', 'Utf_8'])('a notification in %s is read', (charset) => {
  const form = { ...paid, subject: '𬭎充值 🛵', charset };
  expect(openForm(notification(form, { bytes: utf8 }), publicKey)).toEqual(form);
});

test('a notification that names no charset is in UTF-8', () => {
  const { charset: _, ...form } = paid;
  expect(openForm(notification(form, { bytes: utf8 }), publicKey)).toEqual(form);
});

test.each(['BIG5', 'constructor', 'utf-16', 'gbk2'])(
  'a notification that is signed, in the charset %s, is refused by name',
  (charset) => {
    expect(() => openForm(notification({ ...paid, charset }), publicKey)).toThrow(
      expect.objectContaining({ error: 'charset-unknown' }),
    );
  },
);

test('letters that its charset has not are shown as such, and what was paid is read', () => {
  const body = notification({ ...paid, charset: 'utf-8' }, { bytes: gbk });
  expect(openForm(body, publicKey)).toMatchObject({
    total_amount: '10.00',
    subject: expect.stringContaining('�'),
  });
});

describe('a parameter without a value', () => {
  test('is believed where it was signed', () => {
    const form = { ...paid, body: '' };
    expect(openForm(notification(form), publicKey)).toEqual(form);
  });

  test('is not read where it was not', () => {
    const body = Buffer.concat([notification(paid), utf8('&refund_fee=&trade_status')]);
    expect(openForm(body, publicKey)).toEqual(paid);
  });
});

test.each(['&total_amount=10.00', '&total%5Famount=10.00', '&charset=utf-8', '&charset='])(
  'a notification with %s besides is not believed',
  (more) => {
    expect(() => openForm(Buffer.concat([notification(paid), utf8(more)]), publicKey)).toThrow(
      expect.objectContaining({ error: 'signature-invalid' }),
    );
  },
);

describe('an answer of the gateway', () => {
  const answer = (member: Buffer, signed = member) =>
    Buffer.concat([
      utf8('{"alipay_trade_query_response":'),
      member,
      utf8(`,"sign":"${sign(signed).replaceAll('/', '\\/')}"}`),
    ]);
  const opened = (body: Buffer, charset: string) =>
    openAnswer(body, charset, 'alipay_trade_query_response', publicKey);

  // Their second bytes are } { \ and @ in ASCII.
  const letter = (second: number) => new TextDecoder('gbk').decode(Uint8Array.of(0x85, second));
  test.each(['余额', ...[0x7d, 0x7b, 0x5c, 0x40].map(letter)])(
    'in GBK with the letters %s is believed and read',
    (letters) => {
      const member = gbk(`{"code":"10000","msg":"${letters}","of":{"subject":"${letters}"}}`);
      expect(opened(answer(member), 'GBK')).toBe(
        `{"code":"10000","msg":"${letters}","of":{"subject":"${letters}"}}`,
      );
    },
  );

  test('in UTF-8 is believed and read', () => {
    const text = '{"code":"10000","msg":"余额 \\" }"}';
    expect(opened(answer(utf8(text)), 'utf-8')).toBe(text);
    expect(opened(answer(utf8(text)), '')).toBe(text);
    // In GBK the last byte of the letter and the sign behind it would be one letter.
    const close = '{"code":"10000","msg":"余\\" }"}';
    expect(opened(answer(utf8(close)), 'utf-8')).toBe(close);
  });

  test('that was changed, or is in another charset, is not taken', () => {
    const member = gbk('{"code":"10000","msg":"余额"}');
    const error = (name: string) => expect.objectContaining({ error: name });
    expect(() => opened(answer(gbk('{"code":"40004"}'), member), 'GBK')).toThrow(error('signature-invalid'));
    expect(() => opened(answer(member), 'BIG5')).toThrow(error('charset-unknown'));
    expect(() => opened(utf8('{"alipay_trade_query_response":{}}'), '')).toThrow(error('signature-invalid'));
  });
});

test('nothing is no letters, in every charset', () => {
  for (const charset of ['', 'gbk', 'gb18030', 'utf-8']) expect(decoded(Buffer.alloc(0), charset)).toBe('');
});
