import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gbk, zip } from '../../local/provider/archive.ts';
import { parseBill } from '../../src/payments/bill.ts';
import { billOfArchive } from '../../src/payments/bill-archive.ts';
import { fenOf, yuanOf } from '../../src/payments/yuan.ts';
import { DomainError } from '../../src/shared/errors.ts';

const head =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
/** Published by WeChat: https://developers.weixin.qq.com/minigame/dev/wxcloudrun/src/development/pay/order/bill.md */
const payment =
  '`2022-03-21 13:51:31,`wxfdc955f7104ad557,`180023671,`176531292,`,`420000612032130748613220688,`2021WERUN1647840687637,`oZWaCKXip5njeEiloC4oeOV1TTsk,`JSAPI,`SUCCESS,`OTHERS,`CNY,`0.01,`0.00,`0,`0,`0.00,`0.00,`,`,`微信云托管支付测试,`,`0.00000,`0.90%,`0.01,`0.00,`';
const refund =
  '`2022-03-21 14:00:00,`wxfdc955f7104ad557,`180023671,`176531292,`,`420000612032130748613220688,`2021WERUN1647840687637,`oZWaCKXip5njeEiloC4oeOV1TTsk,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5030,`R1,`0.01,`0.00,`ORIGINAL,`SUCCESS,`a name, with a comma,`,`-0.00600,`0.90%,`0.00,`0.01,`';
