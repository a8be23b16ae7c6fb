import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run as close } from '../../cli/close.ts';
import { run as price } from '../../cli/price.ts';
import { run as rebuild } from '../../cli/rebuild.ts';
import { run as refunds } from '../../cli/refunds.ts';
import { run as tariffs } from '../../cli/tariffs.ts';
import { run as verify } from '../../cli/verify.ts';

// What a program reads: the result on the output, or one line of JSON beside it. What a person reads: lines without
// anything that a terminal would obey.

type Run = (
  args: readonly string[],
  tell: (line: string) => void,
  complain: (line: string) => void,
) => Promise<number>;
const estate = ['--estate', 'ziyun'];
const examples = join(import.meta.dirname, '../../docs/examples');
const timeOfUse = ['--session', join(examples, 'time-of-use.session.json')];
const commands: readonly (readonly [string, Run, readonly string[]])[] = [
  ['price', price, ['--tariff', 'none.json', ...timeOfUse]],
  ['verify', verify, ['ABCDEFGHJK']],
  ['rebuild', rebuild, estate],
  ['tariffs', tariffs, ['list', ...estate]],
  ['close', close, ['--month', '2026-10', ...estate]],
  ['refunds', refunds, ['list', ...estate]],
];

async function typed(run: Run, ...args: readonly string[]) {
  const told: string[] = [];
  const complaints: string[] = [];
  const code = await run(
    args,
    (line) => void told.push(line),
    (line) => void complaints.push(line),
  );
  return { code, told: told.join('\n'), complaints };
}

