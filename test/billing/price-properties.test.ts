import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { affordable } from '../../src/billing/affordable.ts';
import type { Bill, ChargeToPrice, Reading, Slice } from '../../src/billing/bill.ts';
import { momentsOf } from '../../src/billing/calendar.ts';
import { grainsOfFen, grainsPerFen } from '../../src/billing/grains.ts';
import { decisive, price, pricedWindow } from '../../src/billing/price.ts';
import type { Tariff } from '../../src/billing/tariff.ts';
import { type Case, cases } from './arbitraries.ts';

const hourMs = 3_600_000;
const runs = { numRuns: 1500 };
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const grainsOf = (slices: readonly Slice[]) => sum(slices.map(({ amountGrains }) => amountGrains));
const whOf = (slices: readonly Slice[]) => sum(slices.map(({ energyWh }) => energyWh));
const spanOf = ({ readings }: ChargeToPrice) => {
  const [first] = readings;
  const last = readings.at(-1);
  if (first === undefined || last === undefined) throw new Error('a charge has readings');
  return { startMs: first.atMs, endMs: last.atMs, last };
};
const exactly = (tariff: Tariff, charge: ChargeToPrice) => {
  const { electricity, service, overstay } = pricedWindow(tariff, charge, 0, Number.MAX_SAFE_INTEGER);
  return {
    electricity: grainsOf(electricity),
    service: grainsOf(service),
    overstay: grainsOf(overstay),
    wh: whOf(electricity),
  };
};
const capGrains = (bill: Bill) =>
  grainsOf(bill.lines.flatMap(({ slices }) => slices.filter(({ kind }) => kind === 'cap')));
const overstayGrains = (bill: Bill) =>
  grainsOf(bill.lines.flatMap(({ slices }) => slices.filter(({ kind }) => kind === 'overstay')));
const without = (tariff: Tariff, ...names: (keyof Tariff)[]): Tariff =>
  Object.fromEntries(Object.entries(tariff).filter(([name]) => !names.some((one) => one === name))) as Tariff;

