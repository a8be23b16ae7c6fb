import { describe, expect, test } from 'vitest';
import { buyPackage, returnPackage } from '../../src/wallet/package.ts';
import { estateId, type Terms } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAt } from '../support/moments.ts';
import { SessionStory } from '../support/session-story.ts';

// A package that is given back while its session stands as not begun, and the proof that it did charge comes after.

const name = { zh: '套餐', en: 'Package' };
const packages = [
  { packageId: 'ten', name, priceFen: 700, kind: 'sessions' as const, amount: 10, validDays: 90 },
  { packageId: 'kwh', name, priceFen: 900, kind: 'energy' as const, amount: 400, validDays: 60 },
  { packageId: 'month', name, priceFen: 1000, kind: 'days' as const, amount: 30, validDays: 30 },
];
function givesBack({ estate }: SessionStory) {
  const wanted = { householdId: 'h1', requestId: 'back', purchaseId: 'p' };
  return returnPackage(estate.backend, estate.by('li'), wanted);
}

/** With 2000 fen, less what the package costs, and a session that nobody answered: closed, and its package free again. */
async function notBegun(packageId: string, terms: Terms = {}) {
  const story = await SessionStory.begin({ packages, ...terms });
  const { backend } = story.estate;
  const tariff = await backend.registry.tariff(estateId, '2026-01');
  await buyPackage(backend, story.estate.by('li'), { householdId: 'h1', requestId: 'p', packageId }, tariff);
  await story.authorise();
  await story.sweepAt(2);
  expect(await story.receipt()).toMatchObject({ chargedFen: 0, remarks: ['estimated', 'not-started'] });
  return story;
}

/** The receipt says what was taken; its evidence says the same; and no package is left to pay. */
async function sound(story: SessionStory): Promise<void> {
  await story.expectSound();
  expect((await story.wallet()).purchases).toEqual({});
}

describe('a session whose package was given back before it was known to have begun', () => {
  test('is charged in money, up to what was set aside: nothing where that was nothing', async () => {
    for (const packageId of ['ten', 'month']) {
      const story = await notBegun(packageId);
      await givesBack(story);
      await sound(story);
      await story.settled(60, 3600, 1000);
      expect(await story.receipt()).toMatchObject({
        totalFen: 92,
        chargedFen: 0,
        remarks: ['late-truth-borne-by-us', 'limited-to-hold'],
      });
      expect(await story.receipt()).not.toHaveProperty('allowance');
      expect(await story.wallet()).toMatchObject({ balanceFen: 2000, owedFen: 0 });
      await sound(story);
    }
  });

  test('pays for all of its energy, where a package of energy had money set aside beside it', async () => {
    const story = await notBegun('kwh');
    await givesBack(story);
    await story.settled(60, 3600, 1000);
    // With the package 600 Wh would have been left to pay: 55 fen.
    expect(await story.receipt()).toMatchObject({ totalFen: 92, chargedFen: 92, holdFen: 300 });
    expect((await story.wallet()).balanceFen).toBe(2000 - 92);
    await sound(story);
  });

  test('and the rest of that is ours', async () => {
    const story = await notBegun('kwh', { holdFen: 50 });
    await givesBack(story);
    await story.settled(60, 3600, 1000);
    expect(await story.receipt()).toMatchObject({
      ...{ totalFen: 92, chargedFen: 50 },
      remarks: ['late-truth-borne-by-us', 'limited-to-hold'],
    });
    await sound(story);
  });

  test('is known from a frame as well, and from the account once more', async () => {
    const story = await notBegun('kwh');
    await givesBack(story);
    await story.frame(1.5, 60, 10);
    expect(await story.receipt()).toMatchObject({ chargedFen: 1 + 0, estimated: true });
    await story.settled(60, 3600, 1000);
    expect(await story.receipt()).toMatchObject({ chargedFen: 92 });
    await sound(story);
  });

  test('also where it is given back in the very moment of the account', async () => {
    const story = await notBegun('kwh');
    const table = interruptedAfter(story.estate.table, looksAt(`SESSION#${story.order}#`), () =>
      givesBack(story),
    );
    await story.settled(60, 3600, 1000, {}, table);
    expect(await story.receipt()).toMatchObject({ chargedFen: 92 });
    await sound(story);
  });
});

test('a session that used nothing of its package has the receipt that it had, when the package is given back', async () => {
  // Nothing was plugged in; the package paid for the time.
  const story = await notBegun('kwh', { service: { by: 'time', priceMilliYuanPerHour: 600 } });
  await story.settled(60, 3600, 0);
  const before = await story.receipt();
  expect(before).toMatchObject({ chargedFen: 0, allowance: { purchaseId: 'p' } });
  await givesBack(story);
  expect(await story.receipt()).toEqual(before);
  await sound(story);
});

test('a package that has paid is not given back', async () => {
  const story = await notBegun('ten');
  await story.settled(60, 3600, 1000);
  expect(await story.receipt()).toMatchObject({ totalFen: 0, allowance: { purchaseId: 'p' } });
  await expect(givesBack(story)).rejects.toMatchObject({ error: 'package-used' });
});
