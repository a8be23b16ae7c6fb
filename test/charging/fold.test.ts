import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldSession, type KnownSession } from '../../src/charging/fold.ts';

const startMs = Date.UTC(2026, 10, 23, 11);
const frame = (seconds: number, energyWh: number, delayMs = 0) => ({
  receivedAtMs: startMs + seconds * 1000 + delayMs,
  chargingS: seconds,
  energyWh,
});

/** Honest and dishonest frames: late, repeated, backwards, an odometer. */
const frames = fc.array(
  fc.record({
    seconds: fc.integer({ min: 0, max: 40_000 }),
    energyWh: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 100_000, max: 9_000_000 })),
    delayMs: fc.integer({ min: 0, max: 900_000 }),
  }),
  { maxLength: 15 },
);
const settlements = fc.option(
  fc.record({
    seconds: fc.integer({ min: 0, max: 43_200 }),
    energyWh: fc.nat(20_000),
    delayMs: fc.nat(600_000),
  }),
  { nil: undefined },
);

describe('a session folded from what is known of it', () => {
  test('is the same for every order and any repetition of its messages', () => {
    fc.assert(
      fc.property(frames, settlements, fc.nat(), (list, end, seed) => {
        const told = list.map(({ seconds, energyWh, delayMs }) => frame(seconds, energyWh, delayMs));
        const evidence: KnownSession = {
          authorisedAtMs: startMs,
          frames: told,
          settlement: end && {
            receivedAtMs: startMs + end.seconds * 1000 + end.delayMs,
            durationS: end.seconds,
            energyWh: end.energyWh,
          },
        };
        const shuffled = [...told, ...told.slice(0, seed % 5)].sort(
          (a, b) => ((a.receivedAtMs * 31 + seed) % 97) - ((b.receivedAtMs * 31 + seed) % 97),
        );
        expect(foldSession({ ...evidence, frames: shuffled })).toEqual(foldSession(evidence));
      }),
    );
  });

  test('has readings whose time rises and whose energy never falls, within what a port can deliver', () => {
    fc.assert(
      fc.property(frames, settlements, (list, end) => {
        const { readings } = foldSession({
          authorisedAtMs: startMs,
          frames: list.map(({ seconds, energyWh, delayMs }) => frame(seconds, energyWh, delayMs)),
          settlement: end && {
            receivedAtMs: startMs + end.seconds * 1000 + end.delayMs,
            durationS: end.seconds,
            energyWh: end.energyWh,
          },
        });
        expect(readings[0]?.energyWh).toBe(0);
        for (const [index, { atMs, energyWh }] of readings.entries()) {
          const before = readings[index - 1];
          if (before === undefined) continue;
          expect(atMs).toBeGreaterThan(before.atMs);
          expect(energyWh).toBeGreaterThanOrEqual(before.energyWh);
          expect(energyWh).toBeLessThanOrEqual((1100 * (atMs - (readings[0]?.atMs ?? 0))) / 3_600_000 + 20);
        }
      }),
    );
  });

  test('is anchored by the message that was least delayed', () => {
    const { readings } = foldSession({
      authorisedAtMs: startMs,
      frames: [frame(600, 50, 90_000), frame(1200, 100, 2_000), frame(1800, 150, 40_000)],
    });
    expect(readings[0]?.atMs).toBe(startMs + 2_000);
  });

  test('is anchored by the answer to its start, when the settlement was told late', () => {
    const { readings } = foldSession({
      authorisedAtMs: startMs,
      startedAtMs: startMs + 1_000,
      frames: [],
      settlement: { receivedAtMs: startMs + 7_200_000, durationS: 3600, energyWh: 300 },
    });
    expect(readings).toEqual([
      { atMs: startMs + 1_000, energyWh: 0 },
      { atMs: startMs + 3_601_000, energyWh: 300 },
    ]);
  });

  test('leaves out readings above what the board finally accounts for, and says so', () => {
    const { readings, remarks } = foldSession({
      authorisedAtMs: startMs,
      frames: [frame(600, 50), frame(1200, 140)],
      settlement: { receivedAtMs: startMs + 1_800_000, durationS: 1800, energyWh: 120 },
    });
    expect(readings.map(({ energyWh }) => energyWh)).toEqual([0, 50, 120]);
    expect(remarks).toEqual(['impossible-reading-ignored']);
  });

  test('without any message is nothing', () => {
    expect(foldSession({ authorisedAtMs: startMs, frames: [] })).toEqual({
      readings: [{ atMs: startMs, energyWh: 0 }],
      estimated: true,
      remarks: ['estimated'],
      stopLost: false,
    });
  });
});

test('one old frame does not stand against all the others of a session', () => {
  const own = [600, 1200, 1800, 2400, 3000].map((seconds) => frame(seconds, seconds / 30));
  // Of the session before on this port, and so late that it would have begun with this one.
  const folded = foldSession({ authorisedAtMs: startMs, frames: [...own, frame(900, 200, 120_000)] });
  expect(folded.readings.map(({ energyWh }) => energyWh)).toEqual([0, 20, 40, 60, 80, 100]);
  expect(folded.remarks).toContain('impossible-reading-ignored');
});

test('a frame that is heard after the account does not say either when a stop should have reached the port', () => {
  const stopped: KnownSession = {
    authorisedAtMs: startMs,
    stopAskedAtMs: startMs + 3_580_000,
    frames: [frame(1800, 150)],
    settlement: { receivedAtMs: startMs + 3_600_000, durationS: 3600, energyWh: 300 },
  };
  const after = foldSession({ ...stopped, frames: [...stopped.frames, frame(3540, 295, 90_000)] });
  expect(after).toEqual(foldSession(stopped));
  expect(after.stopLost).toBe(false);
});

test('a frame by which a session would have begun before it was agreed does not say when it began', () => {
  const evidence: KnownSession = {
    authorisedAtMs: startMs - 2000,
    startedAtMs: startMs + 4000,
    frames: [frame(210, 10, 6000), frame(450, 20, 6000), frame(690, 30, 6000)],
  };
  // Of the session before on this port: by its seconds it would have begun before this one was agreed.
  const late = frame(594, 10, -8000);
  const { readings } = foldSession({ ...evidence, frames: [...evidence.frames, late] });
  expect(readings[0]?.atMs).toBe(startMs + 4000);
  // Where nothing else is known, it began when it could at the earliest.
  const alone = foldSession({ authorisedAtMs: startMs - 2000, frames: [late] });
  expect(alone.readings[0]?.atMs).toBe(startMs - 2000);
});

test('a frame by which a session would have begun long before it was agreed is nothing to remark on its bill', () => {
  const known: KnownSession = { authorisedAtMs: startMs, frames: [frame(600, 50)] };
  // Three hours late, and of a session before the one before.
  const late = frame(16_380, 810, -5_000_000);
  expect(foldSession({ ...known, frames: [...known.frames, late] })).toEqual(foldSession(known));
});
