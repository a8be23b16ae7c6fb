import { beforeEach, describe, expect, test } from 'vitest';
import type { StartRequest } from '../../simulator/devices/juy-frames.ts';
import { grant } from '../../src/access/grant.ts';
import { changeHousehold, type HouseholdChange } from '../../src/wallet/household.ts';
import { noticesOf } from '../../src/wallet/notice.ts';
import { buyPackage, returnPackage } from '../../src/wallet/package.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { boardId, cardUid, estateId } from '../support/estate.ts';

// Limits of a household and of its members, from the card at the port to the notice.

const minuteMs = 60_000;
const grandmasUid = '0A0B0C0D';
const rights = { facilities: ['garage'], validFrom: '2026-01-01', validUntil: '2036-12-31' };
const cardNumberOf = (uid: string) => Number.parseInt(uid, 16);

const estate = estateOfEachTest();
beforeEach(async () => {
  const card = { credentialId: 'c2', householdId: 'h1', memberId: 'grandma', cardUid: grandmasUid };
  await grant(estate.backend, by('manager'), { ...card, ...rights });
});

const by = (sender: string) => estate.by(sender, 'grant grandma’s card');
const agree = (requestId: string, change: HouseholdChange) =>
  changeHousehold(estate.backend, by('resident'), 'h1', requestId, change);

/** Holds a card to a port; answers the start that the board was sent, if it was. */
async function card(uid: string, port: number): Promise<StartRequest | undefined> {
  const before = estate.board.toldTo('start').length;
  await estate.board.card(port, cardNumberOf(uid));
  const start = estate.board.toldTo('start')[before];
  if (start !== undefined) await estate.board.startAnswer(start);
  return start;
}

/** The board's settlement of two hours with so many Wh. */
const settle = (start: StartRequest, energyWh: number) => estate.board.settles(start, 7200, energyWh);

describe('a month limit', () => {
  test.each(['constructor', 'toString'])(
    'of a member who is called %s is one like others',
    async (memberId) => {
      const card3 = { credentialId: 'c3', householdId: 'h1', memberId, cardUid: '0A0B0C0E' };
      await grant(estate.backend, estate.by('manager', 'grant a third card'), { ...card3, ...rights });
      await expect(agree('request-1', { change: 'member-gone', memberId })).rejects.toMatchObject({
        error: 'not-found',
      });
      await agree('request-2', { change: 'member', memberId, monthLimitFen: 47 });
      const start = (await card('0A0B0C0E', 4)) as StartRequest;
      estate.clockMs += 120 * minuteMs;
      await settle(start, 500);
      expect((await estate.wallet()).budget.spent).toMatchObject({
        totalFen: 46,
        byMember: { [memberId]: 46 },
      });
      expect(await noticesOf(estate.table, estateId, 'h1')).toMatchObject([{ memberId, spentFen: 46 }]);
    },
  );

  test('of the card’s member sizes the hold, counts what was spent, and refuses by name when nothing is left', async () => {
    await agree('request-1', { change: 'member', memberId: 'grandma', monthLimitFen: 47 });
    const start = await card(grandmasUid, 2);
    expect((await estate.wallet()).holds).toMatchObject({
      [`${boardId}-${start?.order}`]: { amountFen: 47, memberId: 'grandma' },
    });
    estate.clockMs += 120 * minuteMs;
    // 500 Wh × (0.617 + 0.300 yuan/kWh), each line rounded: 31 + 15 fen.
    if (start !== undefined) await settle(start, 500);
    expect((await estate.wallet()).budget.spent).toMatchObject({
      month: '2026-11',
      totalFen: 46,
      byMember: { grandma: 46 },
    });
    expect(await card(grandmasUid, 2)).toBeUndefined();
    expect(estate.refusals()).toEqual(['spend-limit-reached']);
    // Another member's card goes on: only hers has come to its limit.
    expect(await card(cardUid, 3)).toMatchObject({ availableFen: 300 });
  });

  test('of a member is no way round for packages: they count against whoever buys them', async () => {
    await agree('request-1', { change: 'member', memberId: 'son', monthLimitFen: 1000 });
    const registered = await estate.backend.registry.tariffAt(estateId, 'garage', estate.clockMs);
    const name = { zh: '次卡', en: 'Ten' };
    const ten = {
      packageId: 'ten',
      name,
      priceFen: 800,
      kind: 'sessions',
      amount: 10,
      validDays: 90,
    } as const;
    const tariff = { ...registered, packages: [ten] };
    const buy = (sender: string, requestId: string) => {
      const wanted = { householdId: 'h1', requestId, packageId: 'ten' };
      return buyPackage(estate.backend, by(sender), wanted, tariff);
    };
    await buy('son', 'package-1');
    expect((await estate.wallet()).budget.spent.byMember).toEqual({ son: 800 });
    expect(await noticesOf(estate.table, estateId, 'h1')).toMatchObject([{ memberId: 'son', spentFen: 800 }]);
    await expect(buy('son', 'package-2')).rejects.toMatchObject({ error: 'spend-limit-reached' });
    await buy('mother', 'package-3');
    // Given back by whomever, it is the buyer's again.
    const back = { householdId: 'h1', requestId: 'return-1', purchaseId: 'package-1' };
    await returnPackage(estate.backend, by('mother'), back);
    expect((await estate.wallet()).budget.spent).toMatchObject({
      totalFen: 800,
      byMember: { son: 0, mother: 800 },
    });
  });

  test('is told of once when most of it is spent, however often the end is told', async () => {
    await agree('request-1', { change: 'month-limit', monthLimitFen: 50 });
    await agree('request-2', { change: 'member', memberId: 'grandma', monthLimitFen: 1000 });
    const start = (await card(grandmasUid, 2)) as StartRequest;
    estate.clockMs += 120 * minuteMs;
    for (let time = 0; time < 3; time += 1) await settle(start, 500);
    expect(await noticesOf(estate.table, estateId, 'h1')).toMatchObject([
      { noticeId: '2026-11:household:50', limitFen: 50, spentFen: 46 },
    ]);
    expect(estate.entries('notice')).toHaveLength(1);
  });
});
