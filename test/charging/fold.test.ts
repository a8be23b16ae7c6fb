import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldSession, type KnownSession } from '../../src/charging/fold.ts';
import { eveningMs } from '../support/estate.ts';
import { account, at, fold, frame, told } from './folds.ts';

/** Heard so long after its time. */
const late = (seconds: number, energyWh: number, delayMs: number) => ({
  ...{ chargingS: seconds, energyWh, receivedAtMs: at(seconds) + delayMs },
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

interface Heard {
  readonly seconds: number;
  readonly energyWh: number;
  readonly delayMs: number;
}

const knownOf = (list: readonly Heard[], end: Heard | undefined): KnownSession => ({
  authorisedAtMs: eveningMs,
  frames: list.map(({ seconds, energyWh, delayMs }) => late(seconds, energyWh, delayMs)),
  settlement: end && {
    ...{ receivedAtMs: at(end.seconds) + end.delayMs, durationS: end.seconds, energyWh: end.energyWh },
  },
});

describe('a session folded from what is known of it', () => {
  test('is the same for every order and any repetition of its messages', () => {
    fc.assert(
      fc.property(frames, settlements, fc.nat(), (list, end, seed) => {
        const evidence = knownOf(list, end);
        const told = evidence.frames;
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
        const { readings } = foldSession(knownOf(list, end));
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
    const { readings } = fold({
      frames: [late(600, 50, 90_000), late(1200, 100, 2_000), late(1800, 150, 40_000)],
    });
    expect(readings[0]?.atMs).toBe(eveningMs + 2_000);
  });

  test('is anchored by the answer to its start, when the settlement was told late', () => {
    expect(told(fold({ startedAtMs: at(1), ...account(3600, 300, 7200) }))).toBe('1 s: 0 Wh, 3601 s: 300 Wh');
  });

  test('leaves out readings above what the board finally accounts for, and says so', () => {
    const frames = [frame(600, 50), frame(1200, 140)];
    const { readings, remarks } = fold({ frames, ...account(1800, 120, 1800) });
    expect(readings.map(({ energyWh }) => energyWh)).toEqual([0, 50, 120]);
    expect(remarks).toEqual(['impossible-reading-ignored']);
  });

  test('without any message is nothing', () => {
    expect(fold()).toEqual({
      readings: [{ atMs: eveningMs, energyWh: 0 }],
      estimated: true,
      remarks: ['estimated'],
      stopLost: false,
    });
  });
});

test('one old frame does not stand against all the others of a session', () => {
  const own = [600, 1200, 1800, 2400, 3000].map((seconds) => frame(seconds, seconds / 30));
  // Of the session before on this port, and so late that it would have begun with this one.
  const folded = fold({ frames: [...own, late(900, 200, 120_000)] });
  expect(folded.readings.map(({ energyWh }) => energyWh)).toEqual([0, 20, 40, 60, 80, 100]);
  expect(folded.remarks).toContain('impossible-reading-ignored');
});

test('a frame that is heard after the account does not say either when a stop should have reached the port', () => {
  const stopped: KnownSession = {
    authorisedAtMs: eveningMs,
    stopAskedAtMs: at(3580),
    frames: [frame(1800, 150)],
    ...account(3600, 300, 3600),
  };
  const after = foldSession({ ...stopped, frames: [...stopped.frames, late(3540, 295, 90_000)] });
  expect(after).toEqual(foldSession(stopped));
  expect(after.stopLost).toBe(false);
});

test('a frame by which a session would have begun before it was agreed does not say when it began', () => {
  const evidence: KnownSession = {
    authorisedAtMs: eveningMs - 2000,
    startedAtMs: eveningMs + 4000,
    frames: [late(210, 10, 6000), late(450, 20, 6000), late(690, 30, 6000)],
  };
  // Of the session before on this port: by its seconds it would have begun before this one was agreed.
  const older = late(594, 10, -8000);
  const { readings } = foldSession({ ...evidence, frames: [...evidence.frames, older] });
  expect(readings[0]?.atMs).toBe(eveningMs + 4000);
  // Where nothing else is known, it began when it could at the earliest.
  const alone = foldSession({ authorisedAtMs: eveningMs - 2000, frames: [older] });
  expect(alone.readings[0]?.atMs).toBe(eveningMs - 2000);
});

test('a frame by which a session would have begun long before it was agreed is nothing to remark on its bill', () => {
  const known: KnownSession = { authorisedAtMs: eveningMs, frames: [frame(600, 50)] };
  // Three hours late, and of a session before the one before.
  const older = late(16_380, 810, -5_000_000);
  expect(foldSession({ ...known, frames: [...known.frames, older] })).toEqual(foldSession(known));
});
