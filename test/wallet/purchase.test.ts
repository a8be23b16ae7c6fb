import { describe, expect, test } from 'vitest';
import { purchaseSchema } from '../../contract/shapes/wallet.ts';
import {
  isUnused,
  type Purchase,
  reserve,
  unreserve,
  usablePurchase,
  withMore,
  withoutLapsed,
} from '../../src/wallet/purchase.ts';

const nowMs = 1000;
const usedUp = expect.objectContaining({ error: 'package-used-up' });
const purchase = (validUntilMs: number, more: Partial<Purchase> = {}): Purchase => ({
  ...{ packageId: 'ten', tariffVersion: 'v', kind: 'sessions', left: 1, boughtAtMs: 0, validUntilMs },
  ...more,
});
const chosen = (purchases: Record<string, Purchase>) => usablePurchase(purchases, nowMs)?.purchaseId;

test('the package that ends first pays, whenever it was bought', () => {
  expect(chosen({ a: purchase(3000), b: purchase(2000) })).toBe('b');
  expect(chosen({ b: purchase(2000), a: purchase(3000) })).toBe('b');
});

test('of two packages that end in one moment it is always the same one that pays', () => {
  expect(chosen({ a: purchase(2000), b: purchase(2000) })).toBe('a');
  expect(chosen({ b: purchase(2000), a: purchase(2000) })).toBe('a');
});

test('a package pays until the moment in which it ends, and not in that moment', () => {
  expect(chosen({ a: purchase(nowMs + 1) })).toBe('a');
  expect(chosen({ a: purchase(nowMs) })).toBeUndefined();
  const asked = { purchaseId: 'a', amount: 1 };
  expect(reserve({ a: purchase(nowMs + 1) }, asked, nowMs)['a']?.left).toBe(0);
  expect(() => reserve({ a: purchase(nowMs) }, asked, nowMs)).toThrow(usedUp);
});

test('a package of which nothing is left does not pay, also while it is valid', () => {
  expect(chosen({ a: purchase(2000, { left: 0 }), b: purchase(3000) })).toBe('b');
});

test('in whatever steps more was used than there was, as much is left as was bought less all of it', () => {
  const overdrawn = withMore(purchase(2000, { kind: 'energy', left: 100 }), -150);
  expect(overdrawn).toMatchObject({ left: 0, overdrawn: 50 });
  expect(withMore(overdrawn, 70)).toMatchObject({ left: 20 });
  expect(withMore(overdrawn, 70)).not.toHaveProperty('overdrawn');
  expect(withMore(overdrawn, 50)).not.toHaveProperty('overdrawn');
});

test('a purchase is read back as it was written, and never with less than nothing left', () => {
  const full = purchase(2000, { kind: 'days', overdrawn: 5, used: true });
  expect(purchaseSchema.parse(full)).toEqual(full);
  for (const wrong of [{ left: -1 }, { overdrawn: -1 }, { left: 0.5 }])
    expect(() => purchaseSchema.parse({ ...full, ...wrong })).toThrow();
  expect(purchaseSchema.parse({ ...full, left: 0, overdrawn: 0 })).toMatchObject({ left: 0, overdrawn: 0 });
});

test('what pays is named with its terms, and nothing is where nothing was bought', () => {
  const found = usablePurchase({ a: purchase(2000) }, nowMs);
  expect(found).toEqual({ purchaseId: 'a', purchase: purchase(2000) });
  expect(usablePurchase({}, nowMs)).toBeUndefined();
});

describe('what a session may use', () => {
  const all = { a: purchase(2000, { left: 5 }), b: purchase(3000), days: purchase(2000, { kind: 'days' }) };

  const left = (amount: number) => ({ ...all, a: purchase(2000, { left: amount }) });
  test.each<[string, { purchaseId: string; amount: number } | undefined, object]>([
    ['is taken out of its package', { purchaseId: 'a', amount: 2 }, left(3)],
    ['may be all of it', { purchaseId: 'a', amount: 5 }, left(0)],
    ['of days takes nothing out', { purchaseId: 'days', amount: 1 }, all],
    ['without a package takes out nothing', undefined, all],
  ])('%s', (_, reserved, after) => {
    expect(reserve(all, reserved, nowMs)).toEqual(after);
  });

  test.each([
    ['more than is left', { purchaseId: 'a', amount: 6 }],
    ['a package that is not there', { purchaseId: 'constructor', amount: 0 }],
  ])('is never %s', (_, reserved) => {
    expect(() => reserve(all, reserved, nowMs)).toThrow(usedUp);
  });
});

describe('what a session did not use', () => {
  const all = { a: purchase(500, { left: 5 }), b: purchase(3000), days: purchase(500, { kind: 'days' }) };
  const a = { purchaseId: 'a', amount: 4 };
  const days = { purchaseId: 'days', amount: 1 };
  const usedDays = purchase(500, { kind: 'days', used: true });

  test.each<[string, typeof a | undefined, number, object]>([
    ['goes back, though the package is over by now', a, 1, { ...all, a: purchase(500, { left: 8 }) }],
    ['is nothing where it used more', a, 5, all],
    ['of days is nothing, but that they were used is kept', days, 1, { ...all, days: usedDays }],
    ['of days that it did not use leaves them unused', days, 0, all],
    ['of a package that is gone goes nowhere', { purchaseId: 'constructor', amount: 4 }, 0, all],
    ['without a package is nothing', undefined, 0, all],
  ])('%s', (_, reserved, used, after) => {
    expect(unreserve(all, reserved, used)).toEqual(after);
  });
});

test.each([
  ['with all of it left', purchase(2000, { left: 10 }), [], true],
  ['with less left', purchase(2000, { left: 9 }), [], false],
  ['that pays for a session now', purchase(2000, { left: 10 }), ['b', 'a'], false],
  ['while another pays for sessions', purchase(2000, { left: 10 }), ['b', undefined], true],
  ['of days, whatever is left', purchase(2000, { kind: 'days', left: 1 }), [], true],
  ['of days that paid for a session', purchase(2000, { kind: 'days', left: 1, used: true }), [], false],
])('a package %s is unused: %#', (_, of, paying, unused) => {
  const holds = paying.map((purchaseId) => (purchaseId === undefined ? {} : { reserved: { purchaseId } }));
  expect(isUnused(of, 10, holds, 'a')).toBe(unused);
});

test('a package is shown for 31 days after its end, and longer where a session has reserved of it', () => {
  const laterMs = nowMs + 31 * 86_400_000;
  const all = { a: purchase(nowMs), b: purchase(nowMs + 1), c: purchase(nowMs) };
  const { a: _, ...kept } = all;
  expect(withoutLapsed(all, [{}, { reserved: { purchaseId: 'c' } }], laterMs)).toEqual(kept);
  expect(withoutLapsed(all, [], laterMs - 1)).toEqual(all);
});
