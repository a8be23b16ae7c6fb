import { describe, expect, test } from 'vitest';
import { yieldingClock } from '../../local/machine/clock.ts';
import { virtualNow } from '../../src/shared/clock.ts';

describe('a clock that yields to its machine', () => {
  const worldMs = Date.UTC(2026, 11, 31, 10);
  let realMs = 1_000_000;
  const begin = (fastest: number) => yieldingClock(worldMs, fastest, () => realMs);
  const calls = (clock: ReturnType<typeof begin>, tookMs: number, seconds: number) => {
    const seen: number[] = [];
    const running: { readonly endsMs: number; readonly end: (() => void) | undefined }[] = [];
    const endThose = (isOver: (endsMs: number) => boolean) => {
      while (running[0] !== undefined && isOver(running[0].endsMs)) running.shift()?.end?.();
    };
    for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
      running.push({ endsMs: realMs + tookMs, end: clock.begin?.() });
      realMs += 100;
      endThose((endsMs) => endsMs <= realMs);
      seen.push(clock.now());
    }
    endThose(() => true);
    return seen;
  };

  test('runs as fast as it was asked to while calls take no longer than they may', () => {
    const clock = begin(60);
    calls(clock, 200, 10);
    expect(clock.speed).toBe(60);
    expect(clock.now()).toBe(worldMs + 600_000);
  });

  test('slows down while they take longer, and is as fast as before when they no longer do', () => {
    const clock = begin(60);
    calls(clock, 2500, 5);
    expect(clock.speed).toBe(6);
    calls(clock, 100, 30);
    expect(clock.speed).toBe(60);
  });

  test('gains speed again where nothing is called at all', () => {
    const clock = begin(60);
    calls(clock, 1_000_000, 60);
    expect(clock.speed).toBe(1);
    for (let second = 0; second < 12; second += 1) {
      realMs += 1000;
      clock.now();
    }
    expect(clock.speed).toBe(60);
  });

  test('gains none while a call is under way and none ends', () => {
    const clock = begin(60);
    const end = clock.begin?.();
    const speeds = Array.from({ length: 10 }, () => {
      realMs += 1000;
      clock.now();
      return clock.speed;
    });
    expect(speeds).toEqual(speeds.toSorted((a, b) => b - a));
    expect(speeds.at(-1)).toBe(1.5);
    end?.();
  });

  test('is never slower than the real one, unless it was asked to be', () => {
    const [demo, slow] = [begin(60), begin(0.5)];
    for (const clock of [demo, slow]) calls(clock, 1_000_000, 30);
    expect([demo.speed, slow.speed]).toEqual([1, 0.5]);
  });

  test('never goes back, and functions read the same time from it', () => {
    const clock = begin(60);
    const seen = [...calls(clock, 5000, 20), ...calls(clock, 10, 20), ...calls(clock, 900, 20)];
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    const told = `${clock.now()}@${realMs}x${clock.speed}`;
    expect(virtualNow(told, realMs + 1000)).toBe(Math.floor(clock.now() + 1000 * clock.speed));
  });

  test('can be set', () => {
    const clock = begin(60);
    clock.set(worldMs + 1);
    expect(clock.now()).toBe(worldMs + 1);
  });
});
