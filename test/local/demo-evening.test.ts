import { expect, it } from 'vitest';
import { demoEveningMs } from '../../local/demo-evening.ts';

it('is half past five on the last day of the month in Shanghai', () => {
  const at = (text: string) => new Date(demoEveningMs(Date.parse(text))).toISOString();
  expect(at('2026-11-23T12:00:00+08:00')).toBe('2026-11-30T09:30:00.000Z');
  expect(at('2026-12-31T23:59:00+08:00')).toBe('2026-12-31T09:30:00.000Z');
  // Still November in Greenwich, December in Shanghai.
  expect(at('2026-12-01T00:30:00+08:00')).toBe('2026-12-31T09:30:00.000Z');
  expect(at('2028-02-01T00:00:00+08:00')).toBe('2028-02-29T09:30:00.000Z');
});
