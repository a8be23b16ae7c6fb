import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Client } from '../../contract/client.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { steppedClock } from '../../local/machine/clock.ts';
import { DeviceConnection } from '../../simulator/connection.ts';
import type { VirtualDevice } from '../../simulator/devices/device.ts';
import { JuyBoard } from '../../simulator/devices/juy-board.ts';
import { Reader } from '../../simulator/devices/reader.ts';
import { CorridorSensor } from '../../simulator/devices/sensors.ts';
import { newVisitor, openBrowser, signedIn } from '../support/browser.ts';
import { focus, tabTo } from '../support/keyboard.ts';
import { type PageCloud, pageCloud } from '../support/page-cloud.ts';
import { boardLogin, householdId, imei, name, pageEstate, startMs } from '../support/page-estate.ts';
import { pageFaults } from '../support/page-faults.ts';

// A manager's evening in Chromium: everything on the page came from a device, through the whole local cloud.

const minuteMs = 60_000;
const clock = steppedClock(startMs);
const connections: DeviceConnection[] = [];
let opened: PageCloud;
let cloud: LocalCloud;
let browser: Browser;
let page: Page;
let resident: Client;

beforeAll(async () => {
  opened = await pageCloud(
    clock,
    [
      ...pageEstate,
      {
        ...{ kind: 'reader', deviceId: 'reader-in', facilityId: 'garage', direction: 'in' },
        name: name('北门', 'North door'),
      },
      {
        ...{ kind: 'sensor', deviceId: 'corridor-7-2', sensor: 'corridor' },
        place: name('7号楼2单元', 'Building 7, unit 2'),
      },
    ],
    [
      { login: 'chen', name: '陈经理', roles: 'manager' },
      { login: 'zhang', roles: 'resident', household: householdId },
      { login: 'li', roles: 'committee' },
    ],
  );
  cloud = opened.cloud;
  resident = await opened.clientOf('zhang');
  browser = await openBrowser();
  page = await newVisitor(browser);
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
  await page.goto(opened.pages);
  await page.getByRole('button', { name: '登录' }).waitFor();
  await page.getByRole('button', { name: 'Switch to English' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.getByRole('button', { name: '切换到中文' }).click();
  expect.soft(await pageFaults(page)).toEqual([]);
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
  // This estate has no webhook: that the committee was not told stands on the alert, and at the top of the page.
  await alert.getByTestId('undelivered').getByText('未设置推送地址').waitFor();
  await page.getByTestId('not-reached').waitFor();
  await alert.getByRole('button', { name: /确认收到/ }).click();
  await page.locator('[data-testid=alert][data-state=acknowledged]').waitFor();
});

test('a session is seen from plug to bill, and the bill adds up', async () => {
  const board = new JuyBoard({ imei, ports: 10, settlementUnitWh: 1 });
  const connection = await plugIn(board, boardLogin);
  await vi.waitFor(() => expect(board.loggedIn).toBe(true), { timeout: 15_000 });
  board.plug(3, { needWh: 900, chargerW: 180, taperS: 1800 });
  await resident.call('POST /estates/{estateId}/sessions', {
    path: { estateId: 'ziyun' },
    body: { requestId: 'from-the-phone-1', deviceId: imei, port: 3 },
  });
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

  const session = page.locator('[data-testid=session][data-state=settled]');
  await session.click();
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

test('with all of that on it, it can be read by everybody, on a desk and on a phone', async () => {
  expect.soft(await pageFaults(page)).toEqual([]);
});

test('whoever has the bill’s receipt reads it without signing in', async () => {
  const address = await page.getByTestId('receipt-links').getByRole('link').first().getAttribute('href');
  const stranger = await newVisitor(browser);
  await stranger.goto(new URL(address ?? '', opened.pages).href);
  await stranger.locator('[data-testid=verdict][data-same=true]').waitFor();
  for (const summary of await stranger.locator('summary').all()) await summary.click();
  expect.soft(await pageFaults(stranger)).toEqual([]);
  await stranger.goto(new URL('/r/7777777777', opened.pages).href);
  await stranger.getByTestId('unknown-code').waitFor();
  expect.soft(await pageFaults(stranger)).toEqual([]);
  await stranger.close();
});

test('a committee sees sheds and alerts, and nothing that is not theirs', async () => {
  const committee = await signedIn(browser, opened.pages, 'li');
  await committee.getByTestId('alert').first().waitFor();
  await committee.getByRole('heading', { name: '车库', exact: true }).waitFor();
  await committee.getByTestId('figure-open-alerts').waitFor();
  expect(await committee.getByTestId('problem').count()).toBe(0);
  expect(await committee.locator('#sessions, #refusals').count()).toBe(0);
  expect.soft(await pageFaults(committee)).toEqual([]);
  await committee.close();
});

test('a resident tops up, reads a bill and changes the language by keyboard alone', async () => {
  const own = await signedIn(browser, opened.pages, 'zhang');
  const enter = async (wanted: Locator) => {
    await tabTo(own, wanted);
    await own.keyboard.press('Enter');
  };
  await enter(own.getByRole('link', { name: '跳到内容' }));
  expect(await own.locator('#content').evaluate((main) => main === document.activeElement)).toBe(true);
  await tabTo(own, own.getByRole('radio', { name: '¥20' }));
  await own.keyboard.press('ArrowRight');
  expect(await own.getByRole('radio', { name: '¥50' }).isChecked()).toBe(true);
  await enter(own.getByRole('button', { name: '生成付款码' }));
  const paying = own.locator('[data-testid=paying][data-state=created]');
  await paying.getByText('¥50.00').waitFor();
  expect((await focus(own)).where).toContain('id="top-up"');
  await enter(paying.getByRole('button').last());
  await own.getByRole('button', { name: '生成付款码' }).waitFor();
  expect((await focus(own)).where).toContain('id="top-up"');
  await enter(own.getByTestId('session'));
  await own.getByTestId('bill-total').waitFor();
  expect((await focus(own)).where).toContain('aria-expanded="true"');
  await enter(own.getByTestId('language'));
  await own.getByRole('heading', { name: 'My wallet' }).waitFor();
  await own.keyboard.press('Enter');
  await own.getByRole('heading', { name: '我的余额' }).waitFor();
  await own.close();
});

test('a manager books cash and prints its slip by keyboard alone', async () => {
  const enter = async (wanted: Locator) => {
    await tabTo(page, wanted);
    await page.keyboard.press('Enter');
  };
  await enter(page.getByRole('link', { name: '收银' }));
  await page.getByRole('heading', { name: '收银', level: 1 }).waitFor();
  await vi.waitFor(async () => expect((await focus(page)).where).toContain('<main'));
  await tabTo(page, page.getByRole('radio', { name: '现金充值' }));
  await page.keyboard.press('Tab');
  await page.keyboard.type(householdId);
  await page.keyboard.press('Tab');
  await page.keyboard.type('30');
  await page.keyboard.press('Enter');
  const asked = page.locator('[data-testid=asked][data-state=booked]');
  await asked.getByText('¥30.00').waitFor();
  expect((await focus(page)).where).toContain('inputmode="decimal"');
  await enter(asked.getByRole('button', { name: '打印凭条' }));
  await page.frameLocator('iframe.slip').getByText('¥30.00').first().waitFor();
  expect((await focus(page)).where).toContain('打印凭条');
  await enter(asked.getByRole('button', { name: '关闭' }));
  await page.locator('iframe.slip').waitFor({ state: 'detached' });
  expect((await focus(page)).where).toContain('<form');
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
