import { describe, expect, test } from 'vitest';
import { merchantSecret, openKeys } from '../../local/provider/keys.ts';
import { parseBill } from '../../src/payments/bill.ts';
import { merchantsIn } from '../../src/payments/merchant.ts';
import { fenOf, yuanOf } from '../../src/payments/yuan.ts';

const atMs = Date.UTC(2026, 10, 23, 11);

/** A table of a bill: the head, and each line by the names of its columns. */
const table = (
  columns: readonly string[],
  lines: readonly Readonly<Record<string, string>>[],
  cell: (text: string) => string,
) => [columns.join(','), ...lines.map((line) => columns.map((column) => cell(line[column] ?? '')).join(','))];

describe('a bill of WeChat Pay', () => {
  const columns =
    '商户退款单号,交易时间,新的一列,商户订单号,交易状态,货币种类,应结订单金额,退款金额,订单金额,申请退款金额'.split(
      ',',
    );
  const line = {
    ...{ 商户退款单号: 'R1', 交易时间: '2026-11-23 19:00:00', 商户订单号: 'P1', 交易状态: 'SUCCESS' },
    货币种类: 'CNY',
    // What a voucher of WeChat Pay has paid of it comes to the merchant too.
    ...{ 应结订单金额: '9.00', 退款金额: '3.00', 订单金额: '10.05', 申请退款金额: '4.00' },
  };
  const bill = (lines: readonly Readonly<Record<string, string>>[], named = columns) =>
    [...table(named, lines, (text) => `\`${text}`), '总交易单数,订单总金额', '`9,`0.00'].join('\n');
  const refunded = { orderId: 'P1', refundId: 'R1', kind: 'refund', amountFen: 400, atMs };

  test.each<[string, object]>([
    ['SUCCESS', { orderId: 'P1', kind: 'payment', amountFen: 1005, atMs }],
    ['REFUND', refunded],
    ['REVOKED', refunded],
  ])('says of a line that is %s whose it is, what was paid or asked back, and when', (state, read) => {
    expect(parseBill('wechat-pay', bill([{ ...line, 交易状态: state }]))).toEqual([read]);
  });

  test('is read with a mark of bytes, with blank lines, and with commas in its fields', () => {
    const back = { ...line, 交易状态: 'REFUND' };
    const text = bill([{ ...back, 新的一列: 'a,b' }, back]);
    const read = parseBill('wechat-pay', `\uFEFF${text.replaceAll('\n', '\r\n \r\n')}`);
    expect(read).toEqual([refunded, refunded]);
  });

  const withoutCurrency = columns.filter((name) => name !== '货币种类');
  const tooMany = bill([line]).replace('`P1', '`P1,`P2');
  const refused = 'provider-refused';
  test.each<[string, string, string, string]>([
    ['a field too many', tooMany, refused, 'a line has 11 fields, not 10'],
    ['a field too few', bill([line]).replace('`R1,', ''), refused, 'a line has 9 fields, not 10'],
    ['no currency', bill([line], withoutCurrency), refused, 'it has no column 货币种类'],
    ['another currency', bill([{ ...line, 货币种类: 'HKD' }]), 'currency-unknown', 'A line is in HKD'],
    ['no moment', bill([{ ...line, 交易时间: 'noon' }]), refused, 'noon is no time'],
    ['only its head', columns.join(','), refused, 'it has no sums: it is cut off'],
  ])('with %s is not read, and whoever looks into it is told why', (_, text, error, why) => {
    expect(() => parseBill('wechat-pay', text)).toThrow(
      expect.objectContaining({ error, message: expect.stringContaining(why) }),
    );
  });
});

