import { describe, expect, test } from 'vitest';
import { type Report, summarise } from './test-summary.ts';

const allPassed: Report = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults: [1, 2, 3] }],
};

describe('the closing line', () => {
  test('counts what passed', () => {
    expect(summarise(allPassed, 0, true)).toEqual({ passed: 3, failed: 0, remarks: [] });
  });

  test('counts a file that could not be loaded', () => {
    const broken = { name: 'b.test.ts', status: 'failed', assertionResults: [] };
    expect(summarise({ ...allPassed, testResults: [broken] }, 1, false)).toMatchObject({
      passed: 3,
      failed: 1,
    });
  });

  test('counts skipped tests as failed in continuous integration only', () => {
    const skipping = { ...allPassed, numPendingTests: 2 };
    expect(summarise(skipping, 0, false).failed).toBe(0);
    expect(summarise(skipping, 0, true).failed).toBe(2);
  });

  test('never says that nothing failed when vitest did, found nothing, or wrote nothing', () => {
    expect(summarise(allPassed, 1, false).failed).toBe(1);
    expect(summarise({ ...allPassed, numPassedTests: 0, testResults: [] }, 0, false).failed).toBe(1);
    expect(summarise(undefined, 0, false).failed).toBe(1);
  });
});
