import { describe, expect, it } from 'vitest';
import { wallClock } from '../../simulator/devices/wall-clock.ts';
import { demoEstates } from '../../simulator/estate.ts';
import { holderRecords, otherHouseholdRecords, structureRecords } from '../../simulator/estate-records.ts';
import { planDay, planOpening } from '../../simulator/plan.ts';

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
      structureRecords(estate, 'http://127.0.0.1/').flatMap((record) =>
        'deviceId' in record ? [record.deviceId] : [],
      ),
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
    const absent = ziyun?.cardHolders ?? [];
    const { visits } = planDay(7, demoEstates, FROM, absent);
    expect(visits.every(({ estateId }) => estateId === 'youyi')).toBe(true);
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
