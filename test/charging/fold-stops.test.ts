import { describe, expect, test } from 'vitest';
import type { KnownSession } from '../../src/charging/fold.ts';
import { eveningMs } from '../support/estate.ts';
import { account, at, fold, frame, told } from './folds.ts';

// When a session began, and where a stop that was asked for ends it: to the second, and to the Wh.

describe('a session begins', () => {
  test.each<[string, Partial<KnownSession>, readings: string]>([
    ['as long before its settlement as that says', account(3600, 300, 3605), '5 s: 0 Wh, 3605 s: 300 Wh'],
    [
      'when its start was answered, where its settlement was told late',
      { startedAtMs: at(4), ...account(60, 5, 900) },
      '4 s: 0 Wh, 64 s: 5 Wh',
    ],
    [
      'with the first of all messages that tell',
      { frames: [frame(600, 50, 607), frame(900, 80, 903)] },
      '3 s: 0 Wh, 603 s: 50 Wh, 903 s: 80 Wh',
    ],
    ['no earlier than it was agreed', { startedAtMs: at(-9) }, '0 s: 0 Wh'],
    ['when it was agreed, where nothing tells', {}, '0 s: 0 Wh'],
    [
      'earlier than it was told of, where the board started alone',
      { earliestStartMs: at(-500), ...account(500, 40, 0) },
      '-500 s: 0 Wh, 0 s: 40 Wh',
    ],
  ])('%s', (_, known, readings) => {
    expect(told(fold(known))).toBe(readings);
  });
});

describe('an account that is too long by the clock', () => {
  test.each([
    [3660, 3600, 3660, []],
    [3661, 3600, 3600, ['impossible-duration']],
    [3700, 3600.9, 3660.9 - 60.9, ['impossible-duration']],
    [70, -1, 0, ['impossible-duration']],
  ])('of %i s, heard after %d s, counts for %d s', (durationS, heardS, countsS, remarks) => {
    const folded = fold({ startedAtMs: eveningMs, ...account(durationS, 0, heardS) });
    const last = folded.readings.at(-1)?.atMs ?? 0;
    expect([(last - (folded.readings[0]?.atMs ?? 0)) / 1000, folded.remarks]).toEqual([countsS, remarks]);
  });

  test('has the energy of the last frame within it, where its own is not possible then', () => {
    const frames = [frame(600, 50), frame(1200, 90), frame(1201, 95)];
    const folded = fold({ frames, ...account(1200, 5000, 1201) });
    expect(told(folded)).toBe('0 s: 0 Wh, 600 s: 50 Wh, 1200 s: 90 Wh');
    expect(folded.remarks).toEqual(['impossible-energy']);
  });
});

describe('readings that contradict each other', () => {
  test.each([
    ['the lesser of two counts', [frame(600, 50), frame(1200, 40)], '1200 s: 40 Wh'],
    [
      'the one of three that no other bears out is left out',
      [frame(600, 50), frame(1200, 500), frame(1800, 60)],
      '600 s: 50 Wh, 1800 s: 60 Wh',
    ],
    [
      'equal ones bear each other out',
      [frame(600, 50), frame(1200, 50), frame(1800, 40)],
      '600 s: 50 Wh, 1200 s: 50 Wh',
    ],
  ])('%s', (_, frames, kept) => {
    const folded = fold({ frames });
    expect(told(folded)).toBe(`0 s: 0 Wh, ${kept}`);
    expect(folded.remarks).toEqual(['estimated', 'impossible-reading-ignored']);
  });

  test('do not where the account comes in the second of the last', () => {
    const folded = fold({ frames: [frame(600, 50), frame(1200, 100)], ...account(1200, 100, 1200) });
    expect(told(folded)).toBe('0 s: 0 Wh, 600 s: 50 Wh, 1200 s: 100 Wh');
    expect(folded.remarks).toEqual([]);
  });
});

describe('a stop that was asked for', () => {
  // An hour at 300 W; the stop should have reached the port a minute after it was asked for.
  const stopped = (askedS: number, frames: KnownSession['frames'] = []) =>
    fold({ startedAtMs: eveningMs, stopAskedAtMs: at(askedS), frames, ...account(3600, 300, 3600) });

  test('ends the session a minute later, at what the meter must have shown there, rounded down', () => {
    const lost = stopped(1799);
    expect(lost).toEqual({
      // 300 Wh × 1859 / 3600 = 154.9.
      readings: [
        { atMs: eveningMs, energyWh: 0 },
        { atMs: at(1859), energyWh: 154 },
      ],
      ...{ estimated: false, remarks: ['stop-lost-borne-by-us'], stopLost: true },
    });
  });

  test('and came in time changes nothing, to the second', () => {
    expect(stopped(3540)).toMatchObject({ stopLost: false, remarks: [] });
    expect(stopped(3539)).toMatchObject({ stopLost: true });
    expect(told(stopped(3539))).toBe('0 s: 0 Wh, 3599 s: 299 Wh');
  });

  test('ends it with a reading that was taken in that very second', () => {
    expect(told(stopped(1140, [frame(1200, 90)]))).toBe('0 s: 0 Wh, 1200 s: 90 Wh');
    expect(told(stopped(1140, [frame(1200, 90), frame(600, 10)]))).toBe(
      '0 s: 0 Wh, 600 s: 10 Wh, 1200 s: 90 Wh',
    );
  });

  test('before it began leaves its start alone', () => {
    const early = fold({ startedAtMs: at(100), stopAskedAtMs: at(10), ...account(3600, 300, 3700) });
    expect([told(early), early.stopLost]).toEqual(['100 s: 0 Wh', true]);
  });

  test.each<[string, KnownSession['frames'], number]>([
    ['by the wall where nothing was heard before', [], 1860],
    ['by the board’s seconds where it had been without power', [frame(600, 50, 1500)], 600 + 360],
    ['by the furthest that it had counted', [frame(600, 50, 1500), frame(900, 75, 1600)], 900 + 260],
    ['by when that was heard first', [frame(600, 50, 1500), frame(600, 50, 1700)], 600 + 360],
    ['also by what was heard in that very second', [frame(600, 50, 1860)], 600],
    ['not by what was heard later', [frame(600, 50, 1861)], 1860],
    ['not by what counts more seconds than there were', [frame(600, 50, 539)], 1860],
    ['not by what no port can have delivered', [frame(600, 5000, 1500)], 1860],
  ])('is counted %s', (_, frames, endS) => {
    expect(stopped(1800, frames).readings.at(-1)?.atMs).toBe(at(endS));
  });
});
