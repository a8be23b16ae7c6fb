import { describe, expect, test } from 'vitest';
import { findSetting } from '../../src/provisioning/find-setting.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { decideChange } from '../../src/settings/change.ts';
import { shownWithHolder } from '../../src/views/wallet-view.ts';
import { leftOfLimits } from '../../src/wallet/budget.ts';
import { changeHousehold, type HouseholdChange } from '../../src/wallet/household.ts';
import { placeHold } from '../../src/wallet/wallet.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { everything, type TestOffice, testOffice } from '../support/money.ts';
import { agree, credit, month, rich, session } from '../support/spending.ts';

/** As a configuration may say who answers for a household's account. */
async function holds(desk: TestOffice, holderId: string | null): Promise<void> {
  const awaiting = await provision(desk.office, desk.by('operator'), {
    ...{ kind: 'household', householdId: 'h1', building: '3', unit: '2' },
    holderId,
  });
  if (awaiting !== undefined && 'changeId' in awaiting)
    await decideChange(desk.office, desk.by('manager'), awaiting.changeId, 'approved', findSetting);
}

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
    await session(desk, 'a', 200, 'xiaoming');
    const { budget } = await desk.wallet();
    expect(leftOfLimits(budget, [], 'xiaoming', month)).toBe(100);
    expect(leftOfLimits(budget, [{ amountFen: 60, memberId: 'xiaoming' }], 'xiaoming', month)).toBe(40);
    expect(leftOfLimits(budget, [{ amountFen: 60, memberId: 'xiaoming' }], undefined, month)).toBe(740);
    expect(leftOfLimits(budget, [], 'xiaoming', '2026-12')).toBe(300);
    const before = everything(desk.table);
    await expect(session(desk, 'b', 101, 'xiaoming')).rejects.toMatchObject({ error: 'spend-limit-reached' });
    await expect(session(desk, 'b', 801)).rejects.toMatchObject({ error: 'spend-limit-reached' });
    expect(everything(desk.table)).toBe(before);
    await session(desk, 'b', 100, 'xiaoming');
    await session(desk, 'c', 700);
    await expect(session(desk, 'd', 1)).rejects.toMatchObject({ error: 'spend-limit-reached' });
  });

  test('is lifted, and counts again from zero in the next month', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 100 });
    await session(desk, 'a', 100);
    const wallet = await desk.wallet();
    const hold = { amountFen: 100, credentialId: 'c', sinceMs: 0 };
    expect(() => placeHold(wallet, 'b', hold, month)).toThrow(
      expect.objectContaining({ error: 'spend-limit-reached' }),
    );
    expect(placeHold(wallet, 'b', hold, '2026-12').holds).toHaveProperty('b');
    await agree(desk, 'request-2', { change: 'month-limit', monthLimitFen: null });
    expect(placeHold(await desk.wallet(), 'b', hold, month).holds).toHaveProperty('b');
  });

  test('of a member who has gone holds no longer; what was spent stays the household’s', async () => {
    const desk = await rich();
    await agree(desk, 'request-1', { change: 'member', memberId: 'm', monthLimitFen: 100 });
    await session(desk, 'a', 90, 'm');
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

describe('where somebody answers for a household’s account', () => {
  const limit = { change: 'month-limit', monthLimitFen: 5000 } as const;
  const changes: readonly HouseholdChange[] = [
    limit,
    { change: 'member', memberId: 'm', monthLimitFen: 100 },
    { change: 'member-gone', memberId: 'm' },
  ];
  const by = (desk: TestOffice, subject: string, change: HouseholdChange, requestId = 'request-1') =>
    changeHousehold(desk.office, desk.by(subject), 'h1', requestId, change);

  test.each(changes)('nobody else changes a $change, and nothing is written', async (change) => {
    const desk = await rich();
    await agree(desk, 'request-0', { change: 'member', memberId: 'm' });
    await holds(desk, 'mother');
    const before = everything(desk.table);
    await expect(by(desk, 'son', change)).rejects.toMatchObject({
      error: 'forbidden',
      message: 'Only who answers for the household’s account, or the staff, may change its limits',
    });
    expect(everything(desk.table)).toBe(before);
    await by(desk, 'mother', change);
    expect(desk.entries('household-changed').map(({ sender }) => sender)).toEqual(['resident', 'mother']);
  });

  test('the staff may, and say so', async () => {
    const desk = await rich();
    await holds(desk, 'mother');
    const asker = { subject: 'manager', isStaff: true };
    await changeHousehold(desk.office, desk.by('manager'), 'h1', 'request-1', limit, asker);
    expect((await desk.wallet()).budget.monthLimitFen).toBe(5000);
  });

  test('it is who is named when it is decided: named meanwhile, another one is refused', async () => {
    const desk = await rich();
    const race = interruptedAfter(
      desk.table,
      (keys) => keys.some(({ sk }) => sk.startsWith('CHANGE#')),
      () => holds(desk, 'mother'),
    );
    await expect(
      changeHousehold(desk.on(race), desk.by('son'), 'h1', 'request-1', limit),
    ).rejects.toMatchObject({ error: 'forbidden' });
    expect((await desk.wallet()).budget.monthLimitFen).toBeUndefined();
  });

  test('anybody of the household reads who it is; where it is nobody, everybody may', async () => {
    const desk = await rich();
    await holds(desk, 'mother');
    expect(await shownWithHolder(desk.table, await desk.wallet())).toMatchObject({ holderId: 'mother' });
    await holds(desk, null);
    expect(await shownWithHolder(desk.table, await desk.wallet())).not.toHaveProperty('holderId');
    await by(desk, 'son', limit);
    expect((await desk.wallet()).budget.monthLimitFen).toBe(5000);
  });
});

test('what is shown of a wallet names the sessions that run', async () => {
  const desk = await rich();
  const hold = { amountFen: 300, credentialId: 'card', sinceMs: 0 };
  const wallet = { ...(await desk.wallet()), holds: { 'board-1': hold } };
  expect(await shownWithHolder(desk.table, wallet)).toMatchObject({
    heldFen: 300,
    sessionsRunning: ['board-1'],
  });
});

describe('credit', () => {
  test('lets a household charge below zero, as far as it goes', async () => {
    const desk = await testOffice();
    await expect(session(desk, 'a', 1)).rejects.toMatchObject({ error: 'too-little-money' });
    await credit(desk, 'request-1', 500);
    await session(desk, 'a', 500);
    expect((await desk.wallet()).balanceFen).toBe(-500);
    await expect(session(desk, 'b', 1)).rejects.toMatchObject({ error: 'too-little-money' });
  });

  test('is not lowered below what is used or set aside, and that is said', async () => {
    const desk = await testOffice();
    await credit(desk, 'request-1', 500);
    await session(desk, 'a', 200);
    await desk.change((wallet) =>
      placeHold(wallet, 'b', { amountFen: 100, credentialId: 'b', sinceMs: 0 }, month),
    );
    const before = everything(desk.table);
    await expect(credit(desk, 'request-2', 299)).rejects.toMatchObject({
      error: 'credit-in-use',
      message: '300 fen of the credit are in use',
    });
    expect(everything(desk.table)).toBe(before);
    await credit(desk, 'request-2', 300);
    expect((await desk.wallet()).creditLimitFen).toBe(300);
  });

  test('lowered while a session begins: one of the two wins', async () => {
    const desk = await testOffice();
    await credit(desk, 'request-1', 500);
    const race = interruptedAfter(desk.table, 'WALLET', () =>
      desk.change((wallet) =>
        placeHold(wallet, 'a', { amountFen: 400, credentialId: 'a', sinceMs: 0 }, month),
      ),
    );
    await expect(credit(desk, 'request-2', 0, desk.on(race))).rejects.toMatchObject({
      error: 'credit-in-use',
    });
  });

  test.each([-1, 0.5, 2 ** 53])('of %d fen is refused', async (creditLimitFen) => {
    await expect(credit(await testOffice(), 'request-1', creditLimitFen)).rejects.toMatchObject({
      error: 'money-invalid',
    });
  });
});
