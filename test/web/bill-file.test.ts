import { describe, expect, test } from 'vitest';
import { alipayBill, wechatPayBill } from '../../local/provider/bills.ts';
import type { Trade } from '../../local/provider/trades.ts';
import { billOfArchive } from '../../src/payments/bill-archive.ts';
import { type BillFile, problemInMonth, readBillFile } from '../../web/src/month/bill-file.ts';

// Files as the providers write them, and what the page makes of them before it sends them.

const trade = (provider: Trade['provider']): Trade => ({
  ...{ provider, orderId: 'P1', amountFen: 2000, description: '充值', expiresAtMs: 0, notifyUrl: '' },
  ...{ token: 't', state: 'paid', transactionId: '42', refunds: [] },
  paidAtMs: Date.parse('2026-03-05T22:00:00+08:00'),
});
const merchant = { appId: 'wx1', merchantId: '1900000109' };
const utf8 = (text: string) => new TextEncoder().encode(text);
const wechat = wechatPayBill([trade('wechat-pay')], merchant, '2026-03-05');
const archive = alipayBill([trade('alipay')], '2088000000000001', '2026-03-05') ?? Buffer.alloc(0);
const alipay = billOfArchive(archive);

describe('the day of a bill', () => {
  test('is found in its lines, whatever the file is called', () => {
    const file = readBillFile('download (3).csv', utf8(wechat), 'wechat-pay');
    expect(file).toEqual({ name: 'download (3).csv', text: wechat, day: '2026-03-05', problem: undefined });
  });

  test.each([
    ['[2026-03-05 00:00:00]   终止日期：[2026-03-05 23:59:59]', '2026-03-05', undefined],
    ['[2026年03月05日 00:00:00]   终止日期：[2026年03月06日 00:00:00]', '2026-03-05', undefined],
    ['[2026年02月28日 00:00:00]   终止日期：[2026年03月01日 00:00:00]', '2026-02-28', undefined],
    ['[2026年03月01日 00:00:00]   终止日期：[2026年04月01日 00:00:00]', undefined, 'several-days'],
  ])('is found in the head of Alipay’s: %s', (span, day, problem) => {
    const text = alipay.replace(/\[2026-03-05 00:00:00\].*\]/, span);
    expect(readBillFile('a.csv', utf8(text), 'alipay')).toMatchObject({ day, problem });
  });

  test.each([
    ['1900000109All2026-03-07_2026-03-07.csv', '2026-03-07', undefined],
    ['交易账单_20260307.csv', '2026-03-07', undefined],
    ['20880000000000012345_20260231.csv', undefined, undefined],
    ['账单.csv', undefined, undefined],
    ['2026-03-01_2026-03-31.csv', undefined, 'several-days'],
  ])('is taken from the name where the lines tell two: %s', (name, day, problem) => {
    const lines = wechat.split('\r\n');
    const refund = (lines[1] ?? '').replace('`2026-03-05', '`2026-03-02');
    const text = lines.toSpliced(2, 0, refund).join('\r\n');
    expect(readBillFile(name, utf8(text), 'wechat-pay')).toMatchObject({ day, problem });
  });
});

describe('what is no bill', () => {
  const gbkLetters = Uint8Array.from([0xbd, 0xbb, 0xd2, 0xd7, 0xca, 0xb1, 0xbc, 0xe4, 0x2c]);

  test.each([
    ['an archive', archive, 'alipay', 'not-csv'],
    ['a picture', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0xff, 0xff]), 'alipay', 'not-text'],
    ['another table', utf8('name,amount\r\na,1\r\n'), 'wechat-pay', 'not-a-bill'],
    ['the other provider’s bill', utf8(wechat), 'alipay', 'other-provider'],
    ['the other provider’s bill', utf8(alipay), 'wechat-pay', 'other-provider'],
    ['the file of sums', utf8('#支付宝业务汇总查询\r\n#账号：[1]\r\n'), 'alipay', 'only-sums'],
    ['half a download', utf8(wechat.slice(0, wechat.indexOf('总交易单数'))), 'wechat-pay', 'cut-off'],
    ['half a download', utf8(alipay.slice(0, alipay.indexOf('业务明细列表结束'))), 'alipay', 'cut-off'],
    ['half a download in GBK', gbkLetters, 'wechat-pay', 'cut-off'],
    ['far too much', utf8(`交易时间,${'x'.repeat(2_000_000)}`), 'wechat-pay', 'too-large'],
  ] as const)('%s is refused by name (%#)', (_, bytes, provider, problem) => {
    expect(readBillFile('2026-03-05.csv', bytes, provider).problem).toBe(problem);
  });

  test('a day of another month, or of another file, is refused', () => {
    const of = (day: string): BillFile => ({ name: `${day}.csv`, text: '', day, problem: undefined });
    const [one, same, other] = [of('2026-03-05'), of('2026-03-05'), of('2026-03-06')];
    const all = [one, same, other];
    expect(all.map((file) => problemInMonth(file, '2026-03', all))).toEqual(['twice', 'twice', undefined]);
    expect(problemInMonth(other, '2026-04', all)).toBe('other-month');
    expect(problemInMonth({ ...other, day: undefined }, '2026-04', all)).toBeUndefined();
  });
});
