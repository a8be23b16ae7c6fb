import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { steppedClock } from '../../local/machine/clock.ts';
import { DeviceConnection } from '../../simulator/connection.ts';
import { JuyBoard } from '../../simulator/devices/juy-board.ts';
import { desk, openBrowser, phone, signedIn } from '../support/browser.ts';
import { type PageCloud, pageCloud } from '../support/page-cloud.ts';
import { boardLogin, householdId, imei, pageEstate, startMs } from '../support/page-estate.ts';
import { pageFaults } from '../support/page-faults.ts';

// A resident's page while a session runs, and while the network is away.

const minuteMs = 60_000;
const clock = steppedClock(startMs);
const device = new JuyBoard({ imei, ports: 10, settlementUnitWh: 1 });
let opened: PageCloud;
let browser: Browser;
let board: DeviceConnection;
let resident: Page;

beforeAll(async () => {
  opened = await pageCloud(clock, pageEstate, [
    { login: 'zhang', roles: 'resident', household: householdId },
  ]);
  board = new DeviceConnection(device, {
    endpoint: opened.cloud.boards,
    certificateAuthority: opened.cloud.certificateAuthority,
    proof: boardLogin,
    time: clock,
  });
  await vi.waitFor(() => expect(device.loggedIn).toBe(true), { timeout: 15_000 });
  browser = await openBrowser();
  resident = await signedIn(browser, opened.pages, 'zhang');
});

afterAll(async () => {
  await browser?.close();
  await board?.close();
  await opened?.cloud.stop();
});

const spendable = () => resident.getByTestId('spendable');

test('a resident sees a session while it runs, and stops it', async () => {
  device.plug(4, { needWh: 900, chargerW: 180, taperS: 1800 });
  const client = await opened.clientOf('zhang');
  await client.call('POST /estates/{estateId}/sessions', {
    path: { estateId: 'ziyun' },
    body: { requestId: 'from-the-phone-2', deviceId: imei, port: 4 },
  });
  await vi.waitFor(() => expect(device.ports[3]?.session).toBeDefined(), { timeout: 15_000 });
  const passed = async (minutes: number) => {
    clock.set(startMs + minutes * minuteMs);
    board.tick();
    await opened.cloud.idle();
  };
  await passed(20);
  await resident.reload();
  await resident.locator('[data-testid=session][data-state=charging]').click();
  await resident.getByRole('button', { name: '停止充电' }).click();
  expect.soft(await pageFaults(resident)).toEqual([]);
  await resident.getByRole('button', { name: '确认停止' }).click();
  await resident.getByText('已请充电桩停止').waitFor();
  await passed(21);
  // Its bill stands where it ran, without another touch.
  await resident
    .locator('[data-testid=session][data-state=charging]')
    .waitFor({ state: 'detached', timeout: 40_000 });
  await resident.getByTestId('bill-total').waitFor({ timeout: 40_000 });
  await resident.getByRole('button', { name: '停止充电' }).waitFor({ state: 'detached' });
});

test('the largest letters that a page for the elderly must offer fit a phone', async () => {
  await resident.getByRole('radio', { name: '特大' }).check();
  expect.soft(await pageFaults(resident)).toEqual([]);
  await resident.setViewportSize(phone);
  await resident.getByTestId('bill-total').waitFor();
  expect(await crossedCells(resident)).toEqual([]);
  await resident.setViewportSize(desk);
  await resident.getByRole('radio', { name: '标准' }).check();
});

test('what was read stays on the page while the network is away', async () => {
  await resident.getByRole('button', { name: '生成付款码' }).click();
  await resident.getByRole('img', { name: '付款二维码' }).waitFor();
  await resident.context().setOffline(true);
  const away = resident.locator('[data-testid=problem][data-error]');
  await away.getByText('下面是之前读到的内容').waitFor({ timeout: 40_000 });
  expect(await spendable().isVisible()).toBe(true);
  expect(await resident.getByRole('img', { name: '付款二维码' }).isVisible()).toBe(true);
  await resident.context().setOffline(false);
  await away.first().waitFor({ state: 'detached', timeout: 40_000 });
  await resident.getByRole('button', { name: '不付了' }).click();
});

/** The cells of bills that are written over by, or reach beyond, another. */
function crossedCells(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const crosses = (a: DOMRect, b: DOMRect) =>
      a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const inkOf = (cell: Element) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return range.getBoundingClientRect();
    };
    return [...document.querySelectorAll('.line tr')].flatMap((row) => {
      const cells = [...row.children].filter((cell) => cell.checkVisibility());
      const wrong = cells.filter(
        (cell) =>
          inkOf(cell).right > row.getBoundingClientRect().right + 1 ||
          cells.some((other) => other !== cell && crosses(inkOf(cell), inkOf(other))),
      );
      return wrong.map((cell) => cell.textContent ?? '');
    });
  });
}
