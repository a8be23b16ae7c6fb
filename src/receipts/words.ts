import type { Remark, WhyDifferent } from '../../contract/shapes/receipt.ts';
import type { AdjustmentReason } from '../../contract/words/words.ts';

/** A text in both languages, Chinese first. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

const both = (zh: string, en: string): Bilingual => ({ zh, en });

/** The fixed sentences of a printed receipt. */
export const words = {
  title: both('充电收据', 'Charging receipt'),
  place: both('地点', 'Place'),
  session: both('充电编号', 'Session'),
  began: both('开始', 'Began'),
  ended: both('结束', 'Ended'),
  energy: both('电量', 'Energy'),
  tariff: both('电价方案', 'Tariff version'),
  zone: both('时区', 'Time zone'),
  removed: both('取车', 'Bike removed'),
  package: both('使用套餐', 'Paid by package'),
  stopped: both('停止原因', 'Stopped because'),
  electricity: both('电费', 'Electricity'),
  service: both('服务费', 'Service'),
  period: both('时段', 'Period'),
  duration: both('时长', 'Duration'),
  price: both('单价（元）', 'Price (yuan)'),
  amount: both('金额', 'Amount'),
  exactSum: both('各段合计（四舍五入到分）', 'Sum of the slices (rounded half up to the fen)'),
  nothing: both('没有计费时段', 'Nothing to bill'),
  total: both('合计', 'Total'),
  notCharged: both('不收取：超过预扣的部分', 'Not charged: above what was set aside'),
  charged: both('实收', 'Charged'),
  notes: both('说明', 'Notes'),
  interpolated: both(
    '* 该时刻没有电表读数，电量按前后两次读数推算。',
    '* No reading at that moment; the energy lies between the readings around it.',
  ),
  boardClaimed: both(
    '充电桩自报（仅供对照，不作计费依据）',
    'What the board claimed (nothing is billed by it)',
  ),
  whyDifferent: both('为何与我们的金额不同', 'Why ours differs'),
  sameAsBoard: both('与我们的金额相同。', 'The same as ours.'),
  history: both('更正记录', 'History of corrections'),
  readings: both('计费所依据的电表读数', 'Meter readings that the bill rests on'),
  moreReadings: both('其余读数见网页。', 'The other readings are on the page.'),
  verify: both('如何核对', 'How to check this receipt'),
  verifyByPage: both(
    '扫描二维码，或打开下面的网址：网页会用电表读数和电价方案当场重新计算。不需要登录。',
    'Scan the code or open the address below: the page computes the bill again from the readings and the tariff. No sign-in is needed.',
  ),
  verifyByProgram: both('也可以在自己的电脑上重新计算：', 'Or compute it on your own computer:'),
  page: (number: number, of: number): Bilingual =>
    both(`第 ${number} 页，共 ${of} 页`, `page ${number} of ${of}`),
};

export const perUnit: Readonly<Record<'kWh' | 'hour' | 'once', Bilingual>> = {
  kWh: both('/kWh', '/kWh'),
  hour: both('/小时', '/h'),
  once: both('/次', 'once'),
};

/** What a slice is, where it is more than a stretch of energy or time. */
export const sliceKinds: Readonly<Record<string, Bilingual>> = {
  'start-fee': both('起步费', 'Start fee'),
  minimum: both('最低消费', 'Minimum fee'),
  'up-to-minimum': both('补足单次最低消费', 'Up to the minimum of a session'),
  overstay: both('充满后占位费', 'Overstay after charging'),
  cap: both('封顶减免', 'Taken off by the cap'),
};

/** Why a slice costs nothing. */
export const freeReasons: Readonly<Record<string, Bilingual>> = {
  'free-minutes': both('免费时长', 'free minutes'),
  minimum: both('已含在最低消费中', 'within the minimum fee'),
  package: both('套餐抵扣', 'paid by package'),
};

