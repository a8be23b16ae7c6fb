import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../cli/price.ts';
import { allDay, flat } from '../support/tariffs.ts';

const examples = join(import.meta.dirname, '../../docs/examples');
const example = (name: string) => join(examples, `${name}.json`);
const directory = mkdtempSync(join(tmpdir(), 'pengyou-price-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function priced(tariff: string, session: string, ...more: string[]) {
  const told: string[] = [];
  const complaints: string[] = [];
  const code = await run(
    ['--tariff', tariff, '--session', session, ...more],
    (text) => void told.push(text),
    (text) => void complaints.push(text),
  );
  return { code, text: told.join('\n'), complaint: complaints.join('\n') };
}

function written(name: string, content: unknown): string {
  const file = join(directory, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('the examples of the rule sheet', () => {
  test.each([
    ['time-of-use.tariff', 'time-of-use.session', [43, 24], ['0.431600', '0.240000'], []],
    ['time-alone.tariff', '75-minutes.session', [0, 31], ['0.000000', '0.312500'], []],
    ['time-alone.tariff', '487-minutes.session', [0, 203], ['0.000000', '2.029167'], []],
    ['energy-by-power.tariff', 'energy-by-power.session', [212, 288], ['2.120000', '2.876000'], []],
    ['power-bands.tariff', 'power-bands.session', [0, 8], ['0.000000', '0.076389'], []],
    [
      ...(['everything.tariff', 'everything.session', [38, 277], ['0.375050', '2.770000']] as const),
      ['capped-per-session', 'limited-to-hold'],
    ],
  ])('%s and %s', async (tariff, session, fens, exact, remarks) => {
    const { code, text } = await priced(example(tariff), example(session), '--json');
    expect(code).toBe(0);
    const bill = JSON.parse(text);
    expect(bill.lines.map((line: { amountFen: number }) => line.amountFen)).toEqual(fens);
    expect(bill.lines.map((line: { exactYuan: string }) => line.exactYuan)).toEqual(exact);
    expect(bill.totalFen).toBe((fens[0] ?? 0) + (fens[1] ?? 0));
    expect(bill.remarks).toEqual(remarks);
  });

  test('are those that it prints', () => {
    const sheet = readFileSync(join(examples, '../billing.md'), 'utf8');
    const printed = [...sheet.matchAll(/```json\n(.*?)```/gs)].map(([, text = '']) => JSON.parse(text));
    const files = ['time-of-use.tariff', 'time-of-use.session'].map((name) =>
      JSON.parse(readFileSync(example(name), 'utf8')),
    );
    expect(printed).toEqual(files);
  });

  test('show what others claim beside our total, with the difference', async () => {
    const { text } = await priced(example('power-bands.tariff'), example('power-bands.session'), '--json');
    expect(JSON.parse(text).claims).toEqual([
      { source: "vendor's text", yuan: '0.07', differenceYuan: '-0.01' },
      { source: "device's own money field", yuan: '0.10', differenceYuan: '0.02' },
    ]);
  });

  test('can be read by a person', async () => {
    const { text } = await priced(example('time-of-use.tariff'), example('time-of-use.session'));
    expect(text).toContain('电费 Electricity  0.43 元 yuan');
    expect(text).toMatch(
      /2026-11-23 19:00:00 – 2026-11-23 22:00:00 {2}600 Wh \(估算 estimated\) × 0\.617 元\/kWh +0\.370200/,
    );
    expect(text).toContain('合计 Total  0.67 元 yuan');
    expect(text).toContain('对照 Claim  board: 0.99 元 yuan (+0.32)');
  });
});

describe('a bill above what was held', () => {
  const tariff = example('everything.tariff');
  const session = JSON.parse(readFileSync(example('everything.session'), 'utf8'));
  const claims = [{ source: 'board', yuan: '3.15' }];

  test.each([
    ['of the tariff, where the file does not tell it', undefined, 300, 300, -15, '0.15'],
    ['that the file tells', 120, 120, 295, -20, '0.20'],
  ])('is limited to the hold %s', async (_, told, holdFen, chargedFen, amountFen, differenceYuan) => {
    const file = written('held.json', { ...session, claims, holdFen: told });
    const bill = JSON.parse((await priced(tariff, file, '--json')).text);
    expect(bill).toMatchObject({
      ...{ totalFen: 315, holdFen, chargedFen },
      notCharged: { why: 'limited-to-hold', amountFen },
      remarks: ['capped-per-session', 'limited-to-hold'],
      claims: [{ source: 'board', differenceYuan }],
    });
  });

  test('can be added up by a person, in both languages', async () => {
    const { text } = await priced(tariff, written('held.json', { ...session, holdFen: 120 }));
    expect(text).toContain('合计 Total  3.15 元 yuan');
    expect(text).toContain('不收取 Not charged  -0.20 元 yuan');
    expect(text).toContain('实收 Charged  2.95 元 yuan');
    expect(text).toContain('备注 Remark  超过预扣 1.20 元的部分不收取 limited to what was held, 1.20 yuan');
  });

  test('is no matter where the hold was enough', async () => {
    const { text } = await priced(tariff, written('held.json', { ...session, holdFen: 315 }));
    expect(text).not.toContain('Charged');
    const bill = JSON.parse(
      (await priced(tariff, written('held.json', { ...session, holdFen: 315 }), '--json')).text,
    );
    expect(bill).toMatchObject({ totalFen: 315, chargedFen: 315, remarks: ['capped-per-session'] });
    expect(bill).not.toHaveProperty('notCharged');
  });
});

describe('a file that cannot be used is named, with the place of the fault', () => {
  const tariff = example('time-of-use.tariff');
  const reading = (at: unknown, energyWh: unknown) => ({ at, energyWh });
  const start = reading('2026-11-23T19:00:00+08:00', 0);
  const end = reading('2026-11-23T20:00:00+08:00', 100);
  const hour = { readings: [start, end] };
  const then = (...more: object[]) => ({ readings: [start, ...more] });
  const needsOffset = 'readings[0].at: must be an ISO 8601 time with its offset';
  const spentNever = { ...hour, spentBefore: { '2026-02-31': 1 } };
  const starts = [
    9_007_199_254_740_000,
    0,
    '9999-12-31T23:00:00Z',
    '1960-01-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
  ];
  const sessionFiles: readonly [string, unknown, string][] = [
    ['no JSON', '{', 'not-json: '],
    ['no readings', {}, 'bad-file: FILE: readings: '],
    ['an energy in kWh', then(reading('2026-11-23T20:00:00+08:00', 0.5)), 'readings[1].energyWh: '],
    ['a time without its offset', { readings: [reading('2026-11-23T19:00:00', 0)] }, needsOffset],
    ['a day that there is not', { readings: [reading('2026-02-30T19:00:00Z', 0)] }, needsOffset],
    ['a first reading above 0', { readings: [end] }, 'readings[0].energyWh: must be 0 at the start'],
    [
      'a meter that goes back',
      then(end, reading('2026-11-23T21:00:00+08:00', 99)),
      'readings[2].energyWh: is less',
    ],
    [
      'a clock that goes back',
      then({ ...end, at: '2026-11-23T18:59:59+08:00' }),
      'readings[1].at: must be after',
    ],
    ...starts.map((at): [string, unknown, string] => [
      `a start at ${String(at).replaceAll(':', '')}`,
      { readings: [reading(at, 0)] },
      'readings[0].at: must be between the years 2000 and 2199',
    ]),
    ['a removal far away', { ...hour, removedAt: 8_640_000_000_000_001 }, 'removedAt: must be between'],
    ['money spent on no day', spentNever, 'spentBefore.2026-02-31: is no day of the calendar'],
    ['a source with a control character', { ...hour, 'x\u001b': 1 }, '.json: x\\u001b: is not known'],
    [
      'more energy than there is',
      then({ ...end, energyWh: 1_000_001 }),
      'readings[1].energyWh: is more than 1000000 Wh',
    ],
    [
      'a session of two months',
      then({ ...end, at: '2027-01-23T19:00:00+08:00' }),
      'readings[1].at: is more than 31 days',
    ],
    ['a removal before the end', { ...hour, removedAt: start.at }, 'removedAt: is before the end'],
    ['a claim in words', { ...hour, claims: [{ source: 'b', yuan: '1 yuan' }] }, 'claims[0].yuan: must be'],
    ['a hold in yuan', { ...hour, holdFen: 3.5 }, 'holdFen: '],
    ['a misspelt member', then({ ...end, powerw: 5 }), 'readings[1].powerw: is not known'],
  ];
  test.each(sessionFiles)('a session with %s', async (name, content, place) => {
    const file = written(`${name}.json`, content);
    const { code, complaint, text } = await priced(tariff, file);
    expect(complaint).toContain(place.replace('FILE', file));
    expect({ code, text }).toEqual({ code: 2, text: '' });
  });

  const terms = flat(500, 300, { tariffVersion: 'x' });
  const gap = { ...terms, electricity: [{ ...allDay(500), toHalfHour: 47 }] };
  const tariffFiles: readonly [string, unknown, string][] = [
    ['another currency', { ...terms, currency: 'NOK' }, 'currency: '],
    ['a price in yuan', flat(500, 0.3), 'service.priceMilliYuanPerKWh: '],
    ['an offset for a zone', { ...terms, timeZone: '+08:00' }, '+08:00 is no IANA time zone'],
    ['a part of a fen', { ...terms, startFeeFen: 0.5 }, 'startFeeFen: expected int, received 0.5'],
    ['a word for a number', { ...terms, holdFen: '300' }, 'holdFen: expected number, received string'],
    ['another service', { ...terms, service: { by: 'tme' } }, "service.by: expected 'energy' | 'time'"],
    ['nothing held', { ...terms, holdFen: undefined }, 'holdFen: is missing'],
    [
      'a beginning out of reach',
      { ...terms, effectiveFromMs: undefined, effectiveFrom: '9999-01-01T00:00:00Z' },
      'effectiveFrom: must be between the years 1970 and 2285',
    ],
    ['a misspelt fee', { ...terms, startFeeFenn: 10 }, 'startFeeFenn: is not known'],
    ['no beginning', { ...terms, effectiveFromMs: undefined }, 'effectiveFrom: must be given once'],
    ['a gap', gap, 'tariff-invalid: No electricity price from 23:30 to 24:00'],
  ];
  test.each(tariffFiles)('a tariff with %s', async (name, content, place) => {
    const tariff = written(`${name}.json`, content);
    const { code, complaint } = await priced(tariff, example('time-of-use.session'));
    expect(complaint).toContain(place);
    expect(code).toBe(2);
  });

  test('a byte order mark is no fault', async () => {
    const marked = (file: string) => `\uFEFF${readFileSync(file, 'utf8').replaceAll('\n', '\r\n')}`;
    const files = [
      written('marked.tariff.json', marked(tariff)),
      written('marked.session.json', marked(example('time-of-use.session'))),
    ] as const;
    expect(await priced(...files)).toEqual(await priced(tariff, example('time-of-use.session')));
    expect((await priced(...files)).code).toBe(0);
  });

  test('a file that is not there, and an option that is not known', async () => {
    expect((await priced(join(directory, 'none.json'), tariff)).complaint).toContain('file-unreadable: ');
    expect((await priced(tariff, tariff, '--jsn')).complaint).toContain('pengyou -- price --help');
  });
});

describe('remarks', () => {
  const day = (date: string) => ({
    readings: [
      { at: `${date}T09:00:00+08:00`, energyWh: 0 },
      { at: `${date}T10:00:00+08:00`, energyWh: 100 },
    ],
  });
  const remarksOf = async (tariff: string, session: unknown) =>
    JSON.parse((await priced(tariff, written('remarked.json', session), '--json')).text).remarks;

  test('a tariff that was not in force', async () => {
    const tariff = example('time-of-use.tariff');
    expect(await remarksOf(tariff, day('2025-12-31'))).toEqual(['tariff-not-in-force']);
    expect(await remarksOf(tariff, day('2026-01-01'))).toEqual([]);
    const { text } = await priced(tariff, written('early.json', day('2025-12-31')));
    expect(text).toContain('tariff was not in force');
  });

  test('a year without holidays, where the calendar has those of another', async () => {
    const tariff = example('everything.tariff');
    expect(await remarksOf(tariff, day('2027-10-01'))).toContain('holidays-not-known');
    expect(await remarksOf(tariff, day('2026-10-01'))).not.toContain('holidays-not-known');
    // One price on all days: no holiday would change it.
    const allDays = allDay(400);
    const plain = { ...JSON.parse(readFileSync(tariff, 'utf8')), electricity: [allDays] };
    expect(await remarksOf(written('plain.json', plain), day('2027-10-01'))).toEqual([]);
  });
});

test('what a file says is shown, not obeyed', async () => {
  const { readings } = JSON.parse(readFileSync(example('time-of-use.session'), 'utf8'));
  const terms = JSON.parse(readFileSync(example('time-of-use.tariff'), 'utf8'));
  const claims = [{ source: '\u001b[31mred\nTotal 9', yuan: '0.1' }];
  const { code, text } = await priced(
    written('hostile.tariff.json', { ...terms, tariffVersion: '\u001b[2Jx\ny' }),
    written('hostile.session.json', { readings, claims }),
  );
  expect(code).toBe(0);
  expect(text).toContain('\\u001b[2Jx\\ny (Asia/Shanghai)');
  expect(text).toContain('\\u001b[31mred\\nTotal 9: 0.1');
  expect(text).not.toContain('\u001b');
});
