import { describe, expect, test } from 'vitest';
import { markRead, noticesOf, noticeWrites } from '../../src/wallet/notice.ts';
import { capture, deposit, emptyWallet, placeHold, type Wallet } from '../../src/wallet/wallet.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { officeEstate, type TestOffice, testOffice } from '../support/money.ts';
import { agree, end, month, rich, session } from '../support/spending.ts';

const noticeIds = (desk: TestOffice) =>
  noticesOf(desk.table, officeEstate, 'h1').then((list) => list.map(({ noticeId }) => noticeId).sort());

describe('a notice', () => {
  test('comes at 80 % of a limit, once for each limit and month', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 1000 });
    await agree(desk, 'request-2', { change: 'member', memberId: 'm', monthLimitFen: 100 });
    await session(desk, 'a', 79, 'm');
    expect(await noticeIds(desk)).toEqual([]);
    await session(desk, 'b', 1, 'm');
    expect(await noticeIds(desk)).toEqual(['2026-11:member:m:100']);
    await session(desk, 'c', 719);
    expect(await noticeIds(desk)).toEqual(['2026-11:member:m:100']);
    await session(desk, 'd', 1);
    await session(desk, 'e', 100);
    await session(desk, 'f', 10, 'm');
    expect(await noticeIds(desk)).toEqual(['2026-11:household:1000', '2026-11:member:m:100']);
    expect(desk.entries('notice').map(({ facts }) => facts)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ householdId: 'h1', memberId: 'm', limitFen: 100, spentFen: 80 }),
        expect.objectContaining({ householdId: 'h1', limitFen: 1000, spentFen: 800 }),
      ]),
    );
    expect(desk.entries('notice')).toHaveLength(2);
    expect(await noticesOf(desk.table, officeEstate, 'h1')).toMatchObject([
      { memberId: 'm', limitFen: 100, spentFen: 80 },
      { limitFen: 1000, spentFen: 800 },
    ]);
  });

  test('is told on the household’s own topic, and repeated by the stream it stays one notice', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 100 });
    await session(desk, 'a', 100);
    await desk.stream();
    const told = desk.published.filter(({ topic }) => topic === `live/${officeEstate}/household-h1`);
    expect(told[0]?.body).toMatchObject({ notice: { noticeId: '2026-11:household:100', spentFen: 100 } });
    expect(await noticeIds(desk)).toEqual(['2026-11:household:100']);
  });

  test('comes once where the end of a session is told twice, and where two sessions end at once', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 100 });
    for (const name of ['a', 'b'])
      await desk.change((wallet) =>
        placeHold(wallet, name, { amountFen: 45, credentialId: name, sinceMs: 0 }, month),
      );
    const race = interruptedAfter(desk.table, 'WALLET', () => end(desk, 'a', 45));
    await end(desk, 'b', 45, desk.on(race));
    await end(desk, 'b', 45);
    expect(desk.entries('notice')).toHaveLength(1);
    expect((await desk.wallet()).budget.spent).toEqual({
      month,
      totalFen: 90,
      byMember: {},
      noticed: ['household:100'],
    });
  });

  test('comes with the limit where most of it is spent already', async () => {
    const desk = await rich();
    await session(desk, 'a', 90);
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 100 });
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 100 });
    expect(await noticeIds(desk)).toEqual(['2026-11:household:100']);
  });

  test('comes again for a limit that was changed, and never twice for the same one in a month', async () => {
    const desk = await rich();
    const limit = (request: number, monthLimitFen: number | null) =>
      agree(desk, `request-${request}`, { change: 'month-limit', monthLimitFen });
    await limit(1, 1000);
    await session(desk, 'a', 800);
    await limit(2, 2000);
    expect(await noticeIds(desk)).toEqual(['2026-11:household:1000']);
    await session(desk, 'b', 800);
    const both = ['2026-11:household:1000', '2026-11:household:2000'];
    expect(await noticeIds(desk)).toEqual(both);
    await limit(3, 1000);
    await limit(4, null);
    await limit(5, 2000);
    await session(desk, 'c', 100);
    expect(await noticeIds(desk)).toEqual(both);
    expect(desk.entries('notice')).toHaveLength(2);
  });

  test('told before its limit was kept with it is not told again, unless the limit is another', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 1000 });
    const { table } = desk;
    await session(desk, 'a', 700);
    // As it was written then: a mark, and not of which limit.
    await desk.change((wallet) => {
      const { budget } = wallet;
      const spent = { ...budget.spent, totalFen: 850, noticed: ['household'] };
      return { ...wallet, budget: { ...budget, spent } };
    });
    await session(desk, 'b', 10);
    expect(await noticesOf(table, officeEstate, 'h1')).toEqual([]);
    await agree(desk, 'request-2', { change: 'month-limit', monthLimitFen: 1050 });
    expect(await noticeIds(desk)).toEqual(['2026-11:household:1050']);
    await agree(desk, 'request-3', { change: 'month-limit', monthLimitFen: 1000 });
    expect(await noticeIds(desk)).toEqual(['2026-11:household:1050']);
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
    await session(desk, 'a', 80);
    const notice = { estateId: officeEstate, householdId: 'h1', noticeId: '2026-11:household:100' };
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
