import { expect, test } from 'vitest';
import { checkReceipt } from '../../src/receipts/check-receipt.ts';
import type { PublicReceipt } from '../../src/receipts/public-receipt.ts';
import { readings, sampleReceipt, startMs, surroundings, tariff } from './sample.ts';

const receipt = sampleReceipt();
const removedAtMs = startMs + 135 * 60_000;
const published: PublicReceipt = {
  ...{ receipt, tariff, estate: surroundings.place, facility: surroundings.place },
  evidence: { readings: [...readings], removedAtMs },
  verification: { same: true, differences: [] },
};
const found = (changes: Partial<PublicReceipt>) =>
  Object.fromEntries(
    checkReceipt({ ...published, ...changes }).map(({ what, differences }) => [
      what,
      differences.map(({ where }) => where),
    ]),
  );

test('a receipt that is right is compared in every way, and with a saved one where there is one', () => {
  const ways = ['computed-here', 'computed-from-evidence', 'computed-by-server'];
  expect(checkReceipt(published)).toEqual(ways.map((what) => ({ what, differences: [] })));
  expect(checkReceipt(published, { ...receipt, code: 'another' })).toEqual([
    {
      what: 'saved-and-published',
      differences: [{ where: 'code', receipt: '"another"', journal: '"7K3Q9X2MAB"' }],
    },
    ...ways.map((what) => ({ what, differences: [] })),
  ]);
});

test('each way finds what it alone can find', () => {
  const none = { 'computed-here': [], 'computed-from-evidence': [], 'computed-by-server': [] };
  const difference = { where: 'totalFen', receipt: '1', journal: '2' };
  expect(found({ verification: { same: false, differences: [difference] } })).toEqual({
    ...none,
    'computed-by-server': ['totalFen'],
  });
  // The bike went half an hour later than the receipt says: by itself it is right.
  const later = found({ evidence: { readings: [...readings], removedAtMs: removedAtMs + 1_800_000 } });
  expect(later['computed-here']).toEqual([]);
  expect(later['computed-from-evidence']).toEqual(expect.arrayContaining(['removedAtMs', 'totalFen']));
  const [first, second, third] = readings;
  const fewer = [first, second, third].filter((reading) => reading !== undefined);
  const without = found({ evidence: { readings: fewer, removedAtMs } });
  expect(without['computed-here']).toEqual([]);
  expect(without['computed-from-evidence']).toEqual(
    expect.arrayContaining(['readings.3', 'lines.0.amountFen']),
  );
  expect(found({ receipt: { ...receipt, totalFen: 71 } })).toEqual({
    ...none,
    'computed-here': ['totalFen'],
    'computed-from-evidence': ['totalFen'],
  });
});
