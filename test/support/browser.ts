import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { chromiumPath } from './chromium.ts';

/** The browser of the page tests, without anything that it does by itself. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath() ?? 'chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export const desk = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };

/** A person of their own, with cookies of their own, signed in at the embedded issuer; login and password are the same. */
export async function signedIn(
  browser: Browser,
  pages: string,
  login: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await newVisitor(browser, options);
  await page.goto(pages);
  await page.getByRole('button', { name: '登录' }).click();
  await page.locator('[name=login]').fill(login);
  await page.locator('[name=password]').fill(login);
  await page.getByRole('button', { name: /Sign in/ }).click();
  await page.locator('#content').waitFor();
  return page;
}

declare global {
  interface Window {
    policyFaults?: string[];
  }
}

/** An empty page of somebody new, which remembers what its content security policy refuses. */
export async function newVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: desk, ...options });
  await context.addInitScript(() => {
    window.policyFaults = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
      window.policyFaults?.push(`${effectiveDirective} refused ${blockedURI} ${sample}`.trim()),
    );
  });
  return context.newPage();
}

/** What was refused since the page was loaded. */
export const policyFaults = (page: Page): Promise<string[]> =>
  page.evaluate(() => window.policyFaults ?? ['nobody watched the policy']);

export type Language = 'zh' | 'en';

/** Changes the page's language by its own button, unless it has that language already. */
export async function inLanguage(page: Page, language: Language): Promise<void> {
  const isOther = (await page.evaluate(() => document.documentElement.lang.slice(0, 2))) !== language;
  if (isOther) await page.getByTestId('language').click();
  await page.locator(`html[lang^=${language}]`).waitFor();
}
