import { DomainError } from '../shared/errors.ts';
import { parseBeijingTime } from './beijing-time.ts';
import type { ProviderName } from './provider.ts';
import { fenOf } from './yuan.ts';

/** One line of a provider's bill: what it moved, on its own word. */
export interface BillLine {
  readonly orderId: string;
  /** Our number of the refund; absent for a payment. */
  readonly refundId?: string | undefined;
  readonly kind: 'payment' | 'refund';
  /** Always positive. */
  readonly amountFen: number;
  /** Of a refund: when it was accepted. */
  readonly atMs: number;
}

/**
 * The lines of a day's bill as `downloadBill` gives it, in the file's order. Columns are found by their names, since
 * both providers say that they may add some. Throws `provider-refused` for a file that cannot be read in full: a
 * line that is skipped would look like money that is missing.
 */
export function parseBill(provider: ProviderName, text: string): BillLine[] {
  const rows = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  return provider === 'wechat-pay' ? wechatPayLines(rows) : alipayLines(rows);
}

/**
 * https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html: every field of a line begins with a
 * backtick, and commas stand between them; two rows with the day's sums end the file.
 */
function wechatPayLines(rows: readonly string[]): BillLine[] {
  const [head, ...lines] = rows;
  if (head === undefined) return [];
  const columns = head.split(',');
  const sums = lines.findIndex((line) => line.startsWith('总交易单数'));
  if (sums < 0) throw unreadable('it has no sums: it is cut off');
  return lines.slice(0, sums).map((line) => {
    const cells = line.replace(/^`/, '').split(',`');
    const cell = named(columns, cells);
    if (cell('货币种类') !== 'CNY')
      throw new DomainError('currency-unknown', `A line is in ${cell('货币种类')}`);
    const isRefund = cell('交易状态') === 'REFUND' || cell('交易状态') === 'REVOKED';
    return {
      orderId: cell('商户订单号'),
      ...(isRefund ? { refundId: cell('商户退款单号') } : {}),
      kind: isRefund ? 'refund' : 'payment',
      // What the payer paid and asked back: vouchers of WeChat Pay come to the merchant just the same.
      amountFen: Math.abs(fenOf(cell(isRefund ? '申请退款金额' : '订单金额'))),
      atMs: timeOf(cell('交易时间')),
    };
  });
}

/** https://opendocs.alipay.com/open/204/106262: lines in between of rows that begin with `#`, fields padded with tabs. */
function alipayLines(rows: readonly string[]): BillLine[] {
  if (rows.length === 0) return [];
  const content = rows.filter((row) => !row.startsWith('#'));
  if (!rows.some((row) => row.includes('业务明细列表结束'))) throw unreadable('it has no end: it is cut off');
  const [head, ...lines] = content;
  if (head === undefined) return [];
  const columns = head.split(',').map((column) => column.trim());
  return lines.map((line) => {
    const cells = line.split(',').map((value) => value.trim());
    const cell = named(columns, cells);
    const isRefund = cell('业务类型') === '退款';
    if (!isRefund && cell('业务类型') !== '交易') throw unreadable(`it has a line ${cell('业务类型')}`);
    return {
      orderId: cell('商户订单号'),
      ...(isRefund ? { refundId: cell('退款批次号/请求号') } : {}),
      kind: isRefund ? 'refund' : 'payment',
      amountFen: Math.abs(fenOf(cell('订单金额（元）'))),
      atMs: timeOf(cell('完成时间')),
    };
  });
}

function named(columns: readonly string[], cells: readonly string[]): (column: string) => string {
  if (cells.length !== columns.length)
    throw unreadable(`a line has ${cells.length} fields, not ${columns.length}`);
  return (column) => {
    const value = cells[columns.indexOf(column)];
    if (value === undefined) throw unreadable(`it has no column ${column}`);
    return value;
  };
}

function timeOf(text: string): number {
  const atMs = parseBeijingTime(text);
  if (atMs === undefined) throw unreadable(`${text} is no time`);
  return atMs;
}

const unreadable = (why: string) => new DomainError('provider-refused', `The bill cannot be read: ${why}`);