/** Why the board's claim is another amount, by its name. */
export const differenceWords: Readonly<Record<WhyDifferent, Bilingual>> = {
  estimated: both('充电桩还没有报结算。', 'The board has not told its settlement yet.'),
  'board-rounds': both(
    '充电桩的金额不等于它自己各档之和：它做了取整。',
    "The board's amount is not the sum of its own bands: it rounds.",
  ),
  'board-knows-no-service-line': both(
    '充电桩只算了电费，没有服务费。',
    'The board counts electricity alone and knows no service line.',
  ),
  'board-counts-hours': both(
    '充电桩按小时计费；我们的方案按电量计费。',
    'The board counts hours; our tariff charges for energy.',
  ),
  'other-prices-on-board': both('充电桩上是另一版价格。', 'The board had other prices.'),
  'energy-corrected': both(
    '充电桩报的电量不可能成立或不应计费，我们按读数计费。',
    'The energy that the board told cannot be right or must not be billed; ours goes by the readings.',
  ),
  package: both('套餐抵扣。', 'A package paid.'),
  capped: both('已达封顶。', 'A cap was reached.'),
  'free-minutes': both('含免费时长。', 'Free minutes are taken off.'),
  overstay: both('含充满后的占位费。', 'The fee for overstaying is in it.'),
  'limited-to-hold': both('超过预扣的部分不收取。', 'What is above the amount set aside is not charged.'),
  unexplained: both('差额未能解释，物业会核查。', 'Not explained; the property office looks into it.'),
};

/** Remarks by their names in the journal. A name that is missing here is printed as it is. */
export const remarkWords: Readonly<Record<Remark, Bilingual>> = {
  estimated: both(
    '充电桩没有结算，按最后一次读数计费。',
    'The board did not settle; billed at the last reading.',
  ),
  'impossible-energy': both(
    '充电桩报的电量不可能达到，按读数计费。',
    'The energy claimed cannot have been delivered; billed by the readings.',
  ),
  'impossible-reading-ignored': both(
    '有读数不可能达到，未计入。',
    'A reading that cannot be true was left out.',
  ),
  'impossible-duration': both(
    '充电桩报的时长不可能达到，未采用。',
    'The duration claimed cannot be true and was not used.',
  ),
  'limited-to-hold': both('超过预扣的部分不收取。', 'What is above the amount set aside is not charged.'),
  'not-started': both('充电没有开始，不收费。', 'The session did not begin; nothing is charged.'),
  'port-fault': both(
    '充电口故障，没有开始，不收费。',
    'The port had a fault and the session did not begin; nothing is charged.',
  ),
  refused: both('充电桩拒绝启动，不收费。', 'The board refused to start; nothing is charged.'),
  'end-never-told': both('充电桩没有报告结束。', 'The board never told the end.'),
  'stop-lost-borne-by-us': both(
    '停止指令没有及时送达，之后的电量由我们承担。',
    'The stop did not arrive in time; what was delivered after it is ours to pay.',
  ),
  'late-truth-borne-by-us': both(
    '迟到的结算金额更高，超出约定的部分由我们承担。',
    'The late account comes to more than was agreed; the difference is ours to pay.',
  ),
  'power-beyond-bands': both(
    '功率超出最高一档，按最高一档计费。',
    'The power was beyond the last band; billed at the last band.',
  ),
  'capped-per-session': both('已达单次封顶。', 'The cap for one session was reached.'),
  'capped-per-day': both('已达当日封顶。', 'The cap for one day was reached.'),
};

/** Why a session was priced again. */
export const correctionWords: Readonly<Record<AdjustmentReason, Bilingual>> = {
  'board-settlement': both('充电桩的结算到了', 'the settlement of the board came'),
  'late-reading': both('迟到的电表读数到了', 'a late meter reading came'),
  'bike-removed': both('车辆已取走', 'the bike was taken away'),
};

/** A word in both languages, or the bare name for one that is newer than this file. */
export function wordFor(table: Readonly<Partial<Record<string, Bilingual>>>, name: string): Bilingual {
  return (Object.hasOwn(table, name) ? table[name] : undefined) ?? both(name, name);
}
