import { describe, expect, test } from 'vitest';
import { leftOfLimits } from '../../src/billing/budget.ts';
import { changeHousehold, type HouseholdChange } from '../../src/billing/household.ts';
import { markRead, noticesOf, noticeWrites } from '../../src/billing/notice.ts';
import { capture, deposit, emptyWallet, placeHold, type Wallet } from '../../src/billing/wallet.ts';
import { putWallet, readWallet } from '../../src/billing/wallet-store.ts';
import { record } from '../../src/journal/commit.ts';
import { entryOf } from '../../src/journal/entry.ts';
import { keys } from '../../src/shared/keys.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { everything, officeEstate, type TestOffice, testOffice } from '../support/money.ts';

const month = '2026-11';

const agree = ({ office, by }: TestOffice, requestId: string, change: HouseholdChange, householdId = 'h1') =>
  changeHousehold(office, by('resident'), householdId, requestId, change);

/** A charge from its hold to its end, as the end of a charge commits it. */
async function charge(
  desk: TestOffice,
  name: string,
  amountFen: number,
  memberId?: string,
  office = desk.office,
) {
  const wallet = await desk.wallet();
  const credentialId = `card of ${name}`;
  const held = { amountFen, credentialId, sinceMs: 0, ...(memberId === undefined ? {} : { memberId }) };
  await desk.table.commit([putWallet(placeHold(wallet, name, held, month))]);
  return end(desk, name, amountFen, office);
}

function end(desk: TestOffice, name: string, amountFen: number, office = desk.office) {
  const origin = { ...desk.by('board'), fact: name };
  return record(office, async () => {
    const before = await readWallet(office.table, officeEstate, 'h1');
    const entry = entryOf(
      keys.event('board', name),
      origin,
      { kind: 'settlement', outcome: 'settled', keep: 'money' },
      office.vault,
    );
    if (before.holds[name] === undefined) return { entry };
    const after = capture(before, name, { amountFen, month });
    return { entry, writes: [putWallet(after), ...noticeWrites(office.vault, origin, before, after)] };
  });
}

async function rich(): Promise<TestOffice> {
  const desk = await testOffice();
  await desk.change((wallet) => deposit(wallet, 100_000));
  return desk;
}

const noticeIds = (desk: TestOffice) =>
  noticesOf(desk.table, officeEstate, 'h1').then((list) => list.map(({ noticeId }) => noticeId).sort());

