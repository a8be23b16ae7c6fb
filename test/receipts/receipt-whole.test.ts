import { describe, expect, test } from 'vitest';
import { type LineTable, receiptDocument, type Section } from '../../src/receipts/receipt-document.ts';
import {
  correctionWords,
  differenceWords,
  freeReasons,
  perUnit,
  remarkWords,
  sliceKinds,
  words,
} from '../../src/receipts/words.ts';
import { sampleReceipt, startMs, surroundings, tariff } from './sample.ts';

// A receipt as it is printed, from top to bottom: what is missing here is missing on the paper.

const same = (text: string) => ({ zh: text, en: text });
const day = '2026-11-23';
const free = freeReasons['free-minutes'];

const row = (time: string, duration = '', energy = '') => ({ period: `${day} ${time}`, duration, energy });
const costs = (price: string, per: ReturnType<typeof same>, amount: string) => ({ price, per, amount });

const electricity: LineTable = {
  title: words.electricity,
  sum: '¥0.08',
  exactSum: '¥0.07693',
  rows: [
    {
      ...{ ...row('21:30:00 – 21:40:00', '0:10:00', '0.03 kWh *'), ...(free && { note: free }) },
      ...costs('0.617', perUnit.kWh, '¥0.00'),
    },
    { ...row('21:40:00 – 22:00:00', '0:20:00', '0.06 kWh *'), ...costs('0.617', perUnit.kWh, '¥0.03702') },
    { ...row('22:00:00 – 22:45:00', '0:45:00', '0.13 kWh *'), ...costs('0.307', perUnit.kWh, '¥0.03991') },
  ],
};
const service = {
  title: words.service,
  sum: '¥0.37',
  exactSum: '¥0.37',
  rows: [
    { ...row('21:40:00'), note: sliceKinds['start-fee'], ...costs('0.10', perUnit.once, '¥0.10') },
    {
      ...{ ...row('21:30:00 – 21:40:00', '0:10:00', '0.03 kWh *'), note: free },
      ...costs('0.25', perUnit.hour, '¥0.00'),
    },
    { ...row('21:40:00 – 22:45:00', '1:05:00', '0.19 kWh *'), ...costs('0.25', perUnit.hour, '¥0.270833') },
    { ...row('21:30:00 – 22:45:00'), note: sliceKinds['cap'], ...costs('', same(''), '−¥0.250833') },
    {
      ...{ ...row('23:15:00 – 23:45:00', '0:30:00'), note: sliceKinds['overstay'] },
      ...costs('0.50', perUnit.hour, '¥0.25'),
    },
  ],
};
const ofSession = [
  { label: words.place, value: surroundings.place },
  { label: words.session, value: same('861317069234387-3812') },
];
const ofTariff = [
  { label: words.tariff, value: same('2026-11') },
  { label: words.zone, value: same('Asia/Shanghai') },
];
const readings = ['21:30:00   0 Wh', '21:55:00   75 Wh', '22:20:00   151 Wh', '22:45:00   220 Wh'];
const verify: Section = {
  title: words.verify,
  paragraphs: [words.verifyByPage, words.verifyByProgram],
  verbatim: [surroundings.url, 'npm run verify -- 7K3Q9-X2MAB'],
};

const [estimated, newer] = [remarkWords.estimated, same('newer-than-this')];
const reasons = ['board-rounds', 'free-minutes', 'capped', 'overstay'] as const;

