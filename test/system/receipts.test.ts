import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run as rebuild } from '../../cli/rebuild.ts';
import { run as verify } from '../../cli/verify.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import { pdfText } from '../receipts/pdf-text.ts';
import { boardId, type ChargedCloud, chargedCloud, estateId, householdId } from '../support/charged-cloud.ts';
import { chromiumPath } from '../support/chromium.ts';

// A session of a board in the local cloud, and what anybody who holds its receipt can do with it.

const pagesDir = join(import.meta.dirname, '../../dist/web');
const directory = mkdtempSync(join(tmpdir(), 'pengyou-receipts-'));
let charged: ChargedCloud;
let cloud: LocalCloud;
let sessionId: string;
let code: string;
let browser: Browser;

beforeAll(async () => {
  expect(existsSync(join(pagesDir, 'index.html')), 'the pages are built').toBe(true);
  charged = await chargedCloud({ pagesDir });
  ({ cloud, sessionId, code } = charged);
  browser = await chromium.launch({
    executablePath: chromiumPath() ?? 'chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});

afterAll(async () => {
  await browser?.close();
  await charged?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function get(path: string): Promise<Response> {
  return fetch(cloud.api + path);
}

/** Runs a command as the command line does, and keeps what it said. */
async function command(
  run: (args: readonly string[], tell: (line: string) => void, progress: () => void) => Promise<number>,
  ...args: readonly string[]
): Promise<{ readonly exit: number; readonly said: string }> {
  const lines: string[] = [];
  const exit = await run(
    args,
    (line) => lines.push(line),
    () => {},
  );
  return { exit, said: lines.join('\n') };
}

const verifyHere = (...args: readonly string[]) => command(verify, ...args, '--api', cloud.api);
const rebuildHere = () =>
  command(rebuild, '--estate', estateId, '--api', cloud.api, '--token', charged.token);

describe('without a token', () => {
  test('a receipt is there for its code, however it is typed, and for no other', async () => {
    const answer = await get(`/receipts/${code.slice(0, 5).toLowerCase()}-${code.slice(5)}`);
    expect(answer.status).toBe(200);
    const body = await answer.json();
    expect(body).toMatchObject({ receipt: { sessionId, code }, verification: { same: true } });
    expect(JSON.stringify(body)).not.toContain(householdId);
    const unknown = await get('/receipts/7777777777');
    expect([unknown.status, (await unknown.json()).error]).toEqual([404, 'not-found']);
  });

  test('it comes as PDF too, with its letters, the same bytes each time', async () => {
    const [first, again] = [await get(`/receipts/${code}/pdf`), await get(`/receipts/${code}/pdf`)];
    expect(first.headers.get('content-type')).toBe('application/pdf');
    const [bytes, other] = [Buffer.from(await first.arrayBuffer()), Buffer.from(await again.arrayBuffer())];
    expect(bytes.equals(other)).toBe(true);
    const text = pdfText(bytes);
    for (const line of ['充电收据', '紫云花园 · 地下车库', sessionId, `${cloud.pages}/r/${code}`])
      expect(text).toContain(line);
    expect((await get('/receipts/7777777777/pdf')).status).toBe(404);
  });
});

describe('pengyou verify', () => {
  test('says the same for a code, for either address, and for a saved copy', async () => {
    const copy = join(directory, 'receipt.json');
    writeFileSync(copy, await (await get(`/receipts/${code}`)).text());
    for (const named of [code, `${cloud.pages}/r/${code}`, `${cloud.api}/receipts/${code}/pdf`, copy]) {
      const { exit, said } = await verifyHere(named);
      expect(said, named).not.toContain('DIFFERENT');
      expect(exit, named).toBe(0);
    }
    const byPage = await command(verify, `${cloud.pages}/r/${code}`);
    expect(byPage.exit).toBe(0);
  });

  test('finds a copy whose amount was edited', async () => {
    const { receipt } = await (await get(`/receipts/${code}`)).json();
    const copy = join(directory, 'edited.json');
    writeFileSync(copy, JSON.stringify({ ...receipt, totalFen: receipt.totalFen - 10 }));
    const { exit, said } = await verifyHere(copy);
    expect(exit).toBe(1);
    expect(said).toContain(`totalFen: ${receipt.totalFen - 10} → ${receipt.totalFen}`);
  });

  test.each([['7777777777'], ['no code at all'], ['https://example.com/nothing'], []])(
    'answers 2 to bad input: %s',
    async (...args) => expect((await verifyHere(...args)).exit).toBe(2),
  );
});

describe('the page of a receipt', () => {
  const sizes = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
  const contexts: BrowserContext[] = [];
  afterAll(() => Promise.all(contexts.map((context) => context.close())));

  async function open(
    path: string,
    locale: string,
    viewport: { width: number; height: number },
  ): Promise<Page> {
    const context = await browser.newContext({ locale, viewport });
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(`${cloud.pages}${path}`);
    return page;
  }

  test.each([
    ['zh-CN', 'desk', '已重新计算：一致', '合计'],
    ['zh-CN', 'phone', '已重新计算：一致', '合计'],
    ['en-GB', 'desk', 'Computed again: the same', 'Total'],
    ['en-GB', 'phone', 'Computed again: the same', 'Total'],
  ] as const)('in %s on a %s says first that it is right, and adds up', async (locale, size, same, total) => {
    const page = await open(`/r/${code}`, locale, sizes[size]);
    await page.getByRole('heading', { name: same }).waitFor();
    await page.getByText(total, { exact: true }).waitFor();
    const fen = (shown: string | null) => Number((shown ?? '').replace(/[¥.]/g, ''));
    const lines = await page.locator('[data-testid^=line-] caption strong').allTextContents();
    const sum = await page.getByTestId('bill-total').textContent();
    expect(lines.map(fen).reduce((all, line) => all + line, 0)).toBe(fen(sum));
    expect(await page.locator('[data-testid=line-electricity] tbody tr').count()).toBe(3);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    const small = await page
      .locator('button:visible, a:visible, summary:visible')
      .evaluateAll((all) =>
        all
          .filter((element) => element.getBoundingClientRect().height < 44)
          .map(({ textContent }) => textContent),
      );
    expect(small).toEqual([]);
    expect(await page.getByTestId('pdf').getAttribute('href')).toBe(`${cloud.api}/receipts/${code}/pdf`);
    const shots = process.env['PENGYOU_SHOTS'];
    if (shots !== undefined)
      await page.screenshot({ path: join(shots, `${locale}-${size}.png`), fullPage: true });
  });

  test('is reached by typing the code, and says when there is none', async () => {
    const page = await open('/r', 'zh-CN', sizes.phone);
    await page.locator('[name=code]').fill('77777 77777');
    await page.getByRole('button', { name: '查看' }).click();
    await page.getByTestId('unknown-code').waitFor();
    await page.locator('[name=code]').fill(`${code.slice(0, 5)} ${code.slice(5).toLowerCase()}`);
    await page.getByRole('button', { name: '查看' }).click();
    await page.locator('[data-testid=verdict][data-same=true]').waitFor();
  });
});

describe('pengyou rebuild', () => {
  test('finds no difference in what nobody touched', async () => {
    const { exit, said } = await rebuildHere();
    expect(said).toContain('No difference');
    expect(said).toContain('1 sessions with 1 receipts');
    expect(exit).toBe(0);
  });

  test('names what was changed in the table, and where; so does the receipt’s own page', async () => {
    const wallet = keys.wallet(estateId, householdId);
    const receipt = keys.session(boardId, Number(sessionId.split('-')[1]), 'settled');
    await change(wallet, (item) => ({ ...item, balanceFen: Number(item['balanceFen']) + 1 }));
    await change(receipt, (item) => {
      const entry = structuredClone(item) as Item & { facts: { receipt: { chargedFen: number } } };
      entry.facts.receipt.chargedFen += 1;
      return entry;
    });
    const { exit, said } = await rebuildHere();
    expect(exit).toBe(1);
    expect(said).toContain(`WALLET#${estateId}#${householdId}|WALLET balanceFen`);
    expect(said).toContain(`${receipt.pk}|${receipt.sk} facts.receipt.chargedFen`);
    const verified = await verifyHere(code);
    expect(verified.exit).toBe(1);
    expect(verified.said).toContain('DIFFERENT  computed by the server');
    const page = await browser.newPage();
    await page.goto(`${cloud.pages}/r/${code}`);
    await page.locator('[data-testid=verdict][data-same=false]').getByText('chargedFen').waitFor();
    await page.close();
  });

  test('answers 2 where it cannot ask', async () => {
    expect(
      (await command(rebuild, '--estate', estateId, '--api', 'http://127.0.0.1:9', '--token', 't')).exit,
    ).toBe(2);
    expect((await command(rebuild)).exit).toBe(2);
  });
});

async function change(key: { pk: string; sk: string }, changed: (item: Item) => Item): Promise<void> {
  const [item] = await charged.table.get([key]);
  if (item === undefined) throw new Error(`There is no ${key.pk}|${key.sk}`);
  await charged.table.commit([{ put: changed(item), when: 'always' }]);
}
