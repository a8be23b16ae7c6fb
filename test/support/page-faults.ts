import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { desk, inLanguage, type Language, phone, policyFaults } from './browser.ts';

// What a machine can find wrong with a page: for those who cannot see it, who cannot read it, and who have a thumb.

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every language with every size, and both colour schemes with either. */
const looks = [
  { language: 'zh', size: 'desk', colorScheme: 'light' },
  { language: 'zh', size: 'phone', colorScheme: 'dark' },
  { language: 'en', size: 'phone', colorScheme: 'light' },
  { language: 'en', size: 'desk', colorScheme: 'dark' },
] as const;

/**
 * Looks at a page as it stands in both languages, at the size of a phone and of a desk, in light and in dark, and
 * answers what is wrong with it, each with where it is. Leaves it in Chinese on a desk.
 */
export async function pageFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const { language, size, colorScheme } of looks) {
    await page.setViewportSize({ desk, phone }[size]);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await inLanguage(page, language);
    const found = [
      ...(await accessibilityFaults(page)),
      ...(await layoutFaults(page)),
      ...(await foreignWords(page, language)),
    ];
    faults.push(...found.map((fault) => `${language}, ${size}, ${colorScheme}: ${fault}`));
    await keepShot(page, `${language}-${size}`);
  }
  faults.push(...(await policyFaults(page)));
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(desk);
  await inLanguage(page, 'zh');
  return faults;
}

/** Violations of WCAG 2.1 A and AA, as far as axe can tell them. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
      iframes: false,
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary = '' }) => {
        const [, why = ''] = failureSummary.split('\n');
        return `${id} at ${target.join(' ')}: ${why.trim()}`;
      }),
    );
  });
}

/** What sticks out of the window, and what is too small for a finger. */
export async function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > window.innerWidth) faults.push(`the page is ${scrollWidth} wide`);
    const isShown = (element: Element) => element.checkVisibility() && element.getClientRects().length > 0;
    for (const element of document.querySelectorAll('button, a:not(.skip), select, input, summary')) {
      const target = element.matches('[type=radio], [type=checkbox], [type=file]')
        ? (element.closest('label') ?? element)
        : element;
      const { width, height } = target.getBoundingClientRect();
      if (isShown(element) && (width < 44 || height < 44))
        faults.push(`${target.outerHTML.slice(0, 120)} is ${Math.round(width)} × ${Math.round(height)}`);
    }
    return faults;
  });
}

/** Words of Chinese on an English page and the other way round, where they are not said to be in that language. */
export async function foreignWords(page: Page, language: Language): Promise<string[]> {
  return page.evaluate((own) => {
    // Names of things that are called the same in both, and units.
    const everywhere = /\b(?:Pengyou|kWh|CSV|PDF|API|QR|Excel)\b/g;
    const foreign = own === 'zh' ? /[A-Za-z]{3,}(?![A-Za-z]*[-_\d])/ : /\p{Script=Han}/u;
    const languageOf = (element: Element | null) =>
      element?.closest('[lang]')?.getAttribute('lang')?.slice(0, 2) ?? '';
    const found: string[] = [];
    const look = (element: Element, text: string) => {
      if (languageOf(element) !== own || !foreign.test(text.replace(everywhere, ''))) return;
      if (own === 'zh' && element.closest('code, pre, .device, [translate=no]') !== null) return;
      found.push(`foreign word at ${element.tagName} ${element.className}: ${text.trim().slice(0, 80)}`);
    };
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (element !== null && !element.matches('script, style, title'))
        look(element, walker.currentNode.textContent ?? '');
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        look(element, element.getAttribute(name) ?? '');
    return found;
  }, language);
}

let shots = 0;

/** For whoever wants to see what the tests saw: PENGYOU_SHOTS names a directory. */
async function keepShot(page: Page, name: string): Promise<void> {
  const directory = process.env['PENGYOU_SHOTS'];
  if (directory === undefined) return;
  shots += 1;
  const path = `${directory}/${String(shots).padStart(3, '0')}-${name}.png`;
  await page.screenshot({ path, fullPage: true });
}
