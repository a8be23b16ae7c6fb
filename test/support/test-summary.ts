/** What is read of vitest's JSON report. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
}

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly remarks: readonly string[];
}

/**
 * Counts so that nothing can fail in silence: a file that could not be loaded is a failure, so is a run that vitest
 * itself calls failed for another reason, so is a run without tests, and in continuous integration a skipped test.
 */
export function summarise(report: Report | undefined, exitCode: number, inCi: boolean): Summary {
  if (report === undefined) return { passed: 0, failed: 1, remarks: ['vitest wrote no report'] };
  const remarks: string[] = [];
  let failed = report.numFailedTests;
  for (const file of report.testResults) {
    if (file.status !== 'failed' || file.assertionResults.length > 0) continue;
    failed += 1;
    remarks.push(`could not be loaded: ${file.name}`);
  }
  const skipped = report.numPendingTests + report.numTodoTests;
  if (skipped > 0) {
    remarks.push(`${skipped} skipped${inCi ? ', which counts as failed in continuous integration' : ''}`);
    if (inCi) failed += skipped;
  }
  if (report.numPassedTests + failed === 0) {
    remarks.push('no test was found');
    failed = 1;
  }
  if (failed === 0 && exitCode !== 0) {
    remarks.push(`vitest ended with code ${exitCode} although every test passed`);
    failed = 1;
  }
  return { passed: report.numPassedTests, failed, remarks };
}
