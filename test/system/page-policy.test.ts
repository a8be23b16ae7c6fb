import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { steppedClock } from '../../local/machine/clock.ts';
import { pageHeaders } from '../../web/page-headers.ts';
import { newVisitor, openBrowser, policyFaults } from '../support/browser.ts';
import { eveningMs } from '../support/estate.ts';
import { type PageCloud, pageCloud } from '../support/page-cloud.ts';
import { pageEstate } from '../support/page-estate.ts';

let world: PageCloud;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [world, browser] = await Promise.all([
    pageCloud(steppedClock(eveningMs), pageEstate, [{ login: 'manager', roles: 'manager' }]),
    openBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await world?.cloud.stop();
});
beforeEach(async () => {
  page = await newVisitor(browser);
});
afterEach(() => page.context().close());

/** Whether what somebody smuggled into the page is run. */
async function runsForeignScript(): Promise<boolean> {
  return page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    const image = document.createElement('div');
    image.innerHTML = '<img src="data:," onerror="window.ran = true">';
    document.body.append(image);
    return 'ran' in window;
  });
}

describe('every page that a stranger can open', () => {
  const pages: readonly [string, () => string, string][] = [
    ['the first page', () => world.pages, 'button'],
    ['a receipt that is not there', () => `${world.pages}/r/0000000000`, 'main'],
    ['the API as its document describes it', () => `${world.pages}/api.html`, '.opblock'],
    ['the payment stand-in', () => `${world.cloud.providers}/`, 'main'],
  ];

  test.each(pages)(
    '%s is shown whole under its policy, and runs no script of a stranger',
    async (_, url, part) => {
      await page.goto(url());
      await page.locator(part).first().waitFor();
      expect(await policyFaults(page)).toEqual([]);
      expect(await runsForeignScript()).toBe(false);
      await expect.poll(() => policyFaults(page)).toContainEqual(expect.stringMatching(/^script-src/));
    },
  );

  test('so is the sign-in form, which leads back to the page', async () => {
    await page.goto(world.pages);
    await page.getByRole('button', { name: /登录|Sign in/ }).click();
    await page.locator('[name=login]').fill('manager');
    await page.locator('[name=password]').fill('manager');
    expect(await policyFaults(page)).toEqual([]);
    expect(await runsForeignScript()).toBe(false);
    await page.getByRole('button', { name: /Sign in/ }).click();
    await page.locator('#content').waitFor();
    expect(await policyFaults(page)).toEqual([]);
  });
});

test('the pages answer with each header, and let scripts talk to nobody but API, issuer and broker', async () => {
  const config = (await (await fetch(`${world.pages}/config.json`)).json()) as Parameters<
    typeof pageHeaders
  >[0];
  const headers = pageHeaders(config);
  for (const path of ['/', '/api.html', '/r/0000000000', '/config.json']) {
    const answer = await fetch(world.pages + path);
    for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name), path).toBe(value);
  }
  const [, connect = ''] = /connect-src ([^;]*)/.exec(headers['content-security-policy'] ?? '') ?? [];
  const origins = [config.api, config.issuer, config.websocket].map((address) => new URL(address).origin);
  expect(connect.split(' ')).toEqual(["'self'", ...origins]);
});
