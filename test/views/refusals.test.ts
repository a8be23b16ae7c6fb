import { expect, test } from 'vitest';
import { refusalDay } from '../../src/journal/counted-refusals.ts';
import { nobodysEstate } from '../../src/journal/entry.ts';
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

test('of several estates the newest are shown first, fifty of them, with what was counted among them', async () => {
  const { table, backend, clockMs } = await testEstate();
  const refuse = async (of: string, laterMs: number, more: object = {}) => {
    const day = await refusalDay(backend.registry, of, clockMs);
    const refusal = { atMs: clockMs + laterMs, deviceId: 'd', topic: 't', reason: 'bad-json', ...more };
    const key = keys.refusalOfEstate(of, day, clockMs + laterMs, 'x');
    await table.commit([{ put: { ...key, ...refusal }, when: 'always' }]);
    return refusal;
  };
  const shown = () => refusalsOf(table, backend.registry, [estateId, nobodysEstate], clockMs);
  for (let ms = 0; ms < 40; ms += 1) await refuse(estateId, 2 * ms);
  for (let ms = 0; ms < 20; ms += 1) await refuse(nobodysEstate, 2 * ms + 1);
  const newest = [
    await refuse(estateId, 1003, { detail: 'why' }),
    await refuse(nobodysEstate, 1002, { reason: 'signature-invalid', count: 16 }),
    await refuse(estateId, 1001, { reason: 'signature-invalid' }),
  ];
  const { today, atLeast, latest } = await shown();
  expect({ today, atLeast }).toEqual({ today: { 'bad-json': 61, 'signature-invalid': 17 }, atLeast: false });
  expect(latest).toHaveLength(50);
  expect(latest.slice(0, 3)).toEqual(newest);
  expect(latest.map(({ atMs }) => atMs)).toEqual(latest.map(({ atMs }) => atMs).sort((a, b) => b - a));
  // From here on an instance may keep some to itself for a while.
  await refuse(nobodysEstate, 1002, { reason: 'signature-invalid', count: 17 });
  expect(await shown()).toMatchObject({ atLeast: true, today: { 'signature-invalid': 18 } });
});
