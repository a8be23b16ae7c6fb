import { expect, test } from 'vitest';
import { type Purchase, reserve, usablePurchase, withMore } from '../../src/wallet/purchase.ts';

const nowMs = 1000;
const purchase = (validUntilMs: number, more: Partial<Purchase> = {}): Purchase => ({
  packageId: 'ten',
  tariffVersion: 'v',
  kind: 'charges',
  left: 1,
  boughtAtMs: 0,
  validUntilMs,
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
  expect(() => reserve({ a: purchase(nowMs) }, asked, nowMs)).toThrow(
    expect.objectContaining({ error: 'package-used-up' }),
  );
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
