import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { steppedClock } from '../../local/machine/clock.ts';
import { DeviceConnection } from '../../simulator/connection.ts';
import { CorridorSensor } from '../../simulator/devices/sensors.ts';
import { openBrowser, signedIn } from '../support/browser.ts';
import { type PageCloud, pageCloud } from '../support/page-cloud.ts';
import { chargedEvening, householdId, name, pageEstate, startMs } from '../support/page-estate.ts';

// Every role on each of its pages, pressing what is offered there: nothing is that the server then forbids.

const clock = steppedClock(startMs);
const connections: DeviceConnection[] = [];
let opened: PageCloud;
let browser: Browser;

const people = {
  resident: { login: 'zhang', roles: 'resident', household: householdId },
  'resident without a household': { login: 'qian', roles: 'resident' },
  manager: { login: 'chen', roles: 'manager' },
  committee: { login: 'li', roles: 'committee' },
  operator: { login: 'wu', roles: 'operator' },
  'resident and committee': { login: 'sun', roles: 'resident committee', household: householdId },
  'manager who lives there': { login: 'zhou', roles: 'resident manager', household: householdId },
} as const;

beforeAll(async () => {
  opened = await pageCloud(
    clock,
    [
      ...pageEstate,
      {
        ...{ kind: 'sensor', deviceId: 'corridor-7-2', sensor: 'corridor' },
        place: name('7号楼2单元', 'Building 7, unit 2'),
      },
    ],
    Object.values(people),
  );
  const { cloud } = opened;
  connections.push(await chargedEvening(cloud, clock, await opened.clientOf('zhang')));
  const sensor = new CorridorSensor({ thing: 'corridor-7-2', idPrefix: 'roles' });
  const connection = new DeviceConnection(sensor, {
    endpoint: cloud.mqtt,
    certificateAuthority: cloud.certificateAuthority,
    proof: await cloud.issueDevice('corridor-7-2'),
    time: clock,
  });
  connections.push(connection);
  await vi.waitFor(() => expect(connection.ready).toBe(true), { timeout: 15_000 });
  connection.act((nowMs) => sensor.see(1, 0.95, nowMs));
  await cloud.idle();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(connections.map((connection) => connection.close()));
  await opened?.cloud.stop();
});

test.each(Object.keys(people) as (keyof typeof people)[])(
  'nothing is forbidden on any page of: %s',
  async (who) => {
    const page = await signedIn(browser, opened.pages, people[who].login);
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() === 403) refused.push(`${response.request().method()} ${response.url()}`);
    });
    await page.reload();
    await settled(page);
    const links = await page
      .locator('nav.menu a')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    for (const link of links.length === 0 ? [undefined] : links) {
      if (link !== undefined) await page.locator(`nav.menu a[href="${link}"]`).click();
      await settled(page);
      await pressAll(page);
    }
    expect(refused).toEqual([]);
    expect(await page.locator('[data-testid=problem][data-error=forbidden]').count()).toBe(0);
    await page.context().close();
  },
  120_000,
);

test('who may not answer for an alert is not asked to', async () => {
  const page = await signedIn(browser, opened.pages, people.operator.login);
  await page.getByTestId('alert').first().waitFor();
  expect(await page.locator('[data-testid=alert] button').count()).toBe(0);
  await page.context().close();
});

async function settled(page: Page): Promise<void> {
  await page.locator('main#content').waitFor();
  await page.waitForLoadState('networkidle');
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}

/**
 * Presses every button and opens every fold, once; what appears by that is pressed too. What the server was asked by
 * then is seen when all of it is answered.
 */
async function pressAll(page: Page): Promise<void> {
  const pressed = new Set<string>();
  for (let presses = 0; presses < 30; presses += 1) {
    const found = page.locator('main button:visible, main summary:visible');
    const names = await found.evaluateAll((all) =>
      all.map((one) => `${one.closest('section, article, li')?.id ?? ''} ${one.textContent}`),
    );
    const next = names.findIndex((text) => !pressed.has(text));
    if (next < 0) break;
    pressed.add(names[next] ?? '');
    // A button may go as another is pressed; what counts is what the server is asked.
    await found
      .nth(next)
      .click({ timeout: 1_000 })
      .catch(() => undefined);
  }
  await page.waitForLoadState('networkidle');
}
