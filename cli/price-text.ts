import type { Tariff } from '../contract/shapes/tariff.ts';
import type { Bill, Line, PriceRemark, SessionToPrice, Slice } from '../src/billing/bill.ts';
import { grainsOfFen, sumOf, yuanText } from '../src/billing/grains.ts';
import { notCharged } from '../src/billing/hold-limit.ts';
import { wallClock } from '../src/shared/local-time.ts';

/** What the two files say against each other; both are used as they are. */
export type FileRemark = 'tariff-not-in-force' | 'holidays-not-known';

/** A claim beside what is charged: what it is more (positive) or less than ours. */
export interface ComparedClaim {
  readonly source: string;
  readonly yuan: string;
  readonly differenceYuan: string;
}

/** A bill with what it was made of, and what is charged of it where so much was held. */
export interface Sheet {
  readonly tariff: Tariff;
  readonly session: SessionToPrice;
  readonly bill: Bill;
  readonly fileRemarks: readonly FileRemark[];
  readonly holdFen: number;
  readonly chargedFen: number;
  readonly claims: readonly ComparedClaim[];
}

const lineNames: Readonly<Record<Line['line'], string>> = {
  electricity: '电费 Electricity',
  service: '服务费 Service',
};
const sliceNames: Readonly<Record<Slice['kind'], string>> = {
  energy: '',
  time: '',
  'start-fee': '起步费 start fee',
  minimum: '最低消费 minimum',
  'up-to-minimum': '补足单次最低消费 up to the minimum of a session',
  overstay: '超时占位 overstay ',
  cap: '封顶减免 above the cap',
};
const freeNames: Readonly<Record<NonNullable<Slice['free']>, string>> = {
  'free-minutes': '免费时段 free minutes',
  minimum: '已含在最低消费内 in the minimum',
  package: '套餐抵扣 paid by package',
};
const remarkNames: Readonly<Record<PriceRemark, string>> = {
  'power-beyond-bands':
    '功率超出最高一档，按最高一档计费 power beyond the last band, charged at the last band’s price',
  'capped-per-session': '已达单次封顶 the cap of a session was reached',
  'capped-per-day': '已达当日封顶 the cap of a day was reached',
};
const fileRemarkNames: Readonly<Record<FileRemark, string>> = {
  'tariff-not-in-force': '充电开始时该电价方案尚未生效 the tariff was not in force when the session began',
  'holidays-not-known':
    '日历中没有该年的节假日，均按星期计价 the calendar has no holidays of this year: charged by the day of the week',
};

/** A bill for a person, in lines: every slice with its start, end, quantity, price and amount. */
export function billText(sheet: Sheet): string[] {
  const { tariff, session, bill, claims } = sheet;
  const { readings } = session;
  const first = readings[0];
  const last = readings.at(-1);
  const at = (atMs: number) => localTime(tariff, atMs);
  return [
    `电价方案 Tariff  ${tariff.tariffVersion} (${tariff.timeZone})`,
    `充电 Session     ${at(first?.atMs ?? 0)} – ${at(last?.atMs ?? 0)}, ${last?.energyWh ?? 0} Wh`,
    ...bill.lines.flatMap((line) => ['', ...lineText(tariff, line)]),
    '',
    `合计 Total  ${yuanOf(bill.totalFen)} 元 yuan`,
    ...chargedText(sheet),
    ...bill.remarks.map((remark) => `备注 Remark  ${remarkNames[remark]}`),
    ...heldText(sheet),
    ...sheet.fileRemarks.map((remark) => `备注 Remark  ${fileRemarkNames[remark]}`),
    ...claims.map(
      ({ source, yuan, differenceYuan }) =>
        `对照 Claim  ${source}: ${yuan} 元 yuan (${differenceYuan.startsWith('-') ? '' : '+'}${differenceYuan})`,
    ),
  ];
}

const yuanOf = (fen: number): string => yuanText(grainsOfFen(fen), 2);

/** What is taken off the total, where the hold limits it. */
function chargedText({ bill: { totalFen }, chargedFen }: Sheet): string[] {
  const deduction = notCharged({ totalFen, chargedFen });
  if (deduction === undefined) return [];
  return [
    `不收取 Not charged  ${yuanOf(deduction.amountFen)} 元 yuan`,
    `实收 Charged  ${yuanOf(chargedFen)} 元 yuan`,
  ];
}

function heldText({ bill: { totalFen }, chargedFen, holdFen }: Sheet): string[] {
  if (chargedFen === totalFen) return [];
  const held = yuanOf(holdFen);
  return [`备注 Remark  超过预扣 ${held} 元的部分不收取 limited to what was held, ${held} yuan`];
}

function lineText(tariff: Tariff, { line, slices, amountFen }: Line): string[] {
  // A tariff of time alone has no electricity, and a session that never began has nothing at all.
  if (slices.length === 0) return [`${lineNames[line]}  — (无 none)`];
  const rows = slices.map((slice) => [description(tariff, slice), yuanText(slice.amountGrains, 6)] as const);
  const sum = ['合计 sum', yuanText(sumOf(slices), 4)] as const;
  const width = Math.max(...[...rows, sum].map(([text]) => shownWidth(text)));
  const row = ([text, amount]: readonly [string, string]) =>
    `  ${text}${' '.repeat(width - shownWidth(text))}  ${amount.padStart(12)}`;
  return [
    `${lineNames[line]}  ${yuanOf(amountFen)} 元 yuan`,
    ...rows.map(row),
    `${row(sum)} → ${yuanOf(amountFen)}`,
  ];
}

function description(tariff: Tariff, slice: Slice): string {
  const { kind, per, fromMs, toMs, energyWh, priceMilliYuan, measured, free } = slice;
  const reason = free === undefined ? '' : `  ${freeNames[free]}`;
  if (per === 'once') return `${sliceNames[kind]}${reason}`;
  const ends = `${localTime(tariff, fromMs)} – ${localTime(tariff, toMs)}`;
  const price = (priceMilliYuan / 1000).toFixed(3);
  const quantity =
    per === 'kWh'
      ? `${energyWh} Wh${measured ? '' : ' (估算 estimated)'} × ${price} 元/kWh`
      : `${duration(toMs - fromMs)} × ${price} 元/h`;
  return `${sliceNames[kind]}${ends}  ${quantity}${reason}`;
}

/** 2026-11-23 19:00:00, on the tariff's own clock. */
function localTime({ timeZone }: Tariff, atMs: number): string {
  const { date, minute } = wallClock(atMs, timeZone);
  const two = (whole: number) => String(whole).padStart(2, '0');
  const ms = atMs % 1000;
  const seconds = `${two(Math.floor(atMs / 1000) % 60)}${ms === 0 ? '' : `.${String(ms).padStart(3, '0')}`}`;
  return `${date} ${two(Math.floor(minute / 60))}:${two(minute % 60)}:${seconds}`;
}

function duration(ms: number): string {
  const seconds = ms / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return [
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes > 0 ? [`${minutes} min`] : []),
    ...(seconds % 60 > 0 || ms === 0 ? [`${Number((seconds % 60).toFixed(3))} s`] : []),
  ].join(' ');
}

/** Chinese characters are two columns wide. */
function shownWidth(text: string): number {
  return [...text].reduce((width, character) => width + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0);
}
