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
  const context = await browser.newContext({ locale: 'zh-CN', viewport: desk, ...options });
  const page = await context.newPage();
  await page.goto(pages);
  await page.getByRole('button', { name: '登录' }).click();
  await page.locator('[name=login]').fill(login);
  await page.locator('[name=password]').fill(login);
  await page.getByRole('button', { name: /Sign in/ }).click();
  await page.locator('#content').waitFor();
  return page;
}

/** What sticks out of the window, and what is too small for a finger. */
export async function layoutFlaws(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const flaws: string[] = [];
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > window.innerWidth) flaws.push(`the page is ${scrollWidth} wide`);
    const isShown = (element: Element) => element.checkVisibility() && element.getClientRects().length > 0;
    for (const element of document.querySelectorAll('button, a:not(.skip), select, input')) {
      const target = element.matches('[type=radio], [type=checkbox]')
        ? (element.closest('label') ?? element)
        : element;
      const { width, height } = target.getBoundingClientRect();
      if (isShown(element) && (width < 44 || height < 44))
        flaws.push(`${target.outerHTML.slice(0, 120)} is ${Math.round(width)} × ${Math.round(height)}`);
    }
    return flaws;
  });
}
