import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { run as close } from '../../cli/close.ts';
import { gbk } from '../../local/provider/archive.ts';
import { alipayBill, wechatPayBill } from '../../local/provider/bills.ts';
import type { Trade } from '../../local/provider/trades.ts';
import { parseBill } from '../../src/payments/bill.ts';
import { billOfArchive } from '../../src/payments/bill-archive.ts';

// Bills as they lie in a folder after somebody has downloaded them at the provider.

const paidAtMs = Date.UTC(2026, 9, 5, 4);
const trade = (provider: Trade['provider']): Trade => ({
  ...{ provider, orderId: 'P1', amountFen: 1000, description: '充值', notifyUrl: '', expiresAtMs: paidAtMs },
  ...{ token: 't', state: 'paid', transactionId: '4200', paidAtMs, refunds: [] },
});
const seller = '2088101117955611';
const archive = alipayBill([trade('alipay')], seller, '2026-10-05') ?? Buffer.alloc(0);
const wechatPay = wechatPayBill([trade('wechat-pay')], { appId: 'wx1', merchantId: '19' }, '2026-10-05');

let directory: string;
let server: Server;
let url: string;
let sent: { provider: 'alipay' | 'wechat-pay'; bills?: { day: string; text: string }[] }[];
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pengyou-bills-'));
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    sent.push(JSON.parse(Buffer.concat(chunks).toString()));
    const reconciliation = {
      ...{ provider: 'alipay', month: '2026-10', billFen: 0, ledgerFen: 0, differenceFen: 0 },
      ...{ compared: 0, differenceCount: 0, differences: [], missingDays: [], by: 'x', atMs: 0 },
    };
    response.end(JSON.stringify({ kept: 1, reconciliation }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  sent = [];
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function given(provider: string, name: string, content: string | Buffer) {
  const folder = mkdtempSync(join(directory, 'folder-'));
  writeFileSync(join(folder, name), content);
  const said: string[] = [];
  const where = ['--estate', 'ziyun', '--api', url, '--token', 'any', '--month', '2026-10', '--export-only'];
  const exit = await close(
    [...where, '--provider', provider, '--bill', folder],
    () => {},
    (line) => said.push(line),
  );
  return { exit, said: said.join('\n') };
}

test.each([
  ['of WeChat Pay', 'wechat-pay', '1900000001All2026-10-05.csv', wechatPay],
  ['of WeChat Pay for Excel', 'wechat-pay', 'bill.csv', `\uFEFF${wechatPay}`],
  ['of WeChat Pay over two midnights by its name', 'wechat-pay', '2026-10-05_2026-10-06.csv', wechatPay],
  ['of Alipay, in GBK', 'alipay', `${seller}_20261005_业务明细.csv`, gbk(billOfArchive(archive))],
  ['of Alipay, in UTF-8', 'alipay', 'saved-again.csv', billOfArchive(archive)],
  ['of Alipay, in its archive', 'alipay', `${seller}_20261005.csv.zip`, archive],
] as const)('a file %s is given as the bill of its day', async (_, provider, name, content) => {
  expect(await given(provider, name, content)).toEqual({ exit: 0, said: '' });
  const [bill] = sent.flatMap(({ bills = [] }) => bills);
  expect(bill?.day).toBe('2026-10-05');
  expect(parseBill(provider, bill?.text ?? '')).toMatchObject([{ orderId: 'P1', amountFen: 1000 }]);
});

test.each([
  ['an archive of something else', 'alipay', 'a.zip', archive.subarray(0, 200), 'bad-file'],
  ['a picture', 'wechat-pay', '2026-10-05.csv', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]), 'bad-file'],
  ['nothing that says its day', 'alipay', 'bill.csv', '', 'bad-file'],
] as const)('%s is refused, and nothing is given', async (_, provider, name, content, error) => {
  const { exit, said } = await given(provider, name, content);
  expect({ exit, sent }).toEqual({ exit: 2, sent: [] });
  expect(said).toContain(error);
});