const sums =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n`12,`0.06,`0.06,`0.00,`0.00000,`0.06,`0.06';

describe('a bill of WeChat Pay', () => {
  test('is read, payments and refunds', () => {
    const orderId = '2021WERUN1647840687637';
    expect(parseBill('wechat-pay', `${head}\n${payment}\n${refund}\n${sums}\n`)).toEqual([
      { orderId, kind: 'payment', amountFen: 1, atMs: Date.UTC(2022, 2, 21, 5, 51, 31) },
      { orderId, refundId: 'R1', kind: 'refund', amountFen: 1, atMs: Date.UTC(2022, 2, 21, 6, 0, 0) },
    ]);
  });

  test('of no movements is empty', () => {
    expect(parseBill('wechat-pay', '')).toEqual([]);
    expect(parseBill('wechat-pay', `${head}\r\n${sums}\r\n`)).toEqual([]);
  });

  const whole = `${head}\n${payment}\n${sums}`;
  const withoutOrder = whole.replace('商户订单号', '其他');
  test.each([
    ['is cut off', `${head}\n${payment}\n`, 'provider-refused'],
    ['has a line that is cut off', `${head}\n${payment.slice(0, 80)}\n${sums}`, 'provider-refused'],
    ['has no column that is needed', withoutOrder, 'provider-refused'],
    ['is in dollars', `${head}\n${payment.replace('`CNY', '`USD')}\n${sums}`, 'currency-unknown'],
    ['has parts of a fen', whole.replace('0.90%,`0.01', '0.90%,`0.011'), 'money-invalid'],
    ['has no time', `${head}\n${payment.replace('13:51:31', 'noon')}\n${sums}`, 'provider-refused'],
  ])('that %s is refused', (_, text, error) => {
    expect(() => parseBill('wechat-pay', text)).toThrow(expect.objectContaining({ error }));
  });
});

/** As https://opendocs.alipay.com/open/204/106262 describes it: fields end with a tab. */
const alipayBill = [
  '#支付宝业务明细查询',
  '#账号：[2088000000000001]',
  '#起始日期：[2016年01月01日 00:00:00]   终止日期：[2016年01月02日 00:00:00]',
  '#-----------------------------------------业务明细列表----------------------------------------',
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注',
  '2016010121001\t,P1\t,交易\t,充值\t,2016-01-01 10:00:00\t,2016-01-01 10:00:05\t,\t,\t,\t,\t,a***@b.c\t,88.88\t,88.88\t,0.00\t,0.00\t,0.00\t,0.00\t,0.00\t,\t,0.00\t,0.00\t,\t,-0.53\t,0.00\t,\t',
  '2016010121001\t,P1\t,退款\t,充值\t,2016-01-01 10:00:00\t,2016-01-01 11:00:00\t,\t,\t,\t,\t,a***@b.c\t,-8.80\t,-8.80\t,0.00\t,0.00\t,0.00\t,0.00\t,0.00\t,\t,0.00\t,0.00\t,R1\t,0.00\t,0.00\t,\t',
  '#-----------------------------------------业务明细列表结束------------------------------------',
  '#交易合计：1笔，商家实收共88.88元，商家优惠共0.00元',
  '#退款合计：1笔，商家实收退款共-8.80元，商家优惠退款共0.00元',
].join('\r\n');

/** What comes of it, or the name of the error. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch (error) {
    return error instanceof DomainError ? error.error : String(error);
  }
}

describe('a bill of Alipay', () => {
  const lines = [
    { orderId: 'P1', kind: 'payment', amountFen: 8888, atMs: Date.UTC(2016, 0, 1, 2, 0, 5) },
    { orderId: 'P1', refundId: 'R1', kind: 'refund', amountFen: 880, atMs: Date.UTC(2016, 0, 1, 3) },
  ];

  test('is read, payments and refunds', () => {
    expect(parseBill('alipay', alipayBill)).toEqual(lines);
    expect(parseBill('alipay', '')).toEqual([]);
  });

  test('is found in its archive, in GBK, and not its sums', () => {
    const archive = zip([
      { name: gbk('2088_20160101_业务明细(汇总).csv'), content: gbk('#支付宝业务汇总查询') },
      { name: gbk('2088_20160101_业务明细.csv'), content: gbk(alipayBill) },
    ]);
    expect(parseBill('alipay', billOfArchive(archive))).toEqual(lines);
    const cut = [archive.subarray(0, -1), archive.subarray(100)];
    for (const broken of [Buffer.alloc(0), ...cut, Buffer.alloc(64, 0x50), zip([])])
      expect(() => billOfArchive(broken)).toThrow(expect.objectContaining({ error: 'provider-refused' }));
  });

  test('in an archive that was damaged on its way is refused by name, wherever the damage is', () => {
    const archive = zip([
      { name: gbk('2088_20160101_业务明细.csv'), content: gbk(alipayBill) },
      { name: gbk('2088_20160101_业务明细(汇总).csv'), content: gbk('#支付宝业务汇总查询') },
    ]);
    const whole = billOfArchive(archive);
    for (let at = 0; at < archive.length; at += 1) {
      const damaged = Buffer.from(archive);
      damaged[at] = (damaged[at] ?? 0) ^ 0x11;
      const read = attempt(() => billOfArchive(damaged));
      expect([whole, 'provider-refused'], `byte ${at}`).toContain(read);
    }
  });

  test('in an archive as a real packer makes it, packed and with times, is read to the last line', () => {
    // zip 3.0, two files of 2 January 2016: the sum is stored, the lines are deflated.
    const archive = readFileSync(join(import.meta.dirname, 'fixtures/alipay-bill.zip'));
    expect(archive.readUInt16LE(archive.indexOf(Buffer.from('PK\u0001\u0002')) + 10)).toBe(0);
    expect(archive.readUInt16LE(archive.lastIndexOf(Buffer.from('PK\u0001\u0002')) + 10)).toBe(8);
    const lines = parseBill('alipay', billOfArchive(archive));
    expect(lines).toHaveLength(40);
    const amounts = Array.from({ length: 40 }, (_, at) => at * 100 + 150);
    expect(lines.map(({ amountFen }) => amountFen)).toEqual(amounts);
    const atMs = Date.UTC(2016, 0, 1, 2, 0, 9);
    expect(lines[0]).toEqual({ orderId: `P${'0'.repeat(31)}`, kind: 'payment', amountFen: 150, atMs });
    const damaged = Buffer.from(archive);
    damaged[500] = (damaged[500] ?? 0) ^ 0x11;
    expect(attempt(() => billOfArchive(damaged))).toBe('provider-refused');
  });

  test('that is cut off, or has a line of another kind, is refused', () => {
    const refused = expect.objectContaining({ error: 'provider-refused' });
    expect(() => parseBill('alipay', alipayBill.split('业务明细列表结束')[0] ?? '')).toThrow(refused);
    expect(() => parseBill('alipay', alipayBill.replace(',交易\t', ',转账\t'))).toThrow(refused);
  });
});

describe('yuan', () => {
  test.each([
    [0, '0.00'],
    [1, '0.01'],
    [99, '0.99'],
    [100, '1.00'],
    [123456, '1234.56'],
    [-880, '-8.80'],
    [2 ** 53 - 1, '90071992547409.91'],
  ])('%i fen are %s', (fen, yuan) => expect(yuanOf(fen)).toBe(yuan));

  test.each([
    ['88.88', 8888],
    ['0.1', 10],
    ['7', 700],
    ['0.29', 29],
    ['1.10', 110],
    ['-0.00', 0],
    ['-8.80', -880],
    ['0.00000', 0],
  ])('%s are %i fen', (yuan, fen) => expect(fenOf(yuan)).toBe(fen));

  test.each(['', '1.005', '1e3', '1,000.00', '٣', 'NaN', '0x10', '1.', '.5'])('%j is no amount', (yuan) =>
    expect(() => fenOf(yuan)).toThrow(expect.objectContaining({ error: 'money-invalid' })),
  );
});
