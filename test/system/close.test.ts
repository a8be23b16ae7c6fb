import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run as close } from '../../cli/close.ts';
import { run as refunds } from '../../cli/refunds.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { type ChargedCloud, chargedCloud, estateId, householdId } from '../support/charged-cloud.ts';
import { type Caller, caller } from '../support/cloud.ts';

// A month with a session, cash and both providers, closed by the command line through the whole local cloud.

const directory = mkdtempSync(join(tmpdir(), 'pengyou-close-'));
const march = `/estates/${estateId}/months/2026-03`;
const hour = 3_600_000;
const april = Date.parse('2026-04-01T00:00:00+08:00');
let charged: ChargedCloud;
let cloud: LocalCloud;
let manager: Caller;
let resident: Caller;

beforeAll(async () => {
  charged = await chargedCloud();
  ({ cloud } = charged);
  manager = await caller(cloud, 'manager', estateId);
  resident = await caller(cloud, 'resident', estateId, householdId);
});
afterAll(async () => {
  await charged?.stop();
  rmSync(directory, { recursive: true, force: true });
});

type Tell = (line: string) => void;
type Command = (args: readonly string[], tell: Tell, complain: Tell) => Promise<number>;
async function command(run: Command, ...args: readonly string[]) {
  const lines: string[] = [];
  const token = await cloud.accessToken({ sub: 'manager-2', roles: 'manager', estates: estateId } as never);
  const reach = ['--estate', estateId, '--api', cloud.api, '--token', token];
  const keep = (line: string) => void lines.push(line);
  const exit = await run([...args, ...reach], keep, keep);
  return { exit, said: lines.join('\n') };
}
const closeMarch = (...args: readonly string[]) => command(close, '--month', '2026-03', ...args);

async function payOnline(provider: string, amountFen: number): Promise<string> {
  const asked = { requestId: `pay-by-${provider}`, amountFen, provider };
  const { body } = await resident.post(`/estates/${estateId}/payments`, asked);
  await fetch(body.qrText, { method: 'POST', body: new URLSearchParams({ deed: 'confirm' }) });
  await laterBy(1000);
  return body.orderId;
}

async function laterBy(ms: number): Promise<void> {
  cloud.clock.set(cloud.clock.now() + ms);
  await cloud.tick();
  await cloud.idle();
}

const wallet = async () => (await manager.get(`/estates/${estateId}/households/${householdId}/wallet`)).body;

