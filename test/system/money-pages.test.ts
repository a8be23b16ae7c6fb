import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { steppedClock } from '../../local/machine/clock.ts';
import type { DeviceConnection } from '../../simulator/connection.ts';
import { openBrowser, signedIn } from '../support/browser.ts';
import { type PageCloud, pageCloud } from '../support/page-cloud.ts';
import {
  alipayDayBill,
  chargedEvening,
  householdId,
  imei,
  pageEstate,
  startMs,
} from '../support/page-estate.ts';
import { pageFaults } from '../support/page-faults.ts';

// Money in Chromium, through the whole local cloud: a resident's wallet, the office's cash, a tariff from draft to rollout.

const clock = steppedClock(startMs);
let opened: PageCloud;
let browser: Browser;
let board: DeviceConnection;
let resident: Page;
let manager: Page;
let operator: Page;

beforeAll(async () => {
  opened = await pageCloud(clock, pageEstate, [
    { login: 'chen', name: '陈经理', roles: 'manager' },
    { login: 'wang', roles: 'manager operator' },
    { login: 'zhang', roles: 'resident', household: householdId },
  ]);
  board = await chargedEvening(opened.cloud, clock, await opened.clientOf('zhang'));
  browser = await openBrowser();
  [resident, manager, operator] = await Promise.all([
    signedIn(browser, opened.pages, 'zhang'),
    signedIn(browser, opened.pages, 'chen'),
    signedIn(browser, opened.pages, 'wang'),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await board?.close();
  await opened?.cloud.stop();
});

const fenOf = (shown: string | null) => Number((shown ?? '').replace(/[^\d-]/g, ''));
const spendable = () => resident.getByTestId('spendable');
const spendableIs = (fen: number) =>
  vi.waitFor(async () => expect(fenOf(await spendable().textContent())).toBe(fen), {
    timeout: 40_000,
    interval: 300,
  });

test('a resident has a page of their own, with the balance, the session and its bill', async () => {
  await resident.getByRole('heading', { name: '我的余额' }).waitFor();
  const before = fenOf(await spendable().textContent());
  expect(before).toBeLessThan(5000);
  await resident.locator('[data-testid=session][data-state=settled]').click();
  const total = fenOf(await resident.getByTestId('bill-total').textContent());
  expect(before + total).toBe(5000);
  await resident.getByTestId('prices').getByText('0.617').first().waitFor();
  expect.soft(await pageFaults(resident)).toEqual([]);
});

test('a resident tops up by the code that the provider shows, and sees it arrive', async () => {
  const before = fenOf(await spendable().textContent());
  await resident.getByRole('button', { name: '生成付款码' }).click();
  await resident.getByRole('img', { name: '付款二维码' }).waitFor();
  const address = await resident.getByRole('link', { name: '在本机打开付款' }).getAttribute('href');
  expect.soft(await pageFaults(resident)).toEqual([]);
  const payer = await (await browser.newContext()).newPage();
  await payer.goto(address ?? '');
  await payer.getByRole('button', { name: /Confirm/ }).click();
  await payer.getByText('支付成功').waitFor();
  await resident.locator('[data-testid=paying][data-state=paid]').waitFor({ timeout: 40_000 });
  await spendableIs(before + 2000);
});

test('a resident sets a limit for the month, and buys a package and gives it back', async () => {
  const before = fenOf(await spendable().textContent());
  await resident.locator('[name=month-limit]').fill('0.10');
  await resident.getByRole('button', { name: '保存上限' }).click();
  await resident.locator('[data-testid=budget][data-state=reached]').waitFor();
  await resident.locator('[name=month-limit]').fill('');
  await resident.getByRole('button', { name: '保存上限' }).click();
  await resident.locator('[data-testid=budget][data-state=no-limit]').waitFor();
  await resident.getByRole('button', { name: '购买 ¥8.00' }).click();
  await resident.getByRole('button', { name: '确认购买' }).click();
  await resident.getByTestId('purchase').getByText('10 次').waitFor();
  await spendableIs(before - 800);
  // Whatever moves money is asked twice.
  await resident.getByRole('button', { name: '退套餐' }).click();
  expect.soft(await pageFaults(resident)).toEqual([]);
  await resident.getByRole('button', { name: '确认退套餐' }).click();
  await spendableIs(before);
});

test('a resident has what was paid by phone paid back to the phone', async () => {
  const before = fenOf(await spendable().textContent());
  await resident.getByRole('button', { name: '把 ¥20.00 退回微信支付' }).click();
  await resident.getByRole('button', { name: '取消' }).click();
  await resident.getByRole('button', { name: '把 ¥20.00 退回微信支付' }).click();
  await resident.getByRole('button', { name: '确认退款' }).click();
  await resident.locator('[data-testid=refund]').first().waitFor({ timeout: 40_000 });
  await spendableIs(before - 2000);
});

test('cash above the limit needs a second person', async () => {
  await manager.getByRole('link', { name: '收银' }).click();
  await manager.locator('[name=household]').first().fill(householdId);
  await manager.locator('[name=amount]').first().fill('300');
  await manager.getByRole('button', { name: '收款入账' }).click();
  await manager.locator('[data-testid=asked][data-state=awaiting-approval]').waitFor();
  const before = fenOf(await spendable().textContent());
  // Who asked for it is not offered what would be refused.
  await manager.getByTestId('waiting').getByText('要由另一位同事复核').waitFor();
  expect(await manager.getByTestId('waiting').getByRole('button').count()).toBe(0);
  expect.soft(await pageFaults(manager)).toEqual([]);
  await operator.getByRole('link', { name: '收银' }).click();
  await operator.getByTestId('waiting').getByRole('button', { name: '复核通过' }).click();
  await operator.locator('[data-testid=order][data-state=approved]').waitFor();
  await resident.reload();
  await spendable().waitFor();
  await spendableIs(before + 30_000);
});

test('cash below the limit is booked at once, with a slip to print', async () => {
  await manager.locator('[name=amount]').first().fill('20');
  await manager.getByRole('button', { name: '收款入账' }).click();
  const asked = manager.locator('[data-testid=asked][data-state=booked]');
  await asked.getByRole('button', { name: '打印凭条' }).click();
  await manager.frameLocator('iframe.slip').getByText('¥20.00').first().waitFor();
  expect.soft(await pageFaults(manager)).toEqual([]);
});

test('an operator looks up a household and says how far below zero it may charge', async () => {
  await resident.reload();
  const before = fenOf(await spendable().textContent());
  const lookUp = operator.locator('#look-up');
  // Whoever types a part of it is helped to the rest.
  await lookUp.locator('[name=household]').fill(householdId.slice(0, 2));
  await lookUp.locator(`datalist option[value="${householdId}"]`).waitFor({ state: 'attached' });
  expect.soft(await pageFaults(operator)).toEqual([]);
  await lookUp.locator('[name=household]').fill(householdId);
  await lookUp.getByRole('button', { name: '查看' }).click();
  const credit = lookUp.getByTestId('credit-limit');
  await credit.locator('[name=credit-limit]').fill('12.345');
  await credit.getByText('请填写 0 或以上').waitFor();
  await credit.locator('[name=credit-limit]').fill('50');
  await credit.getByRole('button', { name: '保存额度' }).click();
  // Raised it is only by a second person; who has asked is not offered it.
  await credit.getByTestId('credit-waits').waitFor();
  await operator.getByTestId('waiting-change').getByText('要由另一位同事复核').waitFor();
  expect(await operator.getByTestId('waiting-change').getByRole('button').count()).toBe(0);
  const waiting = manager.getByTestId('waiting-change');
  await waiting.getByText('¥0.00 → ¥50.00').waitFor();
  await waiting.getByRole('button', { name: '复核通过' }).click();
  await manager.locator('[data-testid=audit-line][data-outcome=approved]').first().waitFor();
  expect.soft(await pageFaults(manager)).toEqual([]);
  await resident.reload();
  await spendableIs(before + 5000);
  // A manager sees the household, and has no such form.
  await manager.locator('#look-up [name=household]').fill(householdId);
  await manager.locator('#look-up').getByRole('button', { name: '查看' }).click();
  await manager.getByTestId('household').getByText('¥50.00').first().waitFor();
  expect(await manager.getByTestId('credit-limit').count()).toBe(0);
});

test('a manager writes a tariff, sees who would pay more, saves it, and sees how far it has come', async () => {
  await manager.getByRole('link', { name: '电价' }).click();
  await manager.getByRole('button', { name: '新建版本' }).click();
  const editor = manager.getByTestId('tariff-editor');
  await editor.locator('[name=tariff-version]').fill('2030-01');
  await editor.locator('[name=from-date]').fill('2030-01-01');
  await editor.locator('[name=service-price]').fill('0.55');

  // A stretch that ends too early leaves a gap, which is said at once and cannot be saved.
  const peak = editor.getByTestId('stretch').nth(1);
  await peak.getByLabel('到').selectOption('20:00');
  await editor.getByTestId('flaws').getByText('20:00–22:00 没有价格').waitFor();
  await editor.getByRole('button', { name: '下一步：确认' }).click();
  await editor.getByText('还有').waitFor();

  // Dragging over the gap with the first price fills it.
  const strip = editor.getByTestId('strip-weekday');
  await editor.getByRole('radio', { name: /0\.617/ }).check();
  await strip.scrollIntoViewIfNeeded();
  await strip.locator('[data-half-hour="40"]').hover();
  await manager.mouse.down();
  await strip.locator('[data-half-hour="43"]').hover();
  await manager.mouse.up();
  await editor.getByText('24 小时都有且只有一个价格').waitFor();

  await editor.getByRole('radio', { name: '最近 30 天' }).check();
  await editor.getByRole('button', { name: '开始试算' }).click();
  const row = editor.getByTestId('preview-row').filter({ hasText: householdId });
  await row.getByText('多付').waitFor();
  expect.soft(await pageFaults(manager)).toEqual([]);

  await editor.getByRole('button', { name: '下一步：确认' }).click();
  const confirm = manager.getByTestId('tariff-confirm');
  await confirm.getByText('2030年1月1日').waitFor();
  await confirm.getByText('全小区').waitFor();
  expect.soft(await pageFaults(manager)).toEqual([]);
  await confirm.getByRole('button', { name: '确认保存' }).click();
  const version = manager.locator('[data-testid=tariff-version][data-state=future]');
  await version.getByText('2030-01').first().waitFor();
  await version.getByTestId('rollout-board').getByText(imei).waitFor();
  expect.soft(await pageFaults(manager)).toEqual([]);
});

test('what the server refuses is said with its reason', async () => {
  await manager.getByRole('button', { name: '新建版本' }).click();
  const editor = manager.getByTestId('tariff-editor');
  await editor.locator('[name=tariff-version]').fill('2030-02');
  await editor.locator('[name=from-date]').fill('2030-02-01');
  await editor.locator('[name=capPerSession]').fill('0.10');
  await editor.locator('[name=startFee]').fill('0.50');
  await editor.getByRole('button', { name: '下一步：确认' }).click();
  await manager.getByRole('button', { name: '确认保存' }).click();
  const problem = manager.locator('[data-testid=problem][data-error=tariff-invalid]');
  await problem.getByText(/cap of a session/).waitFor();
  expect.soft(await pageFaults(manager)).toEqual([]);
  await manager.getByRole('button', { name: '继续修改' }).click();
  await editor.getByRole('button', { name: '取消' }).click();
});

test('the month is compared with the provider’s bills, fetched or uploaded', async () => {
  clock.set(Date.parse('2026-04-02T10:00:00+08:00'));
  await operator.getByRole('link', { name: '月结' }).click();
  // By the estate's clock, whatever this machine's says.
  await vi.waitFor(
    async () => expect(await operator.locator('[name=month]').inputValue()).toBe('2026-03'),
    10_000,
  );
  await operator.getByRole('button', { name: '开始月结' }).click();
  await operator.locator('[data-testid=problem][data-error=reconciliation-missing]').waitFor();
  await operator.getByRole('button', { name: '取账单并对账' }).click();
  const compared = operator.locator('[data-testid=reconciliation][data-provider=wechat-pay]');
  await compared.getByText('两边一分不差').waitFor({ timeout: 60_000 });
  // What was paid by phone, less what was paid back to it.
  await compared.getByText('¥0.00').first().waitFor();

  const upload = operator.getByTestId('bill-upload');
  const files = upload.locator('[name=bills]');
  const strange = alipayDayBill('2026-03-05', 'P-of-nobody');
  await files.setInputFiles([
    strange,
    { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from([0xff, 0]) },
  ]);
  await upload.getByText('这是另一个支付渠道的账单').waitFor();
  await upload.getByText('这不是文本文件').waitFor();
  await upload.getByRole('button', { name: '上传并对账' }).click();
  await upload.getByText('还有 2 个文件要先改正').waitFor();
  expect.soft(await pageFaults(operator)).toEqual([]);
  await operator.getByRole('radio', { name: '支付宝' }).check();
  await files.setInputFiles([strange]);
  await upload.locator('[data-testid=bill-file][data-day="2026-03-05"]').waitFor();
  await upload.getByRole('button', { name: '上传并对账' }).click();
  await upload.getByText('已收下 1 天的账单').waitFor();
  const difference = operator.locator(
    '[data-testid=reconciliation][data-provider=alipay] [data-testid=difference]',
  );
  await difference.getByText('P-of-nobody').waitFor();
});

test('an operator says who gets how much of the revenue, and it holds once a manager agrees', async () => {
  const rules = operator.getByTestId('split-rules');
  await rules.locator('[name=split-from]').fill('2026-03');
  await rules.locator('[name=split-service-property]').fill('40');
  await rules.getByText('三方比例之和须为 100%').waitFor();
  await rules.locator('[name=split-service-operator]').fill('49.5');
  await rules.locator('[name=split-service-committee]').fill('10.5');
  await rules.getByRole('button', { name: '保存规则' }).click();
  await rules.getByText('已提出，另一位同事').waitFor();
  expect(await rules.getByText('按 2026-03 起的规则分成').count()).toBe(0);
  expect.soft(await pageFaults(operator)).toEqual([]);
  await manager.getByRole('link', { name: '收银' }).click();
  await manager.getByTestId('waiting-change').getByRole('button', { name: '复核通过' }).click();
  await manager.getByRole('link', { name: '月结' }).click();
  await manager.getByTestId('split-rules').getByText('10.5 %').waitFor();
  expect(await manager.locator('[name=split-from]').count()).toBe(0);
});

test('the month is closed, and its figures add up', async () => {
  await operator.getByRole('button', { name: /月结$/ }).click();
  await operator.locator('[data-testid=month-state][data-state=closed]').waitFor({ timeout: 60_000 });
  const sum = operator.getByTestId('revenue').locator('tfoot td');
  await sum.last().waitFor();
  const [electricity = 0, service = 0, packages = 0, total = 0] = (await sum.allTextContents())
    .slice(1)
    .map(fenOf);
  expect(electricity + service + packages).toBe(total);
  expect(electricity).toBeGreaterThan(0);
  await operator.getByTestId('statement-line').getByRole('button', { name: '查看' }).click();
  await operator.getByTestId('statement').getByText('期末余额').waitFor();
  expect.soft(await pageFaults(operator)).toEqual([]);
});
