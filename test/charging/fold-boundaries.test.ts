import { describe, expect, test } from 'vitest';
import { canDeliver } from '../../src/charging/fold.ts';
import { account, at, fold, frame } from './folds.ts';

// How far what is told of a session is believed.

test('a reading is possible up to the power of a port, and a step of its meter', () => {
  expect(canDeliver(1120, 3600)).toBe(true);
  expect(canDeliver(1121, 3600)).toBe(false);
  expect(canDeliver(0, 0)).toBe(true);
  expect(canDeliver(-1, 3600)).toBe(false);
});

describe('an account', () => {
  const accounted = (durationS: number, energyWh: number, heardAfterS: number) =>
    fold(account(durationS, energyWh, heardAfterS));

  test.each([
    [3660, []],
    [3661, ['impossible-duration']],
  ])('of %i s that is heard after an hour has the remarks %j', (durationS, remarks) => {
    expect(accounted(durationS, 100, 3600).remarks).toEqual(remarks);
  });

  test('is of a day at most', () => {
    expect(accounted(86_400, 100, 200_000).remarks).toEqual([]);
    const { remarks, readings } = accounted(86_401, 100, 200_000);
    expect(remarks).toEqual(['impossible-duration']);
    expect((readings.at(-1)?.atMs ?? 0) - (readings[0]?.atMs ?? 0)).toBe(86_400_000);
  });

  test('of no duration has the one reading of its start', () => {
    expect(accounted(0, 0, 10).readings).toEqual([{ atMs: at(10), energyWh: 0 }]);
  });

  test('in steps of 10 Wh may leave off what a reading has more, and no more than that', () => {
    const withReading = (energyWh: number) =>
      fold({ frames: [frame(600, energyWh)], ...account(1200, 100, 1200) }).remarks;
    expect(withReading(109)).toEqual([]);
    expect(withReading(110)).toEqual(['impossible-reading-ignored']);
  });

  test('that is impossible is replaced by the most that a frame within it has shown', () => {
    const frames = [frame(300, 30), frame(600, 60)];
    const { readings, remarks } = fold({ frames, ...account(500, 9999, 500) });
    expect(remarks).toEqual(['impossible-energy']);
    expect(readings.at(-1)?.energyWh).toBe(30);
  });
});

test('of several readings of one second the least counts, with the least power', () => {
  const shown = (energyWh: number, powerW: number) => ({ ...frame(600, energyWh), powerW });
  const { readings, remarks } = fold({ frames: [shown(60, 100), shown(50, 300), shown(50, 200)] });
  expect(readings.slice(1)).toEqual([{ atMs: at(600), energyWh: 50, powerW: 200 }]);
  expect(remarks).toEqual(['estimated']);
});