describe('a month', () => {
  test('is not closed before it is over, and nothing of it can be read', async () => {
    const { exit, said } = await closeMarch();
    expect([exit, said]).toEqual([1, expect.stringContaining('month-not-over')]);
    expect((await resident.get(`/estates/${estateId}/statements?month=2026-03`)).status).toBe(404);
  });

  test('waits for the bills of the providers, which are equal to the ledger to the fen', async () => {
    const orderId = await payOnline('wechat-pay', 1000);
    await payOnline('alipay', 2000);
    const back = [
      '--order',
      orderId,
      '--amount',
      '3.00',
      '--reason',
      '搬走了',
      '--request',
      'back-request-1',
    ];
    expect(await command(refunds, 'request', ...back)).toMatchObject({ exit: 0 });
    const control = await fetch(`${cloud.providers}/control/idle`, { method: 'POST', body: '{}' });
    await control.text();
    await laterBy(60_000);
    const listed = await command(refunds, 'list', '--household', householdId);
    expect(listed.said).toContain('3.00  succeeded');
    const again = ['--order', orderId, '--request', 'back-request-1'];
    expect((await command(refunds, 'retry', ...again)).said).toContain('succeeded');

    cloud.clock.set(april + 14 * hour);
    await laterBy(0);
    const missing = await closeMarch();
    expect([missing.exit, missing.said]).toEqual([1, expect.stringContaining('reconciliation-missing')]);

    // One bill from a file, as the office got it; the other is fetched.
    const fetched = await closeMarch('--provider', 'alipay', '--fetch-bills', '--export-only');
    expect(fetched.said).toContain('alipay: bill 20.00, ledger 20.00, difference 0.00');
    const wrong = join(directory, 'bill-20260305.csv');
    writeFileSync(wrong, '交易时间,公众账号ID\n');
    expect(await closeMarch('--provider', 'wechat-pay', '--bill', wrong)).toMatchObject({ exit: 1 });
    const done = await closeMarch('--provider', 'wechat-pay', '--fetch-bills');
    expect(done.said).toContain('wechat-pay: bill 7.00, ledger 7.00, difference 0.00');
    expect(done.said).toContain('2026-03: closed 1000/1000');
    expect(done.exit).toBe(0);
  });

  test('that is closed has statements that add up to the wallets', async () => {
    const { body: month } = await manager.get(march);
    expect(month).toMatchObject({ state: 'closed', closedBy: 'manager-2', statements: 1 });
    const { balanceFen } = await wallet();
    const { body } = await resident.get(`/estates/${estateId}/statements?month=2026-03`);
    expect(body.statement).toMatchObject({ openingFen: 0, closingFen: balanceFen, closingOwedFen: 0 });
    const kinds = body.rows.map(({ kind }: { kind: string }) => kind).sort();
    expect(kinds).toEqual(['refund', 'session', 'top-up', 'top-up', 'top-up']);
    const session = body.rows.find(({ kind }: { kind: string }) => kind === 'session');
    expect(session).toMatchObject({
      day: '2026-03-05',
      session: { sessionId: charged.sessionId, receiptCode: charged.code },
    });
    expect(session.electricityFen + session.serviceFen).toBe(-session.balanceFen);
    const { lines } = month.split;
    expect(lines.electricity.parts).toEqual({ property: session.electricityFen, operator: 0, committee: 0 });
    const { accounts } = month;
    const closing = Object.values(accounts as Record<string, { closingFen: number }>);
    expect(closing.reduce((sum, { closingFen }) => sum + closingFen, 0)).toBe(0);
    expect(accounts.wallets.closingFen).toBe(balanceFen);
    expect(accounts['refund-pending:wechat-pay'].closingFen).toBe(0);
  });

  test('is written as files, twice the same, and no longer changed', async () => {
    const before = await manager.get(march);
    const [first, second] = [join(directory, 'first'), join(directory, 'second')];
    expect(await closeMarch('--out', first)).toMatchObject({ exit: 0 });
    expect(await closeMarch('--out', second, '--export-only')).toMatchObject({ exit: 0 });
    expect((await manager.get(march)).body).toEqual(before.body);
    const names = readdirSync(first).sort();
    expect(names).toEqual(
      ['ledger', 'reconciliation', 'revenue', 'split', 'statements'].flatMap((kind) => [
        `2026-03-${kind}.csv`,
        `2026-03-${kind}.xlsx`,
      ]),
    );
    for (const name of names)
      expect(readFileSync(join(first, name)).equals(readFileSync(join(second, name))), name).toBe(true);
    const rows: string[][] = parse(readFileSync(join(first, '2026-03-statements.csv')), { bom: true });
    expect(rows.map((row) => row[4]).slice(1)).toEqual([
      'opening',
      'top-up',
      'session',
      'top-up',
      'top-up',
      'refund',
      'closing',
    ]);
    const { body } = await manager.get(`${march}/export/statements?format=csv`);
    expect(`\uFEFF${body.csv}`).toBe(readFileSync(join(first, '2026-03-statements.csv'), 'utf8'));
    expect(existsSync(join(first, '2026-03-statements.part'))).toBe(false);
  });

  test('leaves what happens later to the next, which cannot be closed yet', async () => {
    const before = await manager.get(march);
    await charged.operator.post(`/estates/${estateId}/cash-top-ups`, {
      transferId: 'cash-2',
      householdId,
      amountFen: 100,
    });
    await cloud.idle();
    expect((await closeMarch()).said).toContain('closed 1000/1000');
    expect((await manager.get(march)).body).toEqual(before.body);
    const early = await manager.post(`/estates/${estateId}/months/2026-04/close`);
    expect([early.status, early.body.error]).toEqual([409, 'month-not-over']);
  });
});

describe('who may', () => {
  test('read a statement: its household and the staff, and nobody else', async () => {
    const path = `/estates/${estateId}/statements?month=2026-03`;
    expect((await manager.get(`${path}&householdId=${householdId}`)).status).toBe(200);
    expect((await manager.get(path)).status).toBe(400);
    expect((await manager.get(`${path}&householdId=nobody`)).status).toBe(404);
    const neighbour = await caller(cloud, 'resident', estateId, 'h-other');
    expect((await neighbour.get(`${path}&householdId=${householdId}`)).status).toBe(404);
    const stranger = await caller(cloud, 'manager', 'youyi');
    expect((await stranger.get(`${path}&householdId=${householdId}`)).status).toBe(404);
  });

  test('close a month and see the books: the staff alone', async () => {
    for (const path of [
      march,
      `${march}/export/ledger`,
      `/estates/${estateId}/months`,
      `${march}/reconciliation`,
    ])
      expect((await resident.get(path)).status).toBe(403);
    expect((await resident.post(`${march}/close`)).status).toBe(403);
    const committee = await caller(cloud, 'committee', estateId);
    expect((await committee.post(`${march}/close`)).status).toBe(403);
  });

  test('ask badly: it is said, and nothing is written', async () => {
    const bad = [
      [`/estates/${estateId}/months/2026-13`, 400],
      [`${march}/export/everything`, 400],
      [`${march}/export/ledger?cursor=x`, 400],
      [`/estates/${estateId}/months/2026-02`, 404],
    ] as const;
    for (const [path, status] of bad)
      expect([path, (await manager.get(path)).status]).toEqual([path, status]);
    const foreign = { provider: 'alipay', bills: [{ day: '2026-04-01', text: '' }] };
    expect((await manager.post(`${march}/reconciliation`, foreign)).status).toBe(400);
    expect((await closeMarch('--fetch-bills')).exit).toBe(2);
    expect((await closeMarch('--provider', 'paypal')).exit).toBe(2);
    expect((await closeMarch('--nonsense')).exit).toBe(2);
  });
});