describe('a charge', () => {
  test('that is split anywhere into parts is the sum of them, to the grain', () => {
    fc.assert(
      fc.property(
        cases,
        fc.array(fc.double({ min: 0, max: 1.2, noNaN: true }), { maxLength: 6 }),
        (one, shares) => {
          const { tariff, charge } = one;
          const { startMs, endMs } = spanOf(charge);
          const outMs = Math.max(endMs, charge.removedAtMs ?? 0) + 1;
          const splits = shares.map((share) => startMs + Math.floor(share * (endMs - startMs)));
          const edges = [startMs, ...splits.filter((atMs) => atMs < outMs).sort((a, b) => a - b), outMs];
          const parts = edges
            .slice(1)
            .map((toMs, index) => pricedWindow(tariff, charge, edges[index] ?? startMs, toMs));
          const whole = exactly(tariff, charge);
          expect(sum(parts.map(({ electricity }) => grainsOf(electricity)))).toBe(whole.electricity);
          expect(sum(parts.map(({ service }) => grainsOf(service)))).toBe(whole.service);
          expect(sum(parts.map(({ overstay }) => grainsOf(overstay)))).toBe(whole.overstay);
          expect(sum(parts.map(({ electricity }) => whOf(electricity)))).toBe(whole.wh);
        },
      ),
      runs,
    );
  });

  test('that is made two charges at a reading costs the same, where no rule counts from its start', () => {
    fc.assert(
      fc.property(cases, fc.nat(), ({ tariff, charge }, number) => {
        const plain = without(
          tariff,
          'startFeeFen',
          'freeMinutes',
          'minimum',
          'capPerChargeFen',
          'capPerDayFen',
        );
        const { readings } = charge;
        const at = readings[number % readings.length];
        if (at === undefined) throw new Error('a charge has readings');
        const first = { readings: readings.filter(({ atMs }) => atMs <= at.atMs) };
        const second = {
          readings: readings
            .filter(({ atMs }) => atMs >= at.atMs)
            .map((reading) => ({ ...reading, energyWh: reading.energyWh - at.energyWh })),
        };
        const [one, other, whole] = [first, second, { readings }].map((part) => exactly(plain, part));
        expect((one?.electricity ?? 0) + (other?.electricity ?? 0)).toBe(whole?.electricity);
        expect((one?.service ?? 0) + (other?.service ?? 0)).toBe(whole?.service);
      }),
      runs,
    );
  });

  test('that goes on never costs less: exactly, and rounded where no cap of a day divides it', () => {
    const more = fc.record({
      ms: fc.integer({ min: 1, max: 3 * hourMs }),
      wh: fc.integer({ min: 0, max: 600 }),
      powerW: fc.integer({ min: 0, max: 1100 }),
    });
    fc.assert(
      fc.property(cases, more, ({ tariff, charge }, { ms, wh, powerW }) => {
        const { last } = spanOf(charge);
        const next = { atMs: last.atMs + ms, energyWh: last.energyWh + wh, powerW };
        const longer = {
          ...charge,
          readings: [...charge.readings, next],
          ...(charge.removedAtMs === undefined ? {} : { removedAtMs: charge.removedAtMs + ms }),
        };
        const [before, after] = [exactly(tariff, charge), exactly(tariff, longer)];
        expect(after.electricity).toBeGreaterThanOrEqual(before.electricity);
        expect(after.service).toBeGreaterThanOrEqual(before.service);
        expect(after.overstay).toBe(before.overstay);
        const undivided = without(tariff, 'capPerDayFen');
        const charging = (one: ChargeToPrice) =>
          price(undivided, { ...one, removedAtMs: undefined }).totalFen;
        expect(charging(longer)).toBeGreaterThanOrEqual(charging(charge));
      }),
      runs,
    );
  });

  test('with more energy costs no less, but for the one Wh that an unread boundary may move', () => {
    fc.assert(
      fc.property(
        cases,
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 9, maxLength: 9 }),
        (one, extra) => {
          const { tariff, charge } = one;
          let added = 0;
          const readings = charge.readings.map((reading, index) => {
            added += index === 0 ? 0 : (extra[index - 1] ?? 0);
            return { ...reading, energyWh: reading.energyWh + added };
          });
          const [before, after] = [exactly(tariff, charge), exactly(tariff, { ...charge, readings })];
          const cuts = new Set(
            Object.values(pricedWindow(tariff, { ...charge, readings }, 0, Number.MAX_SAFE_INTEGER))
              .flat()
              .flatMap((slice) => (typeof slice === 'string' ? [] : [slice.fromMs])),
          ).size;
          const dearest = Math.max(
            0,
            ...tariff.electricity.map(({ priceMilliYuanPerKWh }) => priceMilliYuanPerKWh),
            tariff.service.by === 'energy' ? tariff.service.priceMilliYuanPerKWh : 0,
          );
          const slack = cuts * dearest * 3600;
          expect(after.electricity).toBeGreaterThanOrEqual(before.electricity - slack);
          // Energy alone: a package that is used up sooner, and a higher band, make time dearer too.
          expect(after.service).toBeGreaterThanOrEqual(before.service - slack);
        },
      ),
      runs,
    );
  });
});

