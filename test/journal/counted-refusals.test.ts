import { expect, test } from 'vitest';
import { type AnonymousRefusal, countedRefusals, refusalDay } from '../../src/journal/counted-refusals.ts';
import { nobodysEstate } from '../../src/journal/entry.ts';
import { retentionDays } from '../../src/journal/kinds.ts';
import { handleNotification } from '../../src/payments/handle-notification.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import { refusalsOf } from '../../src/views/refusals.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { estateId } from '../support/estate.ts';
import { viewOf, viewOfNew } from '../support/views.ts';

// Whatever somebody without a signature, a certificate or a login sends, and how often: it is counted, and does not fill
// the table.

const estate = estateOfEachTest();

const forged = (atMs: number, more: Partial<AnonymousRefusal> = {}): AnonymousRefusal => ({
  ...{ estateId: nobodysEstate, deviceId: 'alipay', reason: 'signature-invalid', topic: 'notification' },
  ...{ detail: `forged at ${atMs}`, atMs, ...more },
});

/** A table of which the writes and the reads are counted. */
function watched(table: Table): { table: Table; writes: () => number; reads: () => number } {
  let writes = 0;
  let reads = 0;
  return {
    table: {
      get(wanted) {
        reads += 1;
        return table.get(wanted);
      },
      query: (query) => table.query(query),
      due: (...asked) => table.due(...asked),
      commit(asked) {
        writes += asked.length;
        return table.commit(asked);
      },
    },
    writes: () => writes,
    reads: () => reads,
  };
}

const items = () => [...estate.table.all()].filter((item) => item['type'] === 'counted-refusals');
const shown = () => refusalsOf(estate.table, estate.backend.registry, [nobodysEstate], estate.clockMs);

test('each of the first sixteen is written at once, and five of them are kept word for word', async () => {
  const counter = countedRefusals(estate.backend);
  for (let number = 1; number <= 16; number += 1) {
    await counter.add(forged(estate.clockMs + number));
    expect((await shown()).today).toEqual({ 'signature-invalid': number });
  }
  expect(items()).toMatchObject([
    {
      count: 16,
      firstAtMs: estate.clockMs + 1,
      atMs: estate.clockMs + 16,
      samples: [1, 2, 3, 4, 5].map((number) => ({
        ...{
          atMs: estate.clockMs + number,
          topic: 'notification',
          detail: `forged at ${estate.clockMs + number}`,
        },
      })),
      expiresAtS: Math.floor((estate.clockMs + 16) / 1000) + retentionDays.refusal * 86_400,
    },
  ]);
  expect(await shown()).toMatchObject({ atLeast: false, latest: [{ count: 16, deviceId: 'alipay' }] });
});

test('of more, one in so many is written: a sixteenth of what stands there may wait', async () => {
  const counter = countedRefusals(estate.backend);
  const stood: unknown[] = [];
  for (let number = 1; number <= 40; number += 1) {
    await counter.add(forged(estate.clockMs));
    stood.push(items()[0]?.['count']);
  }
  expect([...new Set(stood)]).toEqual([
    ...Array.from({ length: 17 }, (_, index) => index + 1),
    ...[19, 21, 23, 25, 27, 29, 31, 33, 36, 39],
  ]);
});

test('what waits at the end of a day is counted with what is told late of that day', async () => {
  const counter = countedRefusals(estate.backend);
  const dayMs = 86_400_000;
  for (let number = 1; number <= 18; number += 1) await counter.add(forged(estate.clockMs));
  await counter.add(forged(estate.clockMs + dayMs));
  await counter.add(forged(estate.clockMs));
  expect(items().map(({ count }) => count)).toEqual([19, 1]);
});