describe('a month limit', () => {
  test('sizes the next hold to what is left, and refuses more', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 1000 });
    await agree(desk, 'request-2', {
      change: 'member',
      memberId: 'xiaoming',
      name: '小明',
      monthLimitFen: 300,
    });
    await charge(desk, 'a', 200, 'xiaoming');
    const { budget } = await desk.wallet();
    expect(leftOfLimits(budget, [], 'xiaoming', month)).toBe(100);
    expect(leftOfLimits(budget, [{ amountFen: 60, memberId: 'xiaoming' }], 'xiaoming', month)).toBe(40);
    expect(leftOfLimits(budget, [{ amountFen: 60, memberId: 'xiaoming' }], undefined, month)).toBe(740);
    expect(leftOfLimits(budget, [], 'xiaoming', '2026-12')).toBe(300);
    const before = everything(desk.table);
    await expect(charge(desk, 'b', 101, 'xiaoming')).rejects.toMatchObject({ error: 'spend-limit-reached' });
    await expect(charge(desk, 'b', 801)).rejects.toMatchObject({ error: 'spend-limit-reached' });
    expect(everything(desk.table)).toBe(before);
    await charge(desk, 'b', 100, 'xiaoming');
    await charge(desk, 'c', 700);
    await expect(charge(desk, 'd', 1)).rejects.toMatchObject({ error: 'spend-limit-reached' });
  });

  test('is lifted, and counts again from zero in the next month', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 100 });
    await charge(desk, 'a', 100);
    const wallet = await desk.wallet();
    const hold = { amountFen: 100, credentialId: 'c', sinceMs: 0 };
    expect(() => placeHold(wallet, 'b', hold, month)).toThrow(
      expect.objectContaining({ error: 'spend-limit-reached' }),
    );
    expect(placeHold(wallet, 'b', hold, '2026-12').holds).toHaveProperty('b');
    await agree(desk, 'request-2', { change: 'month-limit' });
    expect(placeHold(await desk.wallet(), 'b', hold, month).holds).toHaveProperty('b');
  });

  test('of a member who has gone holds no longer; what was spent stays the household’s', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'member', memberId: 'm', monthLimitFen: 100 });
    await charge(desk, 'a', 90, 'm');
    await agree(desk, 'request-2', { change: 'member-gone', memberId: 'm' });
    const { budget } = await agree(desk, 'request-2', { change: 'member-gone', memberId: 'm' });
    expect(budget.members).toEqual({});
    expect(budget.spent.totalFen).toBe(90);
    await expect(agree(desk, 'request-3', { change: 'member-gone', memberId: 'm' })).rejects.toMatchObject({
      error: 'not-found',
    });
  });

  test.each([0, -1, 0.5, 2 ** 53, Number.NaN])('of %d fen is refused', async (monthLimitFen) => {
    const desk = await rich();
    const before = everything(desk.table);
    for (const change of [
      { change: 'month-limit', monthLimitFen },
      { change: 'member', memberId: 'm', monthLimitFen },
    ] as const)
      await expect(agree(desk, 'request-1', change)).rejects.toMatchObject({ error: 'money-invalid' });
    expect(everything(desk.table)).toBe(before);
  });

  test('of nobody, or under a used request, is refused', async () => {
    const desk = await rich();
    const change = { change: 'month-limit', monthLimitFen: 5 } as const;
    await expect(agree(desk, 'request-1', change, 'h9')).rejects.toMatchObject({ error: 'not-found' });
    await agree(desk, 'request-1', change);
    await agree(desk, 'request-1', change);
    await expect(agree(desk, 'request-1', { ...change, monthLimitFen: 6 })).rejects.toMatchObject({
      error: 'already-exists',
    });
    expect(desk.entries('household-changed')).toHaveLength(1);
  });

  test('is set for thirty members at most', async () => {
    const desk = await rich();
    for (let member = 1; member <= 30; member += 1)
      await agree(desk, `request-${member}`, { change: 'member', memberId: `m${member}` });
    await expect(agree(desk, 'request-31', { change: 'member', memberId: 'm31' })).rejects.toMatchObject({
      error: 'bad-request',
    });
  });
});

describe('a notice', () => {
  test('comes at 80 % of a limit, once for each limit and month', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 1000 });
    await agree(desk, 'request-2', { change: 'member', memberId: 'm', monthLimitFen: 100 });
    await charge(desk, 'a', 79, 'm');
    expect(await noticeIds(desk)).toEqual([]);
    await charge(desk, 'b', 1, 'm');
    expect(await noticeIds(desk)).toEqual(['2026-11:member:m']);
    await charge(desk, 'c', 719);
    expect(await noticeIds(desk)).toEqual(['2026-11:member:m']);
    await charge(desk, 'd', 1);
    await charge(desk, 'e', 100);
    await charge(desk, 'f', 10, 'm');
    expect(await noticeIds(desk)).toEqual(['2026-11:household', '2026-11:member:m']);
    expect(desk.entries('notice')).toHaveLength(2);
    expect(await noticesOf(desk.table, officeEstate, 'h1')).toMatchObject([
      { memberId: 'm', limitFen: 100, spentFen: 80 },
      { limitFen: 1000, spentFen: 800 },
    ]);
  });

  test('is told on the household’s own topic, and repeated by the stream it stays one notice', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 100 });
    await charge(desk, 'a', 100);
    await desk.stream();
    const told = desk.published.filter(({ topic }) => topic === `live/${officeEstate}/household-h1`);
    expect(told[0]?.body).toMatchObject({ notice: { noticeId: '2026-11:household', spentFen: 100 } });
    expect(await noticeIds(desk)).toEqual(['2026-11:household']);
  });

  test('comes once where the end of a charge is told twice, and where two charges end at once', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 100 });
    for (const name of ['a', 'b'])
      await desk.change((wallet) =>
        placeHold(wallet, name, { amountFen: 45, credentialId: name, sinceMs: 0 }, month),
      );
    const race = interruptedAfter(
      desk.table,
      (keys) => keys.some(({ sk }) => sk === 'WALLET'),
      () => end(desk, 'a', 45),
    );
    await end(desk, 'b', 45, desk.on(race));
    await end(desk, 'b', 45);
    expect(desk.entries('notice')).toHaveLength(1);
    expect((await desk.wallet()).budget.spent).toEqual({
      month,
      totalFen: 90,
      byMember: {},
      noticed: ['household'],
    });
  });

  test('comes with the limit where most of it is spent already', async () => {
    const desk = await rich();
    await charge(desk, 'a', 90);
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 100 });
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 100 });
    await agree(desk, 'request-2', { change: 'month-limit', monthLimitFen: 95 });
    expect(await noticeIds(desk)).toEqual(['2026-11:household']);
  });

  test('does not come again when money given back is spent again', async () => {
    const wallet: Wallet = {
      ...deposit(emptyWallet('e', 'h'), 1000),
      budget: { ...emptyWallet('e', 'h').budget, monthLimitFen: 100 },
    };
    const once = (before: Wallet, name: string, amountFen: number) =>
      capture(placeHold(before, name, { amountFen, credentialId: 'c', sinceMs: 0 }, month), name, {
        amountFen,
        month,
      });
    const told = once(wallet, 'a', 80);
    const { vault } = (await testOffice()).office;
    const origin = (await testOffice()).by('board');
    expect(noticeWrites(vault, origin, wallet, told)).toHaveLength(2);
    const back = { ...told, budget: { ...told.budget, spent: { ...told.budget.spent, totalFen: 10 } } };
    expect(noticeWrites(vault, origin, back, once(back, 'b', 85))).toEqual([]);
  });

  test('is read by somebody, and who read it first stays', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 100 });
    await charge(desk, 'a', 80);
    const notice = { estateId: officeEstate, householdId: 'h1', noticeId: '2026-11:household' };
    expect(await markRead(desk.table, notice, 'grandma', 5)).toMatchObject({
      readBy: 'grandma',
      readAtMs: 5,
    });
    expect(await markRead(desk.table, notice, 'grandpa', 6)).toMatchObject({
      readBy: 'grandma',
      readAtMs: 5,
    });
    await expect(markRead(desk.table, { ...notice, householdId: 'h2' }, 'x', 7)).rejects.toMatchObject({
      error: 'not-found',
    });
  });
});