describe('a bill', () => {
  test('has slices that cover the charge without a gap and add up to its energy and its lines', () => {
    fc.assert(
      fc.property(cases, ({ tariff, charge }) => {
        const { startMs, endMs, last } = spanOf(charge);
        const bill = price(tariff, charge);
        for (const { line, slices, amountFen } of bill.lines) {
          const stretches = slices.filter(({ kind }) => kind === 'energy' || kind === 'time');
          expect(2 * Math.abs(grainsOf(slices) - grainsOfFen(amountFen))).toBeLessThanOrEqual(grainsPerFen);
          if (line === 'electricity' && tariff.electricity.length === 0) continue;
          expect(stretches[0]?.fromMs).toBe(startMs);
          expect(stretches.at(-1)?.toMs).toBe(endMs);
          for (const [index, slice] of stretches.entries()) {
            if (index > 0) expect(slice.fromMs).toBe(stretches[index - 1]?.toMs);
            expect(slice.energyWh).toBeGreaterThanOrEqual(0);
          }
          expect(whOf(stretches)).toBe(last.energyWh);
        }
      }),
      runs,
    );
  });

  test('has one price of electricity inside each slice, whatever the zone and its summer time', () => {
    fc.assert(
      fc.property(cases, ({ tariff, charge }) => {
        const momentAt = momentsOf(tariff);
        for (const slice of price(tariff, charge).lines[0]?.slices ?? [])
          if (slice.kind === 'energy')
            for (let atMs = slice.fromMs; atMs < slice.toMs; atMs += 420_000)
              expect(momentAt(atMs).electricity?.priceMilliYuanPerKWh).toBe(slice.priceMilliYuan);
      }),
      { numRuns: 300 },
    );
  });

  test('rests on a few readings, and is the same when it is computed again from them alone', () => {
    fc.assert(
      fc.property(
        cases,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 9, maxLength: 9 }),
        (one, counts) => {
          const { tariff, charge } = {
            tariff: one.tariff,
            charge: { ...one.charge, readings: denser(one, counts) },
          };
          const bill = price(tariff, charge);
          const kept = decisive(tariff, charge.readings, bill);
          expect(price(tariff, { ...charge, readings: kept })).toEqual(bill);
          const slices = bill.lines.flatMap((line) => line.slices);
          if (tariff.service.by !== 'power') expect(kept.length).toBeLessThanOrEqual(2 + 4 * slices.length);
        },
      ),
      runs,
    );
  });

  test('never exceeds a cap, nor do several charges of one day its cap', () => {
    fc.assert(
      fc.property(
        cases,
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 700 }),
        (one, perCharge, perDay) => {
          const tariff = { ...one.tariff, capPerChargeFen: perCharge, capPerDayFen: perDay };
          const { spentBefore: _, ...charge } = one.charge;
          let spentBefore: Record<string, number> = {};
          let shownFen = 0;
          for (let time = 0; time < 3; time += 1) {
            const bill = price(tariff, { ...charge, spentBefore });
            const chargingFen = price(tariff, { ...charge, spentBefore, removedAtMs: undefined }).totalFen;
            expect(chargingFen).toBeLessThanOrEqual(perCharge);
            expect(bill.totalFen).toBeLessThanOrEqual(
              perCharge + Math.ceil(overstayGrains(bill) / grainsPerFen),
            );
            expect(sum(Object.values(bill.spent))).toBe(grainsOfFen(chargingFen));
            expect(capGrains(bill)).toBeLessThanOrEqual(0);
            for (const [date, spent] of Object.entries(bill.spent))
              spentBefore = { ...spentBefore, [date]: (spentBefore[date] ?? 0) + spent };
            shownFen += chargingFen;
          }
          expect(shownFen).toBeLessThanOrEqual(perDay * Object.keys(spentBefore).length);
        },
      ),
      runs,
    );
  });

  test('never exceeds the hold, when the port stops at what the hold can pay for', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 2, max: 3000 }), ({ tariff, charge }, holdFen) => {
        const limit = affordable(tariff, holdFen);
        const { startMs } = spanOf(charge);
        const untilMs = startMs + (limit.ms ?? Number.MAX_SAFE_INTEGER);
        // Powers that a board tells may be above the mean; that difference is not the resident's, and not in the hold.
        const readings = charge.readings
          .filter(({ atMs }) => atMs <= untilMs)
          .map(({ atMs, energyWh }) => ({ atMs, energyWh: Math.min(energyWh, limit.energyWh) }));
        if (limit.energyWh === 0) return;
        const bill = price(tariff, { ...charge, readings, removedAtMs: undefined, spentBefore: {} });
        expect(bill.totalFen).toBeLessThanOrEqual(holdFen);
      }),
      runs,
    );
  });
});

/** The same charge with more readings on its way: what a board tells every few minutes. */
function denser({ charge: { readings } }: Case, counts: readonly number[]): Reading[] {
  return readings.flatMap((right, index): Reading[] => {
    const left = readings[index - 1];
    if (left === undefined) return [right];
    const count = Math.min(counts[index - 1] ?? 1, right.atMs - left.atMs);
    const between = Array.from({ length: count - 1 }, (_, step) => {
      const share = (step + 1) / count;
      return {
        atMs: left.atMs + Math.floor(share * (right.atMs - left.atMs)),
        energyWh: left.energyWh + Math.floor(share * (right.energyWh - left.energyWh)),
        ...(right.powerW === undefined || step % 3 === 2 ? {} : { powerW: right.powerW + step - 1 }),
      };
    });
    return [...between.filter(({ atMs }) => atMs > left.atMs), right];
  });
}
