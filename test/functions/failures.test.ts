import { expect, test } from 'vitest';
import { eachRecord, runOf } from '../../functions/wiring/failures.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { said } from '../../src/shared/log.ts';

const run = { functionName: 'on-telemetry', awsRequestId: 'r-1' };

test('of a batch only the records that failed are delivered again, in their order', async () => {
  const taken: string[] = [];
  const answer = await eachRecord(
    run,
    ['a', 'b', 'c', 'd'],
    (record) => `id-${record}`,
    async (record) => {
      taken.push(record);
      if (record === 'b') throw new DomainError('table-busy', 'later');
      if (record === 'd') throw new TypeError('broken');
    },
  );
  expect(taken).toEqual(['a', 'b', 'c', 'd']);
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'id-b' }, { itemIdentifier: 'id-d' }] });
});

test('a line of the log is found by its function and its run', () => {
  expect(runOf(run)).toEqual({ function: 'on-telemetry', requestId: 'r-1' });
});

test('a refusal is logged by its name alone', () => {
  expect(said(new DomainError('not-found', 'There is no card 11223344'))).toEqual({ error: 'not-found' });
});

test('an error that nobody expected says where it came from, and repeats nothing below its name', () => {
  function deepInside(): never {
    throw new RangeError('wrong\n  card 11223344');
  }
  let thrown: unknown;
  try {
    deepInside();
  } catch (error) {
    thrown = error;
  }
  const { error, stack } = said(thrown);
  expect(error).toBe('RangeError: wrong\n  card 11223344');
  expect(stack).toMatch(/^at deepInside .*failures\.test\.ts:\d+:\d+/);
  expect(stack).not.toContain('card');
});

test('what was thrown and is no error is said as it is', () => {
  expect(said('gone')).toEqual({ error: 'gone' });
  expect(said(undefined)).toEqual({ error: 'undefined' });
});
