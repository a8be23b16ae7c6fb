import { describe, expect, test } from 'vitest';
import { canDeliver, foldSession } from '../../src/charging/fold.ts';
import { eveningMs } from '../support/estate.ts';

// How far what is told of a session is believed.

test('a reading is possible up to the power of a port, and a step of its meter', () => {
  expect(canDeliver(1120, 3600)).toBe(true);
  expect(canDeliver(1121, 3600)).toBe(false);
  expect(canDeliver(0, 0)).toBe(true);
  expect(canDeliver(-1, 3600)).toBe(false);
});

describe('an account', () => {
  const account = (durationS: number, energyWh: number, heardAfterS: number) =>
    foldSession({
      authorisedAtMs: eveningMs,
      frames: [],
      settlement: { receivedAtMs: eveningMs + heardAfterS * 1000, durationS, energyWh },
    });

  test.each([
    [3660, []],
    [3661, ['impossible-duration']],
  ])('of %i s that is heard after an hour has the remarks %j', (durationS, remarks) => {
    expect(account(durationS, 100, 3600).remarks).toEqual(remarks);
  });

  test('is of a day at most', () => {
    expect(account(86_400, 100, 200_000).remarks).toEqual([]);
    const { remarks, readings } = account(86_401, 100, 200_000);
    expect(remarks).toEqual(['impossible-duration']);
    expect((readings.at(-1)?.atMs ?? 0) - (readings[0]?.atMs ?? 0)).toBe(86_400_000);
  });

  test('of no duration has the one reading of its start', () => {
    expect(account(0, 0, 10).readings).toEqual([{ atMs: eveningMs + 10_000, energyWh: 0 }]);
  });

  test('in steps of 10 Wh may leave off what a reading has more, and no more than that', () => {
    const withReading = (energyWh: number) =>
      foldSession({
        authorisedAtMs: eveningMs,
        frames: [{ receivedAtMs: eveningMs + 600_000, chargingS: 600, energyWh }],
        settlement: { receivedAtMs: eveningMs + 1_200_000, durationS: 1200, energyWh: 100 },
      }).remarks;
    expect(withReading(109)).toEqual([]);
    expect(withReading(110)).toEqual(['impossible-reading-ignored']);
  });

  test('that is impossible is replaced by the most that a frame within it has shown', () => {
    const { readings, remarks } = foldSession({
      authorisedAtMs: eveningMs,
      frames: [300, 600].map((chargingS) => ({
        ...{ receivedAtMs: eveningMs + chargingS * 1000, chargingS, energyWh: chargingS / 10 },
      })),
      settlement: { receivedAtMs: eveningMs + 500_000, durationS: 500, energyWh: 9999 },
    });
    expect(remarks).toEqual(['impossible-energy']);
    expect(readings.at(-1)?.energyWh).toBe(30);
  });
});

test('of several readings of one second the least counts, with the least power', () => {
  const frame = (energyWh: number, powerW: number) => ({
    ...{ receivedAtMs: eveningMs + 600_000, chargingS: 600, energyWh, powerW },
  });
  const { readings, remarks } = foldSession({
    authorisedAtMs: eveningMs,
    frames: [frame(60, 100), frame(50, 300), frame(50, 200)],
  });
  expect(readings.slice(1)).toEqual([{ atMs: eveningMs + 600_000, energyWh: 50, powerW: 200 }]);
  expect(remarks).toEqual(['estimated']);
});