let directory: string;
/** Refuses everything, or answers what a path was given. */
let server: Server;
let asked: string[] = [];
const answers: Record<string, unknown> = {};
let reach: string[];
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pengyou-json-errors-'));
  server = createServer((request, response) => {
    const url = request.url ?? '';
    asked.push(url);
    const answer = answers[url];
    if (answer === undefined) response.statusCode = 409;
    response.end(JSON.stringify(answer ?? { error: 'month-not-over', message: 'Wait\nfor it' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  reach = ['--api', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, '--token', 'x'];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

describe.each(commands)('%s', (name, run, args) => {
  test('tells a program what is wrong in one line of JSON, and nothing else', async () => {
    const { code, told, complaints } = await typed(run, ...args, '--bogus', '--json');
    expect({ code, told }).toEqual({ code: 2, told: '' });
    expect(complaints.map((line) => JSON.parse(line))).toEqual([
      { error: 'bad-usage', message: expect.stringContaining('--bogus') },
    ]);
  });

  test('tells a person in one line beside the output', async () => {
    const { code, told, complaints } = await typed(run, ...args, '--bogus');
    expect({ code, told }).toEqual({ code: 2, told: '' });
    expect(complaints).toEqual([expect.stringMatching(/^bad-usage: [^\n]*--bogus[^\n]*--help[^\n]*$/)]);
  });

  test('explains itself', async () => {
    const { code, told, complaints } = await typed(run, '--help');
    expect({ code, complaints }).toEqual({ code: 0, complaints: [] });
    expect(told).toContain(`pengyou ${name}`);
    expect(told).toContain('--json');
  });
});

test.each(commands.slice(2))('%s passes on the name that the API gave', async (name, run, args) => {
  const { code, told, complaints } = await typed(run, ...args, ...reach, '--json');
  expect({ code, told }).toEqual({ code: name === 'rebuild' ? 2 : 1, told: '' });
  expect(complaints.map((line) => JSON.parse(line))).toEqual([
    { error: 'month-not-over', message: expect.stringContaining('409') },
  ]);
});

test('what a command did is one JSON text', async () => {
  answers['/estates/ziyun/office-orders'] = { orders: [] };
  answers['/estates/ziyun/months/2026-09/close'] = { state: 'closed', done: 1, total: 1 };
  const month = {
    ...{ month: '2026-09', state: 'closed', done: 1, total: 1, entries: 1, lateEntries: 0, statements: 0 },
    accounts: { cash: { openingFen: 0, debitFen: 0, creditFen: 1, closingFen: 1 } },
  };
  answers['/estates/ziyun/months/2026-09'] = month;
  const listed = await typed(refunds, 'list', ...estate, ...reach, '--json');
  expect(JSON.parse(listed.told)).toEqual({ cash: [], refunds: [] });
  const closed = await typed(close, '--month', '2026-09', ...estate, ...reach, '--json');
  expect(JSON.parse(closed.told)).toEqual({ reconciliations: [], closed: month, files: [] });
});

test('an answer that is none of ours is told as such', async () => {
  answers['/estates/strange/rebuild'] = { state: 'closed' };
  const { code, complaints } = await typed(rebuild, '--estate', 'strange', ...reach);
  expect([code, complaints]).toEqual([
    2,
    ['api-unknown: What answered is no API of ours: it answered something else'],
  ]);
});

test.each(['../x?y', '..', 'a b', '', '紫云'])('%j is no estate, and nobody is asked', async (name) => {
  for (const [, run, [first = '']] of commands.slice(2)) {
    asked = [];
    const words = first.startsWith('--') ? ['--month', '2026-10'] : [first];
    const args = run === rebuild ? [] : words;
    const { code, complaints } = await typed(run, ...args, '--estate', name, ...reach);
    expect({ code, asked }).toEqual({ code: 2, asked: [] });
    expect(complaints).toEqual([expect.stringContaining('bad-usage: --estate: ')]);
  }
});

test.each(['../../x', '2026-13', '2026', '2026-10/..'])('%s is no month', async (month) => {
  asked = [];
  const { code, complaints } = await typed(close, '--month', month, ...estate, ...reach);
  expect({ code, asked }).toEqual({ code: 2, asked: [] });
  expect(complaints).toEqual([expect.stringContaining('bad-usage: --month: ')]);
});

test('what is part of a path stays a part of it', async () => {
  asked = [];
  await typed(refunds, 'approve', 'a/../../b?c', ...estate, ...reach);
  await typed(tariffs, 'rollout', 'a#b', ...estate, ...reach);
  expect(asked).toEqual([
    '/estates/ziyun/cash-refunds/a%2F..%2F..%2Fb%3Fc/approve',
    '/estates/ziyun/tariffs/a%23b/rollout',
  ]);
  const { code, complaints } = await typed(refunds, 'approve', '..', ...estate, ...reach);
  expect([code, complaints]).toEqual([2, [expect.stringContaining('bad-usage: ')]]);
});

test.each(['-1', '0', '1.234', 'much'])('%s is no amount to pay back', async (amount) => {
  asked = [];
  const order = ['--order', 'o1', '--reason', 'r', '--amount', amount];
  for (const args of [order, ['--cash', 'c1', '--household', 'h1', '--amount', amount]]) {
    const { code, told, complaints } = await typed(refunds, 'request', ...args, ...estate, ...reach);
    expect({ code, told, asked }).toEqual({ code: 2, told: '', asked: [] });
    expect(complaints).toEqual([
      `bad-usage: --amount: ${amount} is no amount in yuan above 0, such as 12.34`,
    ]);
  }
});

test('a program names its request itself, so that it can ask again', async () => {
  asked = [];
  const order = ['--order', 'o1', '--reason', 'r', '--amount', '1', '--json'];
  const { code, complaints } = await typed(refunds, 'request', ...order, ...estate, ...reach);
  expect([code, asked]).toEqual([2, []]);
  expect(complaints[0]).toContain('--request is missing');
});

describe('what a terminal would obey is shown instead', () => {
  test('in what the API says', async () => {
    const { complaints } = await typed(close, '--month', '2026-10', ...estate, ...reach);
    expect(complaints).toEqual([expect.stringContaining('Wait\\nfor it')]);
    const order = {
      orderId: '\u001b[2J',
      householdId: 'h1\nh2',
      amountFen: 1,
      state: 'booked',
      askedBy: '\u202e\u009b1m',
      askedAtMs: 1,
    };
    answers['/estates/ziyun/office-orders'] = { orders: [{ kind: 'cash-refund', ...order }] };
    const { told } = await typed(refunds, 'list', ...estate, ...reach);
    expect(told).toBe('cash \\u001b[2J  h1\\nh2  0.01  booked  asked by \\u202e\\u009b1m');
    const listed = await typed(refunds, 'list', ...estate, ...reach, '--json');
    expect(JSON.parse(listed.told)).toMatchObject({ cash: [order] });
    expect(listed.told).not.toContain('\u009b');
  });

  test('in what was typed', async () => {
    const { complaints } = await typed(verify, 'no\u001b[31m\ncode');
    expect(complaints).toEqual([expect.stringContaining('no\\u001b[31m\\ncode is no file')]);
  });
});

test('a receipt that was saved with a byte order mark is read as far as it goes', async () => {
  const file = join(directory, 'receipt.json');
  writeFileSync(file, '\uFEFF{"receipt":{}}');
  const { code, complaints } = await typed(verify, file);
  expect(code).toBe(2);
  expect(complaints).toEqual([expect.stringMatching(/^bad-file: [^\n]*holds no receipt/)]);
  writeFileSync(file, readFileSync(file, 'utf8').replace('{"receipt":{}}', '{"receipt'));
  expect((await typed(verify, file)).complaints).toEqual([expect.stringMatching(/^not-json: /)]);
});
