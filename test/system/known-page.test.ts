import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { openToolClient } from '../../contract/tool.ts';
import { steppedClock } from '../../local/machine/clock.ts';
import { DeviceConnection } from '../../simulator/connection.ts';
import type { VirtualDevice } from '../../simulator/devices/device.ts';
import { JuyBoard } from '../../simulator/devices/juy-board.ts';
import { Reader } from '../../simulator/devices/reader.ts';
import { SmokeDetector } from '../../simulator/devices/sensors.ts';
import { provision } from '../../simulator/provision.ts';
import { openBrowser, signedIn } from '../support/browser.ts';
import { type PageCloud, pageCloud } from '../support/page-cloud.ts';
import { boardLogin, householdId, imei, name, pageEstate, startMs } from '../support/page-estate.ts';
import { pageFaults } from '../support/page-faults.ts';

// What is not known is not shown as known: an estate that is empty, devices that say nothing, a page that hears nothing.

const minuteMs = 60_000;
const clock = steppedClock(startMs);
const connections: DeviceConnection[] = [];
const [estateRecord, ...otherRecords] = pageEstate as [ProvisioningRecord, ...ProvisioningRecord[]];
let opened: PageCloud;
let browser: Browser;
let page: Page;

const more: readonly ProvisioningRecord[] = [
  {
    kind: 'facility',
    facilityId: 'shed',
    facilityKind: 'shed',
    name: name('东车棚', 'East shed'),
    bays: 160,
  },
  ...(['in', 'out'] as const).map((direction) => ({
    ...{ kind: 'reader' as const, deviceId: `reader-${direction}`, facilityId: 'garage', direction },
    name: direction === 'in' ? name('北门', 'North door') : name('南门', 'South door'),
  })),
  {
    ...{ kind: 'sensor', deviceId: 'smoke-1', sensor: 'smoke', facilityId: 'garage' },
    place: name('车库', 'Garage'),
  },
];

beforeAll(async () => {
  opened = await pageCloud(
    clock,
    [estateRecord],
    [
      { login: 'chen', roles: 'manager' },
      { login: 'zhang', roles: 'resident', household: householdId },
    ],
  );
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(connections.map((connection) => connection.close()));
  await opened?.cloud.stop();
});

async function plugIn(device: VirtualDevice, login?: { user: string; password: string }) {
  const { cloud } = opened;
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

const garage = () => page.getByTestId('facility-garage');
const portIs = (number: number, state: string) =>
  garage().locator(`[data-testid=port-${number}][data-state=${state}]`).waitFor();
const doorIs = (reader: string, state: string) =>
  page.locator(`[data-testid=door-${reader}-1][data-state=${state}]`).waitFor();

test('an estate without devices says so, and shows them once they are there', async () => {
  page = await signedIn(browser, opened.pages, 'chen');
  await page.getByTestId('no-devices').waitFor();
  expect.soft(await pageFaults(page)).toEqual([]);
  await page.locator('nav.menu a[href="#/office"]').click();
  await page.getByTestId('no-households').waitFor();
  await page.locator('nav.menu a[href="#/estate"]').click();
  await page.getByTestId('no-devices').waitFor();
  const operator = { sub: 'operator', roles: 'operator', estates: 'ziyun' };
  const { cloud } = opened;
  await provision(openToolClient(cloud.api, await cloud.accessToken(operator)), 'ziyun', [
    ...otherRecords,
    ...more,
  ]);
  // A warm function remembers for a minute what it has read; nobody touches the page.
  clock.set(startMs + 61_000);
  await garage().waitFor({ timeout: 90_000 });
  await page.getByTestId('no-devices').waitFor({ state: 'detached' });
});

test('a board that was never heard has no free port, and a shed without doors counts nobody', async () => {
  await garage().locator('[data-testid=port-1][data-state=unknown]').waitFor({ timeout: 60_000 });
  await page.getByTestId('silent-smoke-1').waitFor({ timeout: 60_000 });
  expect(await garage().locator('[data-state=idle]').count()).toBe(0);
  await page
    .getByTestId('facility-shed')
    .locator('[data-testid=occupancy][data-state=not-counted]')
    .waitFor();
  expect.soft(await pageFaults(page)).toEqual([]);
});

test('a port is free when its board says so, and unknown once the board is silent, on a page that nobody touches', async () => {
  const board = new JuyBoard({ imei, ports: 10, settlementUnitWh: 1 });
  const boardLine = await plugIn(board, boardLogin);
  await vi.waitFor(() => expect(board.loggedIn).toBe(true), { timeout: 15_000 });
  clock.set(startMs + 5 * minuteMs);
  boardLine.tick();
  await portIs(1, 'idle');
  const reader = await plugIn(new Reader({ thing: 'reader-in', idPrefix: 'known' }));
  await boardLine.close();
  clock.set(startMs + 25 * minuteMs);
  // Something else is told, by which the page knows how late it is.
  reader.tick();
  await portIs(1, 'unknown');
  expect(await page.getByTestId('figure-charging').textContent()).toMatch(/10 个未知/);
  expect.soft(await pageFaults(page)).toEqual([]);
});

test('doors that are told to open are open once they confirm; the others are told of after a minute', async () => {
  const smoke = new SmokeDetector({ thing: 'smoke-1', idPrefix: 'known' });
  const line = await plugIn(smoke);
  line.act((nowMs) => smoke.set(true, nowMs));
  await doorIs('reader-in', 'open-confirmed');
  await doorIs('reader-out', 'open-asked');
  clock.set(startMs + 27 * minuteMs);
  await opened.cloud.idle();
  await page.reload();
  await doorIs('reader-out', 'open-unanswered');
  await doorIs('reader-in', 'open-confirmed');
  await page
    .locator('.danger [data-testid=evacuation][data-confirmed="1"][data-silent="1"]')
    .first()
    .waitFor();
  expect.soft(await pageFaults(page)).toEqual([]);
});

test('a page that hears nothing any more says from when it is, and calls nothing live', async () => {
  const other = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
  const lines: WebSocketRoute[] = [];
  let isCut = false;
  await other.routeWebSocket(/.*/, (line) => {
    if (isCut) return void line.close();
    line.connectToServer();
    lines.push(line);
  });
  await other.goto(opened.pages);
  await other.getByRole('button', { name: '登录' }).click();
  await other.locator('[name=login]').fill('chen');
  await other.locator('[name=password]').fill('chen');
  await other.getByRole('button', { name: /Sign in/ }).click();
  await other.locator('[data-testid=live][data-status=subscribed]').waitFor();
  await other.getByTestId('facility-garage').waitFor();
  isCut = true;
  for (const line of lines) await line.close();
  await other.locator('main[data-live=interrupted]').waitFor();
  await other.getByText(/中断前的.*\d\d:\d\d/).waitFor();
  expect(await other.locator('[data-testid=live]').getAttribute('data-status')).toBe('interrupted');
  expect(await other.locator('[data-testid=live]').textContent()).not.toMatch(/实时/);
  isCut = false;
  await other.locator('[data-testid=live][data-status=subscribed]').waitFor();
  await other.locator('main[data-live=subscribed]').waitFor();
});
