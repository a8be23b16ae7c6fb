import type { WhyDifferent } from '../../../contract/shapes/receipt.ts';
import { useText } from '../words/text.ts';

const zh = {
  title: '充电收据',
  code: '收据代码',
  place: '地点',
  began: '开始',
  ended: '结束',
  removed: '取车',
  energyUsed: '电量',
  package: '使用套餐',
  same: '已重新计算：一致',
  sameNote: '我们刚刚用充电记录和电价方案重新计算了这张收据，每一分都相同。',
  different: '已重新计算：不一致',
  differentNote: '下列内容与充电记录算出的不同。请把收据代码告诉物业。',
  onReceipt: '收据',
  byJournal: '记录',
  print: '打印版（PDF）',
  open: '查看并核对这张收据',
  scan: '扫码可在手机上查看和核对',
  whyDifferent: '为何与充电桩自报不同',
  bands: '充电桩的算法',
  history: '更正记录',
  readings: '电表读数',
  at: '时刻',
  meter: '累计电量',
  power: '功率',
  yourself: '自己核对',
  yourselfNote:
    '每一段的用量乘以单价就是金额，各段相加后四舍五入到分；1 kWh 就是 1 度电。也可以在电脑上运行：',
  tariffAll: '电价方案全文',
  find: '查收据',
  findNote: '输入收据上的十位代码。字母大小写、空格和短横都不要紧。',
  findButton: '查看',
  codeProblem: '代码应为十位字母或数字。',
  unknown: '没有这个代码的收据。请对照纸上的代码再输一次。',
  another: '查另一张收据',
  corrections: {
    'board-settlement': '充电桩的结算到了',
    'late-reading': '迟到的电表读数到了',
    'bike-removed': '车辆已取走',
  },
  differences: {
    estimated: '充电桩还没有报结算。',
    'board-rounds': '充电桩的金额不等于它自己各档之和：它做了取整。',
    'board-knows-no-service-line': '充电桩只算了电费，没有服务费。',
    'board-counts-hours': '充电桩按小时计费；我们的方案按电量计费。',
    'other-prices-on-board': '充电桩上是另一版价格。',
    'energy-corrected': '充电桩报的电量不可能成立或不应计费，我们按读数计费。',
    package: '套餐抵扣。',
    capped: '已达封顶。',
    'free-minutes': '含免费时长。',
    overstay: '含充满后的占位费。',
    'limited-to-hold': '超过预扣的部分不收取。',
    unexplained: '差额未能解释，物业会核查。',
  } satisfies Record<WhyDifferent, string>,
};

const en: typeof zh = {
  title: 'Charging receipt',
  code: 'Receipt code',
  place: 'Place',
  began: 'Began',
  ended: 'Ended',
  removed: 'Bike removed',
  energyUsed: 'Energy',
  package: 'Paid by package',
  same: 'Computed again: the same',
  sameNote:
    'We have just computed this receipt again from the session’s own records and the tariff: every fen is the same.',
  different: 'Computed again: not the same',
  differentNote:
    'What follows is not what the session’s records come to. Please tell the property office the receipt’s code.',
  onReceipt: 'receipt',
  byJournal: 'records',
  print: 'To print (PDF)',
  open: 'Look at this receipt and check it',
  scan: 'Scan to look at it and check it on a phone',
  whyDifferent: 'Why the post’s claim is another amount',
  bands: 'The post’s own sum',
  history: 'History of corrections',
  readings: 'Meter readings',
  at: 'Moment',
  meter: 'Energy so far',
  power: 'Power',
  yourself: 'Check it yourself',
  yourselfNote:
    'Each slice is its quantity times its price; the sum of the slices is rounded half up to the fen. Or run on a computer:',
  tariffAll: 'The whole tariff',
  find: 'Find a receipt',
  findNote: 'Type the ten characters of the code on the receipt. Case, spaces and hyphens do not matter.',
  findButton: 'Show',
  codeProblem: 'The code has ten letters or digits.',
  unknown: 'There is no receipt with this code. Please compare it with the paper and type it again.',
  another: 'Find another receipt',
  corrections: {
    'board-settlement': 'the settlement of the post came',
    'late-reading': 'a late meter reading came',
    'bike-removed': 'the bike was taken away',
  },
  differences: {
    estimated: 'The post has not told its settlement yet.',
    'board-rounds': 'The post’s amount is not the sum of its own bands: it rounds.',
    'board-knows-no-service-line': 'The post counts electricity alone and knows no service line.',
    'board-counts-hours': 'The post counts hours; our tariff charges for energy.',
    'other-prices-on-board': 'The post had other prices.',
    'energy-corrected':
      'The energy that the post told cannot be right or must not be billed; ours goes by the readings.',
    package: 'A package paid.',
    capped: 'A cap was reached.',
    'free-minutes': 'Free minutes are taken off.',
    overstay: 'The fee for overstaying is in it.',
    'limited-to-hold': 'What is above the amount set aside is not charged.',
    unexplained: 'Not explained; the property office looks into it.',
  },
};

export const words = { zh, en };

/** The receipt page's own words, in the reader's language. */
export function useReceiptWords(): typeof zh {
  return words[useText().language];
}