test('a table on which others are always quicker is tried four times, and what was refused waits', async () => {
  let lost = 0;
  let isBusy = true;
  const table: Table = {
    ...estate.table,
    async commit(writes) {
      if (!isBusy) return estate.table.commit(writes);
      lost += 1;
      return { committed: false, lost: writes[0] as never, existing: undefined };
    },
  };
  const counter = countedRefusals(estate.on(table));
  await counter.add(forged(estate.clockMs));
  expect(lost).toBe(4);
  isBusy = false;
  await counter.add(forged(estate.clockMs + 1));
  expect(items()).toMatchObject([{ count: 2, firstAtMs: estate.clockMs, atMs: estate.clockMs + 1 }]);
});

test('an item tells the newest, the first of all instances word for word, and no word too long', async () => {
  const long = (letter: string) => letter.repeat(201);
  const at = estate.clockMs;
  await countedRefusals(estate.backend).add(forged(at, { detail: long('a'), topic: 'one' }));
  await countedRefusals(estate.backend).add(forged(at + 5, { detail: long('b'), topic: 'two' }));
  expect(items()).toEqual([
    {
      ...keys.countedRefusals(nobodysEstate, '2026-11-23', 'alipay', 'signature-invalid'),
      ...{
        type: 'counted-refusals',
        estateId: nobodysEstate,
        deviceId: 'alipay',
        reason: 'signature-invalid',
      },
      ...{ topic: 'two', detail: 'b'.repeat(200), atMs: at + 5, firstAtMs: at, count: 2, version: 2 },
      samples: [
        { atMs: at, topic: 'one', detail: 'a'.repeat(200) },
        { atMs: at + 5, topic: 'two', detail: 'b'.repeat(200) },
      ],
      expiresAtS: Math.floor((at + 5) / 1000) + 30 * 86_400,
    },
  ]);
});

test.each([1, 10])('a hundred thousand are one item and few writes, by %i instances', async (instances) => {
  const { table, writes, reads } = watched(estate.table);
  const counters = Array.from({ length: instances }, () => countedRefusals(estate.on(table)));
  for (let number = 0; number < 100_000; number += 1)
    await counters[number % instances]?.add(forged(estate.clockMs + (number % 1000)));
  expect(items()).toHaveLength(1);
  expect(writes()).toBeLessThan(16 + 20 * Math.log(100_000));
  // One for each write, and one for each instance that begins.
  expect(reads()).toBe(writes() + instances);
  const { today, atLeast } = await shown();
  expect(today['signature-invalid']).toBeLessThanOrEqual(100_000);
  expect(today['signature-invalid']).toBeGreaterThan((100_000 * 16) / (17 + instances));
  expect(atLeast).toBe(true);
});

test('an instance that begins, of which there may be many, writes nothing that few others have written', async () => {
  const first = countedRefusals(estate.backend);
  for (let number = 0; number < 1000; number += 1) await first.add(forged(estate.clockMs));
  const { table, writes } = watched(estate.table);
  for (let number = 0; number < 50; number += 1)
    await countedRefusals(estate.on(table)).add(forged(estate.clockMs));
  expect(writes()).toBe(0);
});

test('those that come at once, to several instances, are all counted', async () => {
  const counters = [1, 2, 3].map(() => countedRefusals(estate.backend));
  await Promise.all(counters.flatMap((counter) => [1, 2].map(() => counter.add(forged(estate.clockMs)))));
  for (const counter of counters) await counter.add(forged(estate.clockMs));
  expect((await shown()).today).toEqual({ 'signature-invalid': 9 });
});

test('those that come at once to one instance are one write', async () => {
  const { table, writes } = watched(estate.table);
  const counter = countedRefusals(estate.on(table));
  await Promise.all(Array.from({ length: 10 }, () => counter.add(forged(estate.clockMs))));
  expect(items()).toMatchObject([{ count: 10 }]);
  expect(writes()).toBe(1);
});

