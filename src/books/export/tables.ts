import { parties } from '../../../contract/words/words.ts';
import { wallClock } from '../../shared/local-time.ts';
import { ownOf } from '../../shared/own.ts';
import type { MonthItem } from '../close/month-store.ts';
import type { RevenueDay } from '../close/revenue.ts';
import { linesOf } from '../close/split.ts';
import type { Reconciliation } from '../reconcile/reconciliation-store.ts';
import type { Column, ColumnType, Row } from './csv.ts';

const column = (name: string, type: ColumnType = 'text'): Column => ({ name, type });
const money = (name: string): Column => column(`${name} (元)`, 'money');

/** The columns of every file, in order; what they mean is written in docs/books.md. */
export const columns = {
  statements: [
    column('月份 month'),
    column('户 household'),
    column('楼 building'),
    column('单元 unit'),
    column('类型 kind'),
    column('归属日 day'),
    column('记账时间 booked at'),
    column('属于月份 belongs to'),
    column('开始 began'),
    column('结束 ended'),
    column('车棚 facility'),
    column('充电口 port'),
    column('电量 energy (kWh)', 'energy'),
    money('电费 electricity'),
    money('服务费 service'),
    money('余额变动 balance change'),
    money('欠款变动 owed change'),
    money('余额 balance'),
    money('欠款 owed'),
    column('账单码 receipt'),
    column('电价版本 tariff'),
    column('摘要 memo'),
    column('说明 remarks'),
  ],
  revenue: [
    column('月份 month'),
    column('归属日 day'),
    column('属于月份 belongs to'),
    column('车棚 facility'),
    column('车棚名 facility name'),
    column('电价版本 tariff'),
    column('项目 line'),
    column('电量 energy (kWh)', 'energy'),
    money('收入 revenue'),
  ],
  split: [
    column('月份 month'),
    column('项目 line'),
    money('收入 revenue'),
    column('分成方 party'),
    column('千分比 permille', 'count'),
    money('分成 share'),
    column('规则起始月 rule from'),
  ],
  reconciliation: [
    column('月份 month'),
    column('支付渠道 provider'),
    column('差异 difference'),
    column('类型 kind'),
    column('单号 number'),
    money('渠道账单 bill'),
    money('本方账 ledger'),
    money('差额 difference'),
    column('账单日 bill days'),
    column('记账日 ledger days'),
  ],
  ledger: [
    column('月份 month'),
    column('归属日 day'),
    column('记账时间 booked at'),
    column('属于月份 belongs to'),
    column('事项 kind'),
    column('凭证 entry'),
    column('借 debit'),
    column('贷 credit'),
    money('金额 amount'),
    column('摘要 memo'),
  ],
} as const satisfies Record<string, readonly Column[]>;

/** A moment as the clock in the estate showed it, to the minute. */
export function localTime(atMs: number, timeZone: string): string {
  const { date, minute } = wallClock(atMs, timeZone);
  const two = (number: number) => number.toString().padStart(2, '0');
  return `${date} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

export function revenueRows({ month, facilities }: MonthItem, days: readonly RevenueDay[]): Row[] {
  return days.flatMap(({ day, cells }) =>
    cells.map(({ facilityId, tariffVersion, line, energyWh, amountFen }): Row => {
      const belongsTo = day.startsWith(month) ? '' : day.slice(0, 'YYYY-MM'.length);
      const name = ownOf(facilities, facilityId)?.zh ?? '';
      return [month, day, belongsTo, facilityId, name, tariffVersion, line, energyWh, amountFen];
    }),
  );
}

export function splitRows({ month, split }: MonthItem): Row[] {
  if (split === undefined) return [];
  return linesOf(split).flatMap(({ line, totalFen, shares, parts }) =>
    parties.map((party): Row => {
      return [month, line, totalFen, party, shares[party], parts[party], split.ruleFromMonth ?? ''];
    }),
  );
}

/** One row for the sum of each provider, and one for each difference. */
export function reconciliationRows(results: readonly Reconciliation[]): Row[] {
  return results.flatMap((result): Row[] => {
    const { month, provider, billFen, ledgerFen, differenceFen, differences, missingDays } = result;
    const missing = missingDays.length === 0 ? '' : `no bill of ${missingDays.join(' ')}`;
    return [
      [month, provider, 'sum', '', '', billFen, ledgerFen, differenceFen, missing, ''],
      ...differences.map(({ difference, kind, number, billDays, ledgerDays, ...fen }): Row => {
        const apart = fen.billFen - fen.ledgerFen;
        const days = [billDays.join(' '), ledgerDays.join(' ')];
        return [month, provider, difference, kind, number, fen.billFen, fen.ledgerFen, apart, ...days];
      }),
    ];
  });
}