describe('credit', () => {
  const credit = (creditLimitFen: number) => ({ change: 'credit-limit', creditLimitFen }) as const;

  test('lets a household charge below zero, as far as it goes', async () => {
    const desk = await testOffice();
    await expect(charge(desk, 'a', 1)).rejects.toMatchObject({ error: 'too-little-money' });
    await agree(desk, 'request-1', credit(500));
    await charge(desk, 'a', 500);
    expect((await desk.wallet()).balanceFen).toBe(-500);
    await expect(charge(desk, 'b', 1)).rejects.toMatchObject({ error: 'too-little-money' });
  });

  test('is not lowered below what is used or set aside, and that is said', async () => {
    const desk = await testOffice();
    await agree(desk, 'request-1', credit(500));
    await charge(desk, 'a', 200);
    await desk.change((wallet) =>
      placeHold(wallet, 'b', { amountFen: 100, credentialId: 'b', sinceMs: 0 }, month),
    );
    const before = everything(desk.table);
    await expect(agree(desk, 'request-2', credit(299))).rejects.toMatchObject({
      error: 'credit-in-use',
      message: '300 fen of the credit are in use',
    });
    expect(everything(desk.table)).toBe(before);
    expect((await agree(desk, 'request-2', credit(300))).creditLimitFen).toBe(300);
  });

  test('lowered while a charge begins: one of the two wins', async () => {
    const desk = await testOffice();
    await agree(desk, 'request-1', credit(500));
    const race = interruptedAfter(
      desk.table,
      (keys) => keys.some(({ sk }) => sk === 'WALLET'),
      () =>
        desk.change((wallet) =>
          placeHold(wallet, 'a', { amountFen: 400, credentialId: 'a', sinceMs: 0 }, month),
        ),
    );
    await expect(
      changeHousehold(desk.on(race), desk.by('operator'), 'h1', 'request-2', credit(0)),
    ).rejects.toMatchObject({ error: 'credit-in-use' });
  });

  test.each([-1, 0.5, 2 ** 53])('of %d fen is refused', async (creditLimitFen) => {
    await expect(agree(await testOffice(), 'request-1', credit(creditLimitFen))).rejects.toMatchObject({
      error: 'money-invalid',
    });
  });
});