test('what the table does not take is counted with the next', async () => {
  let isDown = true;
  const table: Table = {
    ...estate.table,
    commit: (writes) => (isDown ? Promise.reject(new Error('down')) : estate.table.commit(writes)),
  };
  const counter = countedRefusals(estate.on(table));
  for (const _ of [1, 2, 3]) await expect(counter.add(forged(estate.clockMs))).rejects.toThrow('down');
  isDown = false;
  await counter.add(forged(estate.clockMs));
  expect(items()).toMatchObject([{ count: 4, samples: [{}, {}, {}, {}] }]);
});

test('days, reasons, devices and estates are counted apart, a day by the clock of its estate', async () => {
  const counter = countedRefusals(estate.backend);
  // 2026-11-23 23:30 in Shanghai, and half past midnight.
  const lateMs = Date.UTC(2026, 10, 23, 15, 30);
  for (const atMs of [lateMs, lateMs + 3_600_000])
    for (const ofEstate of [estateId, nobodysEstate])
      for (const deviceId of ['alipay', 'wechat-pay'])
        for (const reason of ['signature-invalid', 'connection-refused'] as const)
          await counter.add(forged(atMs, { estateId: ofEstate, deviceId, reason }));
  expect(items().map(({ pk, count }) => [pk, count])).toEqual([
    ...Array.from({ length: 4 }, () => ['ESTATE#-#REFUSALS#2026-11-23', 2]),
    ...Array.from({ length: 4 }, () => [`ESTATE#${estateId}#REFUSALS#2026-11-23`, 1]),
    ...Array.from({ length: 4 }, () => [`ESTATE#${estateId}#REFUSALS#2026-11-24`, 1]),
  ]);
  expect(await refusalDay(estate.backend.registry, estateId, lateMs + 3_600_000)).toBe('2026-11-24');
});

test('a page that looks on hears how many there are now, and how many are news', async () => {
  const counter = countedRefusals(estate.backend);
  await counter.add(forged(estate.clockMs));
  const [before] = items();
  for (const _ of [1, 2]) await counter.add(forged(estate.clockMs + 1));
  const [after] = items();
  expect((await viewOfNew(estate.backend, before)).live).toMatchObject([{ body: { count: 1, more: 1 } }]);
  expect(await viewOf(estate.backend, { before, after })).toEqual({
    writes: [],
    live: [
      {
        topic: 'live/-/refusals',
        body: {
          ...{
            atMs: estate.clockMs + 1,
            deviceId: 'alipay',
            topic: 'notification',
            reason: 'signature-invalid',
          },
          ...{ detail: `forged at ${estate.clockMs + 1}`, count: 3, more: 2 },
        },
      },
    ],
  });
});

/** A provider whose notifications all fail in one way. */
const failing = (error: DomainError) => ({
  ...{
    name: 'alipay',
    answerNotification: () => ({ status: 200, contentType: 'text/plain', body: 'failure' }),
  },
  readNotification() {
    throw error;
  },
});

test.each([
  ['forged', 0, 'signature-invalid', 40],
  ['signed, and repeated word for word', 1, 'payment-mismatch', 39],
] as const)(
  'forty notifications that are %s are journalled %i times, and counted',
  async (_, journalled, name, more) => {
    const provider = failing(new DomainError(name, 'not believed')) as never;
    const counter = countedRefusals(estate.backend);
    for (let number = 0; number < 40; number += 1)
      await handleNotification(estate.backend, counter, provider, {
        headers: {},
        body: Buffer.from('the same'),
      });
    expect(estate.entries('refused')).toHaveLength(journalled);
    const counted = Number(items()[0]?.['count']);
    expect(counted).toBeLessThanOrEqual(more);
    expect(counted).toBeGreaterThan((more * 15) / 16);
  },
);

test('notifications that are signed and refused are journalled one by one', async () => {
  const provider = failing(new DomainError('payment-mismatch', 'not believed')) as never;
  for (const body of ['one', 'another', 'a third'])
    await handleNotification(estate.backend, countedRefusals(estate.backend), provider, {
      ...{ headers: {}, body: Buffer.from(body) },
    });
  expect(estate.entries('refused')).toHaveLength(3);
  expect(items()).toEqual([]);
});
