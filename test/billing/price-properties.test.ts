import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { affordable } from '../../src/billing/affordable.ts';
import type { Bill, Reading, SessionToPrice, Slice } from '../../src/billing/bill.ts';
import { momentsOf } from '../../src/billing/calendar.ts';
import { grainsOfFen, grainsPerFen } from '../../src/billing/grains.ts';
import { powerPricesOf } from '../../src/billing/power-bands.ts';
import { decisive, price, pricedWindow } from '../../src/billing/price.ts';
import { runs } from '../support/runs.ts';
import { anchors, type Case, cases } from './arbitraries.ts';
import { offsetMsAt } from './oracle-clock.ts';

const usual = { numRuns: runs(1500) };
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const grainsOf = (slices: readonly Slice[]) => sum(slices.map(({ amountGrains }) => amountGrains));
const whOf = (slices: readonly Slice[]) => sum(slices.map(({ energyWh }) => energyWh));
const spanOf = ({ readings }: SessionToPrice) => {
  const [first] = readings;
  const last = readings.at(-1);
  if (first === undefined || last === undefined) throw new Error('a session has readings');
  return { startMs: first.atMs, endMs: last.atMs, last };
};
const exactly = (tariff: Tariff, session: SessionToPrice) => {
  const { electricity, service } = pricedWindow(tariff, session, 0, Number.MAX_SAFE_INTEGER);
  return { electricity: grainsOf(electricity), service: grainsOf(service) };
};
const capGrains = (bill: Bill) =>
  grainsOf(bill.lines.flatMap(({ slices }) => slices.filter(({ kind }) => kind === 'cap')));
const overstayGrains = (bill: Bill) =>
  grainsOf(bill.lines.flatMap(({ slices }) => slices.filter(({ kind }) => kind === 'overstay')));
const without = (tariff: Tariff, ...names: (keyof Tariff)[]): Tariff =>
  Object.fromEntries(Object.entries(tariff).filter(([name]) => !names.some((one) => one === name))) as Tariff;

test('the random sessions are around moments at which clocks are put forward or back', () => {
  const changing = anchors.flatMap(({ zone, atMs }) => (zone === undefined ? [] : [{ zone, atMs }]));
  expect(changing.length).toBeGreaterThan(0);
  for (const { zone, atMs } of changing)
    expect(offsetMsAt(zone, atMs), zone).not.toBe(offsetMsAt(zone, atMs - 1));
});

test('a session that is made two sessions at a reading costs the same, where no rule counts from its start', () => {
  fc.assert(
    fc.property(cases, fc.nat(), ({ tariff, session }, number) => {
      const plain = without(
        tariff,
        'startFeeFen',
        'freeMinutes',
        'minimum',
        'minimumPerSessionFen',
        'capPerSessionFen',
        'capPerDayFen',
      );
      const { readings } = session;
      const at = readings[number % readings.length];
      if (at === undefined) throw new Error('a session has readings');
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
    usual,
  );
});

describe('a bill', () => {
  test('has slices that cover the session without a gap and add up to its energy and its lines', () => {
    fc.assert(
      fc.property(cases, ({ tariff, session }) => {
        const { startMs, endMs, last } = spanOf(session);
        const bill = price(tariff, session);
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
      usual,
    );
  });

  test('has one price of electricity inside each slice, whatever the zone and its summer time', () => {
    fc.assert(
      fc.property(cases, ({ tariff, session }) => {
        const momentAt = momentsOf(tariff);
        for (const slice of price(tariff, session).lines[0]?.slices ?? [])
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
          const { tariff, session } = {
            tariff: one.tariff,
            session: { ...one.session, readings: denser(one, counts) },
          };
          const bill = price(tariff, session);
          const kept = decisive(tariff, session.readings, bill);
          expect(price(tariff, { ...session, readings: kept })).toEqual(bill);
          const slices = bill.lines.flatMap((line) => line.slices);
          if (powerPricesOf(tariff) === undefined)
            expect(kept.length).toBeLessThanOrEqual(2 + 4 * slices.length);
        },
      ),
      usual,
    );
  });

  test('never exceeds a cap, nor do several sessions of one day its cap', () => {
    fc.assert(
      fc.property(
        cases,
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 700 }),
        (one, perSession, perDay) => {
          const tariff = { ...one.tariff, capPerSessionFen: perSession, capPerDayFen: perDay };
          const { spentBefore: _, ...session } = one.session;
          let spentBefore: Record<string, number> = {};
          let shownFen = 0;
          for (let time = 0; time < 3; time += 1) {
            const bill = price(tariff, { ...session, spentBefore });
            const chargingFen = price(tariff, { ...session, spentBefore, removedAtMs: undefined }).totalFen;
            expect(chargingFen).toBeLessThanOrEqual(perSession);
            expect(bill.totalFen).toBeLessThanOrEqual(
              perSession + Math.ceil(overstayGrains(bill) / grainsPerFen),
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
      usual,
    );
  });

  test('never exceeds the hold, when the port stops at what the hold can pay for', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 2, max: 3000 }), ({ tariff, session }, holdFen) => {
        const limit = affordable(tariff, holdFen);
        const { startMs } = spanOf(session);
        const untilMs = startMs + (limit.ms ?? Number.MAX_SAFE_INTEGER);
        // Powers that a board tells may be above the mean; that difference is not the resident's, and not in the hold.
        const readings = session.readings
          .filter(({ atMs }) => atMs <= untilMs)
          .map(({ atMs, energyWh }) => ({ atMs, energyWh: Math.min(energyWh, limit.energyWh) }));
        if (limit.energyWh === 0) return;
        const bill = price(tariff, { ...session, readings, removedAtMs: undefined, spentBefore: {} });
        expect(bill.totalFen).toBeLessThanOrEqual(holdFen);
      }),
      usual,
    );
  });
});

/** The same session with more readings on its way: what a board tells every few minutes. */
function denser({ session: { readings } }: Case, counts: readonly number[]): Reading[] {
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
