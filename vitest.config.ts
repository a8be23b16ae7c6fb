import { defineConfig } from 'vitest/config';

/** Tests that start processes of their own: DynamoDB Local, the whole local cloud, a browser. */
const withProcesses = ['test/{stores,system,local,pages,web}/**/*.test.{ts,tsx}'];

export default defineConfig({
  test: {
    pool: 'forks',
    // Two cores are what there is everywhere; a third worker would only make the timing of the others worse.
    maxWorkers: 2,
    allowOnly: process.env['CI'] === undefined,
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'logic',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: withProcesses,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: withProcesses,
          // One after the other, after everything else: each has the machine to itself.
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
