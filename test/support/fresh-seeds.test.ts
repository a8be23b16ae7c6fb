import { expect, test } from 'vitest';
import { freshSeeds } from './fresh-seeds.ts';

const dayMs = 86_400_000;
const noonMs = Date.UTC(2026, 10, 30, 12);

test('seeds are the same all day, and others on the next', () => {
  const today = freshSeeds(undefined, noonMs);
  expect(today).toHaveLength(12);
  expect(new Set(today).size).toBe(12);
  expect(freshSeeds(undefined, noonMs + dayMs / 2 - 1)).toEqual(today);
  expect(freshSeeds(undefined, noonMs + dayMs / 2)).not.toEqual(today);
});

test('seeds of another day can be named, and nothing else', () => {
  expect(freshSeeds('700000203x2', noonMs)).toEqual([700_000_203, 700_000_204]);
  for (const wrong of ['', '7', '7x', 'x3', '7x3x1'])
    expect(() => freshSeeds(wrong, noonMs), wrong).toThrow('PENGYOU_SEEDS');
});
