import { expect, test } from 'vitest';
import { refusalDay } from '../../src/journal/counted-refusals.ts';
import { keys } from '../../src/shared/keys.ts';
import { refusalsOf } from '../../src/views/refusals.ts';
import { estateId, testEstate } from '../support/estate.ts';

test('a device that repeats one mistake all day is counted as far as a page can wait for', async () => {
  const { table, backend, clockMs } = await testEstate();
  const day = await refusalDay(backend.registry, estateId, clockMs);
  const refuse = async (from: number, until: number) => {
    for (let number = from; number < until; number += 1)
      await table.commit([
        {
          put: {
            ...keys.refusalOfEstate(estateId, day, clockMs + number, 'd'),
            atMs: clockMs + number,
            ...{ deviceId: 'reader-out', topic: 'pengyou/reader-out/up/swipe', reason: 'bad-json' },
          },
          when: 'always',
        },
      ]);
  };
  await refuse(0, 499);
  const few = await refusalsOf(table, backend.registry, [estateId], clockMs);
  expect(few).toMatchObject({ today: { 'bad-json': 499 }, atLeast: false });
  await refuse(499, 700);
  const many = await refusalsOf(table, backend.registry, [estateId], clockMs);
  expect(many).toMatchObject({ today: { 'bad-json': 500 }, atLeast: true });
  expect(many.latest[0]?.atMs).toBe(clockMs + 699);
});
