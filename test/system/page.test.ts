import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { steppedClock } from '../../local/clock.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { DeviceConnection } from '../../simulator/connection.ts';
import type { VirtualDevice } from '../../simulator/devices/device.ts';
import { JuyBoard } from '../../simulator/devices/juy-board.ts';
import { Reader } from '../../simulator/devices/reader.ts';
import { CorridorSensor } from '../../simulator/devices/sensors.ts';
import { householdElectricity } from '../../simulator/household-tariff.ts';
import { ApiClient, type ProvisionRecord } from '../../simulator/provision.ts';
import { desk, openBrowser } from '../support/browser.ts';

// A manager's evening in Chromium: everything on the page came from a device, through the whole local cloud.

const root = join(import.meta.dirname, '../..');
const minuteMs = 60_000;
const startMs = Date.parse('2026-03-05T21:30:00+08:00');
const imei = '861197060000011';
const name = (zh: string, en: string) => ({ zh, en });

const estateRecords: readonly ProvisionRecord[] = [
  { kind: 'estate', name: name('紫云', 'Ziyun'), timeZone: 'Asia/Shanghai' },
  {
    kind: 'tariff',
    tariffVersion: '2026-01',
    electricity: householdElectricity,
    service: { by: 'energy', priceMilliYuanPerKWh: 400 },
    holdFen: 300,
    effectiveFromMs: startMs - 86_400_000,
  },
  { kind: 'facility', facilityId: 'garage', facilityKind: 'garage', name: name('车库', 'Garage'), bays: 20 },
  {
    kind: 'charging-board',
    deviceId: imei,
    facilityId: 'garage',
    ports: 10,
    login: { user: 'board-11', password: 'secret-11' },
    settlementUnitWh: 1,
  },
  {
    kind: 'reader',
    deviceId: 'reader-in',
    facilityId: 'garage',
    direction: 'in',
    name: name('北门', 'North door'),
  },
  {
    kind: 'sensor',
    deviceId: 'corridor-7-2',
    sensor: 'corridor',
    place: name('7号楼2单元', 'Building 7, unit 2'),
  },
  { kind: 'household', householdId: '7-2-401', building: '7', unit: '2' },
  { kind: 'top-up', transferId: 'cash-1', householdId: '7-2-401', amountFen: 5000 },
];

const clock = steppedClock(startMs);
const connections: DeviceConnection[] = [];
let cloud: LocalCloud;
let browser: Browser;
let page: Page;
let resident: ApiClient;

beforeAll(async () => {
  const pagesDir = join(root, 'dist/web');
  expect(existsSync(join(pagesDir, 'index.html')), 'the page is built').toBe(true);
  cloud = await startLocalCloud({
    assembly: join(root, 'cdk.out/aws'),
    clock,
    pagesDir,
    accounts: [
      { login: 'chen', password: 'chen', name: '陈经理', sub: 'chen', roles: 'manager', estates: 'ziyun' },
    ],
  });
  const as = async (sub: string, roles: string, household?: string) =>
    new ApiClient(
      cloud.api,
      await cloud.accessToken({
        sub,
        roles,
        estates: 'ziyun',
        ...(household === undefined ? {} : { household }),
      }),
    );
  await (await as('operator', 'operator')).provision('ziyun', estateRecords);
  resident = await as('resident-1', 'resident', '7-2-401');
  browser = await openBrowser();
  page = await (await browser.newContext({ locale: 'zh-CN', viewport: desk })).newPage();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(connections.map((connection) => connection.close()));
  await cloud?.stop();
});

async function plugIn<D extends VirtualDevice>(
  device: D,
  login?: { user: string; password: string },
): Promise<DeviceConnection> {
  const connection = new DeviceConnection(device, {
    endpoint: login === undefined ? cloud.mqtt : cloud.boards,
    certificateAuthority: cloud.certificateAuthority,
    proof: login ?? (await cloud.issueDevice(device.connection)),
    time: clock,
  });
  connections.push(connection);
  await vi.waitFor(() => expect(connection.ready).toBe(true), { timeout: 15_000 });
  return connection;
}

const port = (number: number, state: string) =>
  page.locator(`[data-testid=facility-garage] [data-testid=port-${number}][data-state=${state}]`);

