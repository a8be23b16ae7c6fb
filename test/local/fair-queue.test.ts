import { expect, test } from 'vitest';
import { FairQueue } from '../../local/machine/fair-queue.ts';

test('lanes take turns, each in its own order, and what comes in an empty one is next', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2']) queue.push(item.slice(0, 1), item);
  expect(queue.length).toBe(6);
  expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(['a1', 'b1', 'a2']);
  queue.push('c', 'c1');
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual(['b2', 'a3', 'c1', 'a4']);
  expect([queue.shift(), queue.length]).toEqual([undefined, 0]);
});
