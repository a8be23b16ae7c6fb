import type { Locator, Page } from 'playwright-core';

/** More stops than any page has. */
const stopsAtMost = 200;

/** Goes on by the Tab key until this has the focus. Throws if it never has, or if the focus cannot be seen on the way. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let stop = 0; stop < stopsAtMost; stop++) {
    await page.keyboard.press('Tab');
    const { where, isSeen } = await focus(page);
    // Behind the last stop the page itself has it, as before the first.
    if (!isSeen && where !== 'BODY') throw new Error(`The focus cannot be seen at ${where}`);
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`The Tab key never comes to ${wanted}`);
}

/** Where the keyboard is, as the start of its element and of what is in it; BODY when an action has lost it. */
export async function focus(page: Page): Promise<{ readonly where: string; readonly isSeen: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    // The frame of a small control is drawn around its label.
    const shown = element.matches('[type=radio], [type=file]')
      ? (element.closest('label') ?? element)
      : element;
    const { outlineStyle, outlineWidth } = getComputedStyle(shown);
    const { top, bottom, height } = shown.getBoundingClientRect();
    const isInSight = height > 0 && bottom > 0 && top < innerHeight;
    const isSeen = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && isInSight;
    const told = `${element.outerHTML.slice(0, 100)} ${element.textContent?.slice(0, 60)}`;
    return { where: element === document.body ? 'BODY' : told, isSeen };
  });
}
