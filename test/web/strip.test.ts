import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  classesOf,
  coverage,
  type DayPlans,
  flawsOf,
  halfHoursOfDay,
  paint,
  plansOf,
  type Stretch,
} from '../../web/src/tariff/strip.ts';
import { milliYuanOfText, textOfMilliYuan } from '../../web/src/words/amount.ts';

const stretch = (from: number, to: number, priceId = 'p1'): Stretch => ({ from, to, priceId });

test('gaps and overlaps are found, each as one range', () => {
  expect(flawsOf([stretch(0, 12), stretch(14, 30), stretch(28, 48)])).toEqual([
    { kind: 'gap', from: 12, to: 14 },
    { kind: 'overlap', from: 28, to: 30 },
  ]);
  expect(flawsOf([stretch(0, 24), stretch(24, 48)])).toEqual([]);
  expect(flawsOf([])).toEqual([{ kind: 'gap', from: 0, to: 48 }]);
});

test('painting cuts what is there, and joins equal neighbours', () => {
  const day = [stretch(0, 12, 'valley'), stretch(12, 44, 'peak'), stretch(44, 48, 'valley')];
  expect(paint(day, stretch(16, 20, 'flat'))).toEqual([
    stretch(0, 12, 'valley'),
    stretch(12, 16, 'peak'),
    stretch(16, 20, 'flat'),
    stretch(20, 44, 'peak'),
    stretch(44, 48, 'valley'),
  ]);
  expect(paint(day, stretch(12, 44, 'valley'))).toEqual([stretch(0, 48, 'valley')]);
  expect(paint(day, stretch(20, 20, 'flat'))).toEqual(day);
});

const stroke = fc
  .tuple(fc.nat(47), fc.nat(47), fc.constantFrom('p1', 'p2', 'p3'))
  .map(([a, b, priceId]) => stretch(Math.min(a, b), Math.max(a, b) + 1, priceId));

test('however much is painted, no half hour has two prices, and the last stroke stands', () => {
  fc.assert(
    fc.property(fc.array(stroke, { minLength: 1, maxLength: 12 }), (strokes) => {
      const painted = strokes.reduce<readonly Stretch[]>(paint, []);
      const claims = coverage(painted);
      expect(claims).toHaveLength(halfHoursOfDay);
      for (const [halfHour, claim] of claims.entries()) {
        const last = strokes.findLast(({ from, to }) => from <= halfHour && halfHour < to);
        expect(claim.map(({ priceId }) => priceId)).toEqual(last === undefined ? [] : [last.priceId]);
      }
    }),
  );
});

test('classes become plans and classes again, and say the same', () => {
  const day = fc
    .array(stroke, { maxLength: 8 })
    .map((strokes) => strokes.reduce<Stretch[]>(paint, [stretch(0, 48)]));
  const prices = [
    { priceId: 'p1', name: 'peak' as const, price: '0.617' },
    { priceId: 'p2', name: '' as const, price: '0.307' },
    { priceId: 'p3', name: 'deep' as const, price: '0.10' },
  ];
  fc.assert(
    fc.property(day, day, fc.constantFrom('weekday', 'weekend'), (weekday, weekend, like) => {
      const plans: DayPlans = {
        weekday: { stretches: weekday },
        weekend: { stretches: weekend },
        holiday: { sameAs: like as 'weekday' | 'weekend' },
      };
      const classes = classesOf(plans, prices, milliYuanOfText, true);
      const back = plansOf(classes, textOfMilliYuan);
      expect(classesOf(back.plans, back.prices, milliYuanOfText, true)).toEqual(
        JSON.stringify(weekday) === JSON.stringify(weekend)
          ? classes
              .filter(({ days }) => days === undefined || days.includes('weekday'))
              .map(({ days: _, ...all }) => all)
          : classes,
      );
    }),
  );
});

test('one plan for all days speaks of no kind of day; without holidays nothing is said of them', () => {
  const prices = [{ priceId: 'p1', name: '' as const, price: '0.5' }];
  const everyDay: DayPlans = {
    weekday: { stretches: [stretch(0, 48)] },
    weekend: { sameAs: 'weekday' },
    holiday: { sameAs: 'weekday' },
  };
  expect(classesOf(everyDay, prices, milliYuanOfText, false)).toEqual([
    { fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 500 },
  ]);
  const twoPlans: DayPlans = { ...everyDay, weekend: { stretches: [stretch(0, 48)] } };
  const daysIn = (hasHolidays: boolean) =>
    classesOf(twoPlans, prices, milliYuanOfText, hasHolidays).map(({ days }) => days);
  expect(daysIn(false)).toEqual([['weekday'], ['weekend']]);
  expect(daysIn(true)).toEqual([['weekday', 'holiday'], ['weekend']]);
});