describe('a receipt, whole', () => {
  test('of a session that was capped, corrected and claimed otherwise by its board', () => {
    const receipt = sampleReceipt({
      tariff: { ...tariff, capPerSessionFen: 20 },
      remarks: ['estimated', 'newer-than-this' as never],
      adjustments: [
        { atMs: startMs + 86_400_000, why: 'board-settlement', beforeFen: 60, afterFen: 58 },
        { atMs: startMs + 86_399_000, why: 'newer-too' as never, beforeFen: 58, afterFen: 45 },
      ],
    });
    expect(receiptDocument(receipt, surroundings)).toEqual({
      ...{ title: words.title, code: '7K3Q9-X2MAB', url: surroundings.url },
      datedMs: startMs + 86_400_000,
      facts: [
        ...ofSession,
        { label: words.began, value: same(`${day} 21:30:00`) },
        { label: words.ended, value: same(`${day} 22:45:00`) },
        { label: words.removed, value: same(`${day} 23:45:00`) },
        { label: words.energy, value: same('0.22 kWh') },
        ...ofTariff,
      ],
      tables: [electricity, service],
      totals: [{ label: words.total, value: '¥0.45' }],
      sections: [
        {
          title: words.notes,
          paragraphs: [words.interpolated, remarkWords['capped-per-session'], estimated, newer],
        },
        {
          title: words.boardClaimed,
          paragraphs: [same('¥0.50, 0.22 kWh')],
          verbatim: ['1:15:00 × 0.25 /小时 = ¥0.3125'],
        },
        { title: words.whyDifferent, paragraphs: reasons.map((reason) => differenceWords[reason]) },
        {
          title: words.history,
          paragraphs: [
            {
              zh: `2026-11-24 21:30:00 ¥0.60 → ¥0.58 ${correctionWords['board-settlement']?.zh}`,
              en: `2026-11-24 21:30:00 ¥0.60 → ¥0.58 ${correctionWords['board-settlement']?.en}`,
            },
            same('2026-11-24 21:29:59 ¥0.58 → ¥0.45 newer-too'),
          ],
        },
        { title: words.readings, paragraphs: [], verbatim: readings.map((reading) => `${day} ${reading}`) },
        verify,
      ],
    });
  });

  test('of a session that never began says nothing of a beginning, an end or readings', () => {
    const { boardClaim: _, ...never } = sampleReceipt({ readings: [], removedAtMs: undefined });
    const document = receiptDocument({ ...never, remarks: ['not-started'] }, surroundings);
    const none = { sum: '¥0.00', rows: [], exactSum: '¥0.00' };
    expect(document).toEqual({
      ...{ title: words.title, code: '7K3Q9-X2MAB', url: surroundings.url, datedMs: 0 },
      facts: [...ofSession, { label: words.energy, value: same('0.0 kWh') }, ...ofTariff],
      tables: [
        { title: words.electricity, ...none },
        { title: words.service, ...none },
      ],
      totals: [{ label: words.total, value: '¥0.00' }],
      sections: [{ title: words.notes, paragraphs: [remarkWords['not-started']] }, verify],
    });
  });

  test('is dated by its last reading where nothing was corrected, and tells two notes of one slice together', () => {
    const receipt = sampleReceipt();
    const [line] = receipt.lines;
    const slices = (line?.slices ?? []).map((slice) => ({
      ...{ ...slice, kind: 'minimum' as const, per: 'once' as const },
      ...{ free: 'package' as const, measured: true },
    }));
    const lines = receipt.lines.map((one) => ({ ...one, slices }));
    const document = receiptDocument({ ...receipt, lines }, surroundings);
    expect(document.datedMs).toBe(startMs + 75 * 60_000);
    expect(document.tables[0]?.rows[0]).toMatchObject({
      period: `${day} 21:30:00 – 21:40:00`,
      note: {
        zh: `${sliceKinds['minimum']?.zh}，${freeReasons['package']?.zh}`,
        en: `${sliceKinds['minimum']?.en}, ${freeReasons['package']?.en}`,
      },
      ...{ duration: '', energy: '', price: '0.617', per: perUnit.once },
    });
    expect(document.sections.map(({ title }) => title)).not.toContain(words.notes);
  });

  test('is of less than its total where the hold was too small, which is taken off between the two', () => {
    expect(receiptDocument(sampleReceipt({ holdFen: 20 }), surroundings).totals).toEqual([
      { label: words.total, value: '¥0.70' },
      { label: words.notCharged, value: '−¥0.25', takenOff: true },
      { label: words.charged, value: '¥0.45' },
    ]);
  });
});
