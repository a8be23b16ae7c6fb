import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plants } from '../../simulator/simulation/plants.ts';
import { reportViolation } from '../../simulator/simulation/report.ts';
import { type RunResult, simulate } from '../../simulator/simulation/run.ts';
import { sumOf } from '../../simulator/simulation/tally.ts';

const minutesMs = 60_000;
const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

describe('a simulation', () => {
  test(
    'is the same for the same seed, and another for another',
    async () => {
      const [first, again, other] = [await simulate(7, 1), await simulate(7, 1), await simulate(8, 1)];
      expect(again).toEqual(first);
      expect(other.hash).not.toBe(first.hash);
    },
    2 * minutesMs,
  );

  test(
    'finds no violation, and has tried everything',
    async () => {
      const results: RunResult[] = [];
      for (const seed of seeds) results.push(await simulate(seed, 1));
      expect(results.map((result) => reportViolation(result, undefined)).filter(Boolean)).toEqual([]);
      const { counts, faults } = sumOf(results.map(({ tally }) => tally));
      // Numbers far below what these seeds give: none of it may quietly stop to happen.
      expect(Object.entries(faults).filter(([, times]) => times === 0)).toEqual([]);
      expect(counts.settled).toBeGreaterThan(300);
      expect(counts.estimated).toBeGreaterThan(20);
      expect(counts.notStarted).toBeGreaterThan(5);
      expect(counts.lateTruths).toBeGreaterThan(10);
      expect(counts.stays).toBeGreaterThan(1000);
      expect(counts.refusals).toBeGreaterThan(500);
      expect(counts.racesLost).toBeGreaterThan(1000);
      expect(counts.deadLetters).toBeGreaterThan(0);
    },
    5 * minutesMs,
  );

  test(
    'comes to rest after each of several days',
    async () => {
      expect((await simulate(3, 3)).violation).toBeUndefined();
    },
    2 * minutesMs,
  );
});

describe('a planted bug is found', () => {
  test.each(plants.map((plant) => [plant.name, plant] as const))(
    '%s',
    async (_, plant) => {
      let found: RunResult['violation'];
      for (let seed = 1; seed <= 30 && found === undefined; seed += 1)
        found = (await simulate(seed, 1, plant)).violation;
      expect(found).toBeDefined();
      expect(found?.invariant).not.toBe('defect');
    },
    3 * minutesMs,
  );
});

describe('the command', () => {
  const command = (...given: string[]) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      const program = join(import.meta.dirname, '../../simulator/simulate.ts');
      const child = execFile(process.execPath, [program, ...given], (_error, output) =>
        resolve({ code: child.exitCode ?? -1, output }),
      );
    });

  test(
    'says what was violated and how to see it again',
    async () => {
      const { code, output } = await command('--seed', '1', '--plant', 'torn-commit');
      expect(code).toBe(1);
      expect(output).toMatch(/^VIOLATION of I\d/m);
      expect(output).toContain('reproduce with: npm run simulate -- --seed 1 --days 1 --plant torn-commit');
    },
    minutesMs,
  );

  test(
    'refuses what it does not understand',
    async () => {
      for (const given of [['--seeds', 'many'], ['--plant', 'nothing'], ['--unknown']])
        expect((await command(...given)).code).toBe(2);
    },
    minutesMs,
  );
});
