import { describe, expect, it } from 'vitest';
import { tariffSchema } from '../../contract/shapes/tariff.ts';
import { demoPeople } from '../../local/demo-people.ts';
import { demoTariff } from '../../simulator/demo-tariff.ts';
import { wallClock } from '../../simulator/devices/wall-clock.ts';
import { demoEstates } from '../../simulator/estate.ts';
import { holderRecords, otherHouseholdRecords, structureRecords } from '../../simulator/estate-records.ts';
import { planDay, planOpening } from '../../simulator/plan.ts';
import { checkTariff } from '../../src/billing/check-tariff.ts';

// 17:00 in Shanghai.
const FROM = Date.UTC(2026, 2, 2, 9);
const [youyi, ziyun] = demoEstates;

describe('the demo estates', () => {
  it('are Youyi and Ziyun as they are described', () => {
    expect(youyi).toMatchObject({ estateId: 'youyi' });
    expect(new Set(youyi?.households.map(({ building }) => building)).size).toBe(26);
    expect(youyi?.places).toHaveLength(4);
    expect(ziyun?.households).toHaveLength(957);
    expect(new Set(ziyun?.households.map(({ building }) => building)).size).toBe(16);
    expect(ziyun?.places.map(({ kind }) => kind)).toEqual(['garage', 'shed', 'shed', 'shed', 'shed', 'shed']);
  });

  it('give every device and every card a name of its own', () => {
    const devices = demoEstates.flatMap((estate) =>
      structureRecords(estate).flatMap((record) => ('deviceId' in record ? [record.deviceId] : [])),
    );
    expect(new Set(devices).size).toBe(devices.length);
    expect(devices.length).toBeGreaterThan(50);
    const cards = demoEstates.flatMap((estate) =>
      [estate.lost, ...estate.cardHolders].map(({ cardUid }) => cardUid),
    );
    expect(cards.length).toBeGreaterThan(440);
    expect(new Set(cards.map((uid) => uid.slice(2))).size).toBe(cards.length);
  });

  it('register every household once', () => {
    for (const estate of demoEstates) {
      const records = [
        ...holderRecords(estate, [estate.lost, ...estate.cardHolders]),
        ...otherHouseholdRecords(estate),
      ];
      const households = records.filter(({ kind }) => kind === 'household');
      expect(households).toHaveLength(estate.households.length);
    }
  });
});

describe('the household that one can sign in to', () => {
  const accountHolder = ziyun?.accountHolder;

  it('is that of the account, with a card that was not lost, and some money', () => {
    const [account] = demoPeople.filter(({ household }) => household !== undefined);
    expect(account).toMatchObject({ estates: 'ziyun', household: accountHolder?.householdId });
    expect(accountHolder?.householdId).not.toBe(ziyun?.lost.householdId);
    expect(accountHolder?.topUpFen).toBeGreaterThanOrEqual(2000);
    expect(youyi?.accountHolder).toBeUndefined();
  });

  it('charges for a moment in the first seconds, and again the same evening', () => {
    const opening = planOpening(7, demoEstates, FROM, 60);
    const [first] = opening.visits;
    expect(first?.holder).toBe(accountHolder);
    const own = planDay(7, demoEstates, FROM, opening.visits).visits.filter(
      ({ holder }) => holder === accountHolder,
    );
    expect(own).toHaveLength(1);
    expect(own[0]?.atMs).toBeGreaterThan(first?.leavesAtMs ?? Number.POSITIVE_INFINITY);
    expect(own[0]?.leavesAtMs).toBeLessThan(FROM + 5 * 3_600_000);
  });

  it('does not come again as long as it is there', () => {
    const opening = planOpening(7, demoEstates, FROM, 600);
    const lasting = opening.visits.map((visit) => ({ ...visit, leavesAtMs: FROM + 86_400_000 }));
    const { visits } = planDay(7, demoEstates, FROM, lasting);
    expect(visits.filter(({ holder }) => holder === accountHolder)).toEqual([]);
  });

  it('buys no package: that is left to who signs in', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { visits } = planDay(seed, demoEstates, FROM);
      const buyers = visits.filter(({ packageId }) => packageId !== undefined);
      expect(buyers.length).toBeGreaterThan(0);
      expect(buyers.map(({ holder }) => holder)).not.toContain(accountHolder);
    }
  });
});

describe("the demo's tariff", () => {
  it('can be saved, and sells energy and a month', () => {
    const tariff = tariffSchema.parse({ ...demoTariff, timeZone: 'Asia/Shanghai', currency: 'CNY' });
    expect(() => checkTariff(tariff, { portPowerW: 1100 })).not.toThrow();
    expect(tariff.packages?.map(({ kind }) => kind)).toEqual(['energy', 'days']);
  });
});

describe("a day's plan", () => {
  it('follows from its seed', () => {
    expect(planDay(7, demoEstates, FROM)).toEqual(planDay(7, demoEstates, FROM));
    expect(planDay(8, demoEstates, FROM)).not.toEqual(planDay(7, demoEstates, FROM));
  });

  it('lies within the day, mostly in the evening, and everybody comes once', () => {
    const { visits, incidents } = planDay(7, demoEstates, FROM);
    const evening = visits.filter(({ atMs }) =>
      /1[789]|2[01]/.test(wallClock(atMs, 'Asia/Shanghai').slice(11, 13)),
    );
    expect(evening.length).toBeGreaterThan(visits.length * 0.6);
    expect(new Set(visits.map(({ holder }) => holder.cardUid)).size).toBe(visits.length);
    for (const { atMs } of [...visits, ...incidents]) {
      expect(atMs).toBeGreaterThanOrEqual(FROM);
      expect(atMs).toBeLessThan(FROM + 86_400_000);
    }
    for (const visit of visits) expect(visit.leavesAtMs).toBeGreaterThan(visit.atMs);
    expect(incidents.filter(({ kind }) => kind === 'smoke')).toHaveLength(1);
  });

  it('leaves out who is elsewhere', () => {
    const { visits: earlier } = planDay(8, demoEstates, FROM);
    const absent = new Set(earlier.map(({ holder }) => holder).filter((one) => one !== ziyun?.accountHolder));
    const { visits } = planDay(7, demoEstates, FROM, earlier);
    expect(absent.size).toBeGreaterThan(100);
    expect(visits.filter(({ holder }) => absent.has(holder))).toEqual([]);
  });
});

describe('the opening', () => {
  it('shows something in the first twenty real seconds at any speed, and the same people', () => {
    for (const speed of [1, 60, 600]) {
      const { visits, incidents } = planOpening(7, demoEstates, FROM, speed);
      for (const { atMs } of [...visits, ...incidents])
        expect(atMs - FROM).toBeLessThanOrEqual(20_000 * speed);
    }
    const cast = (fromMs: number) =>
      planOpening(7, demoEstates, fromMs, 60).visits.map(({ holder }) => holder.cardUid);
    expect(cast(FROM + 12_345)).toEqual(cast(FROM));
  });
});
