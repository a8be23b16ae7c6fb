import { beforeEach, expect, test } from 'vitest';
import { checkPurchases } from '../../src/books/rebuild/purchases.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Purchase } from '../../src/wallet/purchase.ts';
import { emptyWallet } from '../../src/wallet/wallet.ts';
import { estateId, eveningMs, type TestEstate, testEstate } from '../support/estate.ts';
import { tell } from './told-sessions.ts';

const dayMs = 86_400_000;
const { pk, sk } = keys.wallet(estateId, 'h1');
const validUntilMs = eveningMs + 10 * dayMs;
const terms = { packageId: 'ten', tariffVersion: '2026-01', kind: 'energy', validUntilMs } as const;
const purchase: Purchase = { ...terms, boughtAtMs: 5, left: 700 };
const kept = { packageId: 'ten', tariffVersion: '2026-01', kind: 'energy', boughtAtMs: 5, validUntilMs };
const shown = JSON.stringify(kept);

let estate: TestEstate;
beforeEach(async () => {
  estate = await testEstate();
});
async function bought(purchaseId: string, more: object = {}) {
  const facts = { purchaseId, householdId: 'h1', amount: 1000, priceFen: 500, ...terms, ...more };
  await tell(estate, keys.purchase(estateId, 'h1', purchaseId), { kind: 'package-bought', facts }, 5);
  return facts;
}
const check = (purchases: Record<string, Purchase>, holds = {}) =>
  checkPurchases(estate.backend, { ...emptyWallet(estateId, 'h1'), purchases, holds });
const different = (place: string, recorded: string, recomputed: string) => ({
  ...{ what: 'purchase', of: 'h1', where: `${pk}|${sk} purchases.${place}`, recorded, recomputed },
});

test('packages are as they were bought, and those that are used up are told with what was bought and is left', async () => {
  await bought('energy');
  await bought('sessions', { kind: 'sessions', amount: 10 });
  await bought('month', { kind: 'days', amount: 30 });
  const { packages, differences } = await check({
    energy: purchase,
    sessions: { ...purchase, kind: 'sessions', left: 3 },
    month: { ...purchase, kind: 'days', left: 30, used: true },
  });
  expect(differences).toEqual([]);
  expect(packages).toEqual({
    'h1|energy': { bought: 1000, left: 700 },
    'h1|sessions': { bought: 10, left: 3 },
  });
});

test('each term that is not as it was bought is found', async () => {
  await bought('p1');
  const changed: Purchase = {
    ...{ packageId: 'free', tariffVersion: '2025-01', kind: 'sessions', left: 1 },
    ...{ boughtAtMs: 6, validUntilMs: 7 },
  };
  expect((await check({ p1: changed })).differences).toEqual([
    different('p1.boughtAtMs', '6', '5'),
    different('p1.kind', '"sessions"', '"energy"'),
    different('p1.packageId', '"free"', '"ten"'),
    different('p1.tariffVersion', '"2025-01"', '"2026-01"'),
    different('p1.validUntilMs', '7', String(validUntilMs)),
  ]);
});

test('a package that nobody bought, or that was given back, is found while it pays for something', async () => {
  const facts = await bought('back');
  await tell(estate, keys.purchaseReturned(estateId, 'h1', 'back'), { kind: 'package-returned', facts });
  expect((await check({})).differences).toEqual([]);
  for (const purchaseId of ['back', 'never'])
    expect(await check({ [purchaseId]: purchase })).toEqual({
      ...{ packages: {}, differences: [different(purchaseId, JSON.stringify(purchase), 'absent')] },
    });
  const ends = (atMs: number) => check({ never: { ...purchase, validUntilMs: atMs } });
  expect((await ends(eveningMs + 1)).differences).toHaveLength(1);
  expect((await ends(eveningMs)).differences).toEqual([]);
});

test('a package that is gone is missed until a month after its end, and longer while a session holds of it', async () => {
  await bought('p1');
  expect((await check({})).differences).toEqual([
    different('p1', 'absent', shown.replace('}', ',"left":0}')),
  ]);
  estate.clockMs = validUntilMs + 31 * dayMs;
  expect((await check({})).differences).toEqual([]);
  const hold = { amountFen: 0, credentialId: 'c1', sinceMs: 0, reserved: { purchaseId: 'p1', amount: 1 } };
  expect((await check({}, { 'session-1': hold })).differences).toHaveLength(1);
});