describe('a bill of Alipay', () => {
  const columns =
    '商户订单号,业务类型,创建时间,完成时间,订单金额（元）,商家实收（元）,退款批次号/请求号'.split(',');
  const line = {
    ...{ 商户订单号: 'P1', 业务类型: '交易', 创建时间: '2026-11-23 18:59:00' },
    完成时间: '2026-11-23 19:00:00',
    ...{ '订单金额（元）': '10.05', '商家实收（元）': '9.00', '退款批次号/请求号': 'R1' },
  };
  const end = '#-----业务明细列表结束-----';
  const bill = (lines: readonly Readonly<Record<string, string>>[], last = end) =>
    ['#支付宝', ...table(columns, lines, (text) => `${text}\t`), last].join('\n');

  test('says whose it is, what was paid or paid back, and when it was done', () => {
    const back = { ...line, 业务类型: '退款', '订单金额（元）': '-4.00' };
    expect(parseBill('alipay', bill([line, back]))).toEqual([
      { orderId: 'P1', kind: 'payment', amountFen: 1005, atMs },
      { orderId: 'P1', refundId: 'R1', kind: 'refund', amountFen: 400, atMs },
    ]);
  });

  test('is read with blanks around the names of its columns, and not with a line of another kind', () => {
    const padded = bill([line]).replace(columns.join(','), columns.map((name) => ` ${name}\t`).join(','));
    expect(parseBill('alipay', padded)).toHaveLength(1);
    expect(() => parseBill('alipay', bill([{ ...line, 业务类型: '转账' }]))).toThrow(/it has a line 转账$/);
  });

  test('of a day without movements is empty, but not one that is cut off', () => {
    expect(parseBill('alipay', bill([]))).toEqual([]);
    expect(parseBill('alipay', `#支付宝\n${end}`)).toEqual([]);
    expect(parseBill('alipay', ' \n')).toEqual([]);
    for (const cut of ['#支付宝', bill([line], '#支付宝')])
      expect(() => parseBill('alipay', cut)).toThrow(expect.objectContaining({ error: 'provider-refused' }));
  });
});

describe('yuan', () => {
  test.each([
    [5, '0.05'],
    [-5, '-0.05'],
    [10, '0.10'],
    [-100, '-1.00'],
  ])('%i fen are written %s', (fen, yuan) => {
    expect(yuanOf(fen)).toBe(yuan);
    expect(fenOf(yuan)).toBe(fen);
  });

  test.each<[string, number]>([
    [' 1.5\t', 150],
    ['+1.50000', 150],
    ['-0', 0],
    ['9999999999999.99', 999_999_999_999_999],
  ])('%j is %i fen', (yuan, fen) => {
    expect(Object.is(fenOf(yuan), fen)).toBe(true);
  });

  test.each(['10000000000000', '--1', '1.2.3', ' ', '1.001', 'x1', '1x', '1 1'])(
    '%j is no amount',
    (yuan) => {
      expect(() => fenOf(yuan)).toThrow(expect.objectContaining({ error: 'money-invalid' }));
    },
  );
});

describe('a merchant', () => {
  const { wechatPay, alipay } = JSON.parse(merchantSecret(openKeys(undefined)));

  const membersOf = (name: string, ...members: string[]) =>
    members.map((member): [string, string] => [name, member]);
  test.each<[string, string]>([
    ...membersOf('wechatPay', 'appId', 'merchantId', 'serialNumber', 'privateKey'),
    ...membersOf('alipay', 'appId', 'sellerId', 'privateKey', 'publicKey'),
  ])('%s without %s cannot be used, and the place is named', (name, member) => {
    const whole: Record<string, object> = { wechatPay, alipay };
    for (const [code, value] of Object.entries({ too_small: '', invalid_type: undefined })) {
      const changed = { ...whole, [name]: { ...whole[name], [member]: value } };
      const { merchants, unusable } = merchantsIn(JSON.stringify(changed));
      expect(Object.keys(merchants)).toEqual(Object.keys(whole).filter((other) => other !== name));
      expect(unusable).toEqual([`${name}.${member}: ${code}`]);
    }
  });

  test.each([
    ['apiV3Key', 'x'.repeat(31), 'apiV3Key: invalid_format'],
    ['apiV3Key', 'x'.repeat(33), 'apiV3Key: invalid_format'],
    ['platformKeys', undefined, 'platformKeys: invalid_type'],
    ['platformKeys', { A: '' }, 'platformKeys.A: too_small'],
  ])('of WeChat Pay whose %s is %j cannot be used', (member, value, place) => {
    const secret = JSON.stringify({ wechatPay: { ...wechatPay, [member]: value } });
    expect(merchantsIn(secret)).toEqual({ merchants: {}, unusable: [`wechatPay.${place}`] });
  });
});
