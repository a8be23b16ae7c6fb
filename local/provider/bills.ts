import { gbk, zip } from './archive.ts';
import { beijing, type ProviderName, type Trade, yuan } from './trades.ts';

/** What was moved on one day: a payment, or a refund that was accepted. */
interface Moved {
  readonly trade: Trade;
  readonly atMs: number;
  readonly amountFen: number;
  readonly refundId?: string;
}

function movedOn(trades: readonly Trade[], provider: ProviderName, day: string): Moved[] {
  const moved = trades.flatMap((trade): Moved[] =>
    trade.provider !== provider || trade.paidAtMs === undefined
      ? []
      : [
          { trade, atMs: trade.paidAtMs, amountFen: trade.amountFen },
          ...trade.refunds
            .filter(({ state }) => provider === 'wechat-pay' || state === 'succeeded')
            .map(({ refundId, amountFen, atMs }) => ({ trade, atMs, amountFen, refundId })),
        ],
  );
  return moved.filter(({ atMs }) => beijing(atMs).startsWith(day)).sort((a, b) => a.atMs - b.atMs);
}

const sum = (moved: readonly Moved[], refunds: boolean): number =>
  moved.reduce(
    (total, { amountFen, refundId }) => total + ((refundId !== undefined) === refunds ? amountFen : 0),
    0,
  );

const wechatPayColumns =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const wechatPaySums =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';

/** The day's tradebill, type ALL; empty when nothing was moved. Fees are 0. */
export function wechatPayBill(
  trades: readonly Trade[],
  { appId, merchantId }: { readonly appId: string; readonly merchantId: string },
  day: string,
): string {
  const moved = movedOn(trades, 'wechat-pay', day);
  if (moved.length === 0) return '';
  const lines = moved.map(({ trade, atMs, amountFen, refundId }) => {
    const isRefund = refundId !== undefined;
    const paid = isRefund ? '0.00' : yuan(amountFen);
    const back = isRefund ? yuan(amountFen) : '0.00';
    return [
      ...[beijing(atMs), appId, merchantId, '0', '', trade.transactionId ?? '', trade.orderId, 'payer'],
      ...['NATIVE', isRefund ? 'REFUND' : 'SUCCESS', 'OTHERS', 'CNY', paid, '0.00'],
      ...[isRefund ? `50${atMs}` : '0', refundId ?? '0', back, '0.00'],
      ...[isRefund ? 'ORIGINAL' : '', isRefund ? 'SUCCESS' : '', trade.description, ''],
      ...['0.00000', '0.00%', paid, back, ''],
    ];
  });
  const sums = [sum(moved, false), sum(moved, true)].map(yuan);
  const [paid = '', back = ''] = sums;
  const last = [String(moved.length), paid, back, '0.00', '0.00000', paid, back];
  const marked = (fields: readonly string[]) => fields.map((field) => `\`${field}`).join(',');
  return `${[wechatPayColumns, ...lines.map(marked), wechatPaySums, marked(last)].join('\r\n')}\r\n`;
}

const alipayColumns =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const alipaySums =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）';

/** The day's archive of bill type trade: its lines and their sums, both in GBK. Undefined when nothing was moved. */
export function alipayBill(trades: readonly Trade[], sellerId: string, day: string): Buffer | undefined {
  const moved = movedOn(trades, 'alipay', day);
  if (moved.length === 0) return undefined;
  const lines = moved.map(({ trade, atMs, amountFen, refundId }) => {
    const amount = refundId === undefined ? yuan(amountFen) : `-${yuan(amountFen)}`;
    return [
      ...[trade.transactionId ?? '', trade.orderId, refundId === undefined ? '交易' : '退款'],
      ...[trade.description, beijing(trade.paidAtMs ?? atMs), beijing(atMs), '', '', '', '', 'pay***@local'],
      ...[amount, amount, '0.00', '0.00', '0.00', '0.00', '0.00', '', '0.00', '0.00'],
      ...[refundId ?? '', '0.00', '0.00', ''],
    ]
      .map((field) => `${field}\t`)
      .join(',');
  });
  const refunds = moved.filter(({ refundId }) => refundId !== undefined).length;
  const [paid, back] = [sum(moved, false), sum(moved, true)];
  const head = (title: string) => [
    `#支付宝业务${title}查询`,
    `#账号：[${sellerId}]`,
    `#起始日期：[${day} 00:00:00]   终止日期：[${day} 23:59:59]`,
  ];
  const text = (rows: readonly string[]) => gbk(`${rows.join('\r\n')}\r\n`);
  const name = (title: string) => gbk(`${sellerId}_${day.replaceAll('-', '')}_业务明细${title}.csv`);
  const rule = (title: string) => `#-----------------------------------------业务${title}列表`;
  const net = `${paid < back ? '-' : ''}${yuan(Math.abs(paid - back))}`;
  return zip([
    {
      name: name(''),
      content: text([
        ...head('明细'),
        `${rule('明细')}----------------------------------------`,
        alipayColumns,
        ...lines,
        `${rule('明细')}结束------------------------------------`,
        `#交易合计：${moved.length - refunds}笔，商家实收共${yuan(paid)}元，商家优惠共0.00元`,
        `#退款合计：${refunds}笔，商家实收退款共-${yuan(back)}元，商家优惠退款共0.00元`,
      ]),
    },
    {
      name: name('(汇总)'),
      content: text([
        ...head('汇总'),
        alipaySums,
        `合计\t,\t,${moved.length - refunds},${refunds},${net},${net},0.00,0.00,0.00,0.00,0.00,${net}`,
      ]),
    },
  ]);
}