test('the page asks a stranger to sign in, in Chinese or English', async () => {
  await page.goto(cloud.pages ?? '');
  await page.getByRole('button', { name: '登录' }).waitFor();
  await page.getByRole('button', { name: 'Switch to English' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.getByRole('button', { name: '切换到中文' }).click();
});

test('a manager signs in at the issuer and sees the estate, live', async () => {
  await page.getByRole('button', { name: '登录' }).click();
  await page.locator('[name=login]').fill('chen');
  await page.locator('[name=password]').fill('chen');
  await page.getByRole('button', { name: /Sign in/ }).click();
  await page.locator('[data-testid=live][data-status=subscribed]').waitFor();
  await page.getByRole('heading', { name: '车库', exact: true }).waitFor();
  await page.getByText('紫云').first().waitFor();
  expect(await page.locator('[data-testid^=port-]').count()).toBe(10);
});

test('an unknown card at the door is refused, and seen to be', async () => {
  const reader = new Reader({ thing: 'reader-in', idPrefix: 'page-test' });
  const connection = await plugIn(reader);
  connection.act((nowMs) => reader.swipe('047C9A22', nowMs).messages);
  await page.getByTestId('door-reader-in-1').getByText('未知卡片').waitFor();
  await page.getByTestId('refused-unknown-card').waitFor();
  expect(await page.getByTestId('figure-refused').textContent()).toContain('1');
});

test('a bike in a corridor becomes an alert, which the manager acknowledges', async () => {
  const sensor = new CorridorSensor({ thing: 'corridor-7-2', idPrefix: 'page-test' });
  const connection = await plugIn(sensor);
  connection.act((nowMs) => sensor.see(1, 0.95, nowMs));
  const alert = page.getByTestId('alert').filter({ hasText: '7号楼2单元' });
  await alert.waitFor();
  await alert.getByRole('button', { name: /确认收到/ }).click();
  await page.locator('[data-testid=alert][data-state=acknowledged]').waitFor();
});

test('a charge is seen from plug to bill, and the bill adds up', async () => {
  const board = new JuyBoard({ imei, ports: 10, settlementUnitWh: 1 });
  const connection = await plugIn(board, { user: 'board-11', password: 'secret-11' });
  await vi.waitFor(() => expect(board.loggedIn).toBe(true), { timeout: 15_000 });
  board.plug(3, { needWh: 900, chargerW: 180, taperS: 1800 });
  await resident.post('/estates/ziyun/charges', { requestId: 'from-the-phone-1', deviceId: imei, port: 3 });
  await port(3, 'charging').waitFor();
  for (const [afterMinutes, shown] of [
    [10, '21:40:00'],
    [20, '21:50:00'],
    [40, '22:10:00'],
    [60, '22:30:00'],
  ] as const) {
    clock.set(startMs + afterMinutes * minuteMs);
    connection.tick();
    await page.getByTestId('live').getByText(shown).waitFor();
  }
  await port(3, 'charging').getByText('180 W').waitFor();
  connection.act((nowMs) => board.unplug(3, nowMs));
  clock.set(startMs + 70 * minuteMs);
  connection.tick();
  await port(3, 'idle').waitFor();

  const charge = page.locator('[data-testid=charge][data-state=settled]');
  await charge.click();
  // Its receipt can be looked at without signing in: code, QR code, and the file to print.
  const links = page.getByTestId('receipt-links');
  await links.getByText(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/).waitFor();
  await links.getByRole('img').waitFor();
  expect(await links.getByRole('link', { name: '打印版（PDF）' }).getAttribute('href')).toMatch(
    /\/receipts\/[0-9A-Z]{10}\/pdf$/,
  );
  const total = await page.getByTestId('bill-total').textContent();
  const lines = await page.locator('[data-testid^=line-] caption strong').allTextContents();
  const fen = (shown: string | null) => Number((shown ?? '').replace(/[¥.]/g, ''));
  expect(lines).toHaveLength(2);
  expect(lines.map(fen).reduce((sum, line) => sum + line, 0)).toBe(fen(total));
  expect(fen(total)).toBeGreaterThan(0);
  // 21:30 to 22:30 lies on both sides of the price boundary at 22:00.
  expect(await page.locator('[data-testid=line-electricity] tbody tr').count()).toBe(2);
});

test('at the width of a phone nothing sticks out, and everything can be touched', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  const tooSmall = await page
    .locator('button:visible, a:visible:not(.skip), select:visible')
    .evaluateAll((elements) =>
      elements
        .filter(
          (element) =>
            element.getBoundingClientRect().height < 44 || element.getBoundingClientRect().width < 44,
        )
        .map((element) => element.textContent),
    );
  expect(tooSmall).toEqual([]);
});

test('signing out ends at the first page', async () => {
  await page.getByRole('button', { name: '退出' }).click();
  const signIn = page.getByRole('button', { name: '登录' });
  // An issuer may ask first whether it should forget the person too.
  const confirm = page.getByRole('button', { name: /sign me out/i });
  await signIn.or(confirm).first().waitFor();
  if (await confirm.isVisible()) await confirm.click();
  await signIn.waitFor();
});
