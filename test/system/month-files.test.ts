import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run as close } from '../../cli/close.ts';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { steppedClock } from '../../local/machine/clock.ts';
import type { DeviceConnection } from '../../simulator/connection.ts';
import { openBrowser, signedIn } from '../support/browser.ts';
import { type PageCloud, pageCloud } from '../support/page-cloud.ts';
import { chargedEvening, householdId, pageEstate, startMs } from '../support/page-estate.ts';
import { pageFaults } from '../support/page-faults.ts';

// The files of a closed month in Chromium, through the whole local cloud, and the same by the command line.

const hostile = { householdId: '9-9-999', building: '=1+2', unit: '@3' };
const clock = steppedClock(startMs);
const directory = mkdtempSync(join(tmpdir(), 'pengyou-month-files-'));
const scripts: string[] = [];
let opened: PageCloud;
let browser: Browser;
let board: DeviceConnection;
let page: Page;

beforeAll(async () => {
  const records: readonly ProvisioningRecord[] = [
    ...pageEstate,
    { kind: 'household', ...hostile },
    { kind: 'top-up', transferId: 'cash-2', householdId: hostile.householdId, amountFen: 12307 },
  ];
  opened = await pageCloud(clock, records, [
    { login: 'chen', name: '陈经理', roles: 'manager' },
    { login: 'zhang', roles: 'resident', household: householdId },
  ]);
  board = await chargedEvening(opened.cloud, clock, await opened.clientOf('zhang'));
  clock.set(Date.parse('2026-04-02T10:00:00+08:00'));
  expect(await byCommand()).toBe(0);
  browser = await openBrowser();
  page = await signedIn(browser, opened.pages, 'chen');
  page.on('request', (request) => scripts.push(request.url()));
  await page.getByRole('link', { name: '月结' }).click();
  await files().waitFor({ timeout: 20_000 });
});

afterAll(async () => {
  await browser?.close();
  await board?.close();
  await opened?.cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Closes the month where it is open, and writes its files. */
async function byCommand(): Promise<number> {
  const { cloud } = opened;
  const token = await cloud.accessToken({ sub: 'chen', roles: 'manager', estates: 'ziyun' });
  const reach = ['--estate', 'ziyun', '--api', cloud.api, '--token', token];
  const said: string[] = [];
  const exit = await close(
    ['--month', '2026-03', '--out', directory, ...reach],
    (line) => void said.push(line),
    (line) => void said.push(line),
  );
  if (exit !== 0) throw new Error(said.join('\n'));
  return exit;
}

const files = () => page.locator('#files');
const workbookScripts = () => scripts.filter((url) => /\/workbook-[^/]*\.js$/.test(url));

async function downloaded(button: string): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    files().getByRole('button', { name: button }).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

const readBack = (bytes: Buffer) => xlsx.read(bytes, { cellFormula: true, cellNF: true, cellStyles: true });

test('what writes Excel files is fetched by whoever wants one, and asked for again when it did not come', async () => {
  expect(workbookScripts()).toEqual([]);
  await page.route(/\/workbook-[^/]*\.js$/, (route) => route.abort());
  await files().getByRole('button', { name: '下载对账单' }).click();
  await files().locator('[data-testid=problem][data-error=workbook]').waitFor();
  expect(workbookScripts()).toHaveLength(1);
  expect.soft(await pageFaults(page)).toEqual([]);
  await page.unroute(/\/workbook-[^/]*\.js$/);
  expect((await downloaded('下载对账单')).name).toBe('ziyun-2026-03-statements.xlsx');
  expect(await files().getByTestId('problem').count()).toBe(0);
});

test('a workbook has numbers as numbers, and a name that looks like a formula as text', async () => {
  const { bytes } = await downloaded('下载对账单');
  const sheet = readBack(bytes).Sheets['2026-03-statements'] ?? {};
  const rows = xlsx.utils.sheet_to_json<unknown[]>(sheet, { header: 1 });
  const cell = (row: number, name: string): xlsx.CellObject | undefined => {
    const column = rows[0]?.findIndex((head) => String(head).startsWith(name)) ?? -1;
    return sheet[xlsx.utils.encode_cell({ r: row, c: column })];
  };
  const of = (household: string, kind: string) =>
    rows.findIndex((row) => row[1] === household && row[4] === kind);
  const closing = of(hostile.householdId, 'closing');
  expect(cell(closing, '楼')).toMatchObject({ t: 's', v: hostile.building });
  expect(cell(closing, '单元')).toMatchObject({ t: 's', v: hostile.unit });
  expect(cell(closing, '余额 balance')).toMatchObject({ t: 'n', v: 123.07, w: '123.07' });
  const session = of(householdId, 'session');
  expect(cell(session, '电量')).toMatchObject({ t: 'n', w: expect.stringMatching(/^0\.\d{3}$/) });
  expect(cell(session, '余额变动')?.v).toBeLessThan(0);
  const formulas = Object.values(sheet).filter((one) => (one as xlsx.CellObject).f !== undefined);
  expect(formulas).toEqual([]);
});

test.each([
  ['statements', '下载对账单'],
  ['revenue', '下载收入'],
  ['split', '下载分成'],
  ['ledger', '下载总账凭证'],
])('%s has the same cells in the page’s workbook as in the command line’s', async (kind, button) => {
  const { name, bytes } = await downloaded(button);
  expect(name).toBe(`ziyun-2026-03-${kind}.xlsx`);
  const expected = readBack(readFileSync(join(directory, `2026-03-${kind}.xlsx`)));
  const made = readBack(bytes);
  expect(made.SheetNames).toEqual(expected.SheetNames);
  expect(made.Sheets).toEqual(expected.Sheets);
  expect(workbookScripts().length).toBeLessThanOrEqual(2);
});

test('the same is to be had as CSV', async () => {
  await files().getByRole('radio', { name: 'CSV' }).check();
  const { name, bytes } = await downloaded('下载对账单');
  expect(name).toBe('ziyun-2026-03-statements.csv');
  expect(bytes.equals(readFileSync(join(directory, '2026-03-statements.csv')))).toBe(true);
  expect(bytes.toString()).toContain(`"'=1+2","'@3"`);
  expect.soft(await pageFaults(page)).toEqual([]);
});
