import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../cli/price.ts';

const examples = join(import.meta.dirname, '../../docs/examples');
const example = (name: string) => join(examples, `${name}.json`);
const directory = mkdtempSync(join(tmpdir(), 'pengyou-price-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function priced(tariff: string, charge: string, ...more: string[]) {
  const told: string[] = [];
  const complaints: string[] = [];
  const code = await run(
    ['--tariff', tariff, '--charge', charge, ...more],
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
    ['time-of-use.tariff', 'time-of-use.charge', [43, 24], ['0.431600', '0.240000'], []],
    ['time-alone.tariff', '75-minutes.charge', [0, 31], ['0.000000', '0.312500'], []],
    ['time-alone.tariff', '487-minutes.charge', [0, 203], ['0.000000', '2.029167'], []],
    ['power-bands.tariff', 'power-bands.charge', [0, 8], ['0.000000', '0.076389'], []],
    ['everything.tariff', 'everything.charge', [38, 277], ['0.375050', '2.770000'], ['capped-per-charge']],
  ])('%s and %s', async (tariff, charge, fens, exact, remarks) => {
    const { code, text } = await priced(example(tariff), example(charge), '--json');
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
    const files = ['time-of-use.tariff', 'time-of-use.charge'].map((name) =>
      JSON.parse(readFileSync(example(name), 'utf8')),
    );
    expect(printed).toEqual(files);
  });

  test('show what others claim beside our total, with the difference', async () => {
    const { text } = await priced(example('power-bands.tariff'), example('power-bands.charge'), '--json');
    expect(JSON.parse(text).claims).toEqual([
      { source: "vendor's text", yuan: '0.07', differenceYuan: '-0.01' },
      { source: "device's own money field", yuan: '0.10', differenceYuan: '0.02' },
    ]);
  });

  test('can be read by a person', async () => {
    const { text } = await priced(example('time-of-use.tariff'), example('time-of-use.charge'));
    expect(text).toContain('电费 Electricity  0.43 元 yuan');
    expect(text).toMatch(
      /2026-11-23 19:00:00 – 2026-11-23 22:00:00 {2}600 Wh \(估算 estimated\) × 0\.617 元\/kWh +0\.370200/,
    );
    expect(text).toContain('合计 Total  0.67 元 yuan');
    expect(text).toContain('对照 Claim  board: 0.99 元 yuan (+0.32)');
  });
});

describe('a file that cannot be used is named, with the place of the fault', () => {
  const tariff = example('time-of-use.tariff');
  const reading = (at: unknown, energyWh: unknown) => ({ at, energyWh });
  const start = reading('2026-11-23T19:00:00+08:00', 0);
  const end = reading('2026-11-23T20:00:00+08:00', 100);
  const chargeFiles: readonly [string, unknown, string][] = [
    ['no JSON', '{', 'not-json: '],
    ['no readings', {}, 'bad-file: FILE: readings: '],
    [
      'an energy in kWh',
      { readings: [start, reading('2026-11-23T20:00:00+08:00', 0.5)] },
      'readings[1].energyWh: ',
    ],
    ['a time without its offset', { readings: [reading('2026-11-23T19:00:00', 0)] }, 'readings[0].at: '],
    ['a first reading above 0', { readings: [end] }, 'readings[0].energyWh: must be 0 at the start'],
    [
      'a meter that goes back',
      { readings: [start, end, reading('2026-11-23T21:00:00+08:00', 99)] },
      'readings[2].energyWh: is less',
    ],
    ['a clock that goes back', { readings: [start, { ...end, at: 0 }] }, 'readings[1].at: must be after'],
    [
      'more energy than there is',
      { readings: [start, { ...end, energyWh: 1_000_001 }] },
      'readings[1].energyWh: is more than 1000000 Wh',
    ],
    [
      'a charge of two months',
      { readings: [start, { ...end, at: '2027-01-23T19:00:00+08:00' }] },
      'readings[1].at: is more than 31 days',
    ],
    [
      'a removal before the end',
      { readings: [start, end], removedAt: start.at },
      'removedAt: is before the end',
    ],
    [
      'a claim in words',
      { readings: [start, end], claims: [{ source: 'b', yuan: '1 yuan' }] },
      'claims[0].yuan: must be',
    ],
    ['a misspelt member', { readings: [start, { ...end, powerw: 5 }] }, 'readings[1].powerw: is not known'],
  ];
  test.each(chargeFiles)('a charge with %s', async (name, content, place) => {
    const file = written(`${name}.json`, content);
    const { code, complaint, text } = await priced(tariff, file);
    expect(complaint).toContain(place.replace('FILE', file));
    expect({ code, text }).toEqual({ code: 2, text: '' });
  });

  const terms = {
    tariffVersion: 'x',
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    effectiveFromMs: 0,
    electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 500 }],
    service: { by: 'energy', priceMilliYuanPerKWh: 300 },
    holdFen: 300,
  };
  const tariffFiles: readonly [string, unknown, string][] = [
    ['another currency', { ...terms, currency: 'NOK' }, 'currency: '],
    [
      'a price in yuan',
      { ...terms, service: { by: 'energy', priceMilliYuanPerKWh: 0.3 } },
      'service.priceMilliYuanPerKWh: ',
    ],
    ['a misspelt fee', { ...terms, startFeeFenn: 10 }, 'startFeeFenn: is not known'],
    ['no beginning', { ...terms, effectiveFromMs: undefined }, 'effectiveFrom: must be given once'],
    [
      'a gap',
      { ...terms, electricity: [{ ...terms.electricity[0], toHalfHour: 47 }] },
      'tariff-invalid: No electricity price from 23:30 to 24:00',
    ],
  ];
  test.each(tariffFiles)('a tariff with %s', async (name, content, place) => {
    const { code, complaint } = await priced(written(`${name}.json`, content), example('time-of-use.charge'));
    expect(complaint).toContain(place);
    expect(code).toBe(2);
  });

  test('a file that is not there, and an option that is not known', async () => {
    expect((await priced(join(directory, 'none.json'), tariff)).complaint).toContain('file-unreadable: ');
    expect((await priced(tariff, tariff, '--jsn')).complaint).toContain('Usage: npx pengyou price');
  });
});
