import { sumOf } from './checks/tally.ts';
import type { RunResult } from './run.ts';

interface PlantFound {
  readonly name: string;
  readonly what: string;
  readonly by: RunResult | undefined;
}

const words = (name: string) => name.replace(/([A-Z])/g, ' $1').toLowerCase();

/** What was violated, where, how it came to it, and how to see it again. */
export function reportViolation({ seed, days, violation }: RunResult, plant: string | undefined): string {
  if (violation === undefined) return '';
  const again = `npm run simulate -- --seed ${seed} --days ${days}${plant === undefined ? '' : ` --plant ${plant}`}`;
  return [
    `VIOLATION of ${violation.invariant}: ${violation.found}`,
    `  at step ${violation.step}, ${new Date(violation.atMs).toISOString()}`,
    '  the last steps:',
    ...violation.lastSteps.map((step) => `    ${step}`),
    `  reproduce with: ${again}`,
    '',
  ].join('\n');
}

/** What the runs have exercised, and how they ended. */
export function reportRuns(results: readonly RunResult[], seconds: number, json: boolean): string {
  const { counts, faults } = sumOf(results.map(({ tally }) => tally));
  const steps = results.reduce((sum, result) => sum + result.steps, 0);
  const violations = results.filter(({ violation }) => violation !== undefined);
  if (json) {
    const summary = {
      seeds: results.length,
      days: results[0]?.days,
      steps,
      seconds: Math.round(seconds * 10) / 10,
      counts,
      faults,
      violations: violations.map(({ seed, violation }) => ({ seed, ...violation })),
      runs: results.map(({ seed, hash }) => ({ seed, hash })),
    };
    return JSON.stringify(summary, null, 2);
  }
  const lines = (title: string, values: Readonly<Record<string, number>>) => [
    title,
    ...Object.entries(values).map(
      ([name, value]) => `  ${words(name).padEnd(28)}${String(value).padStart(10)}`,
    ),
  ];
  return [
    ...lines('exercised', { seeds: results.length, days: results[0]?.days ?? 0, steps, ...counts }),
    ...lines('faults', faults),
    `${violations.length} violations in ${results.length} seeds, ${seconds.toFixed(1)} s`,
  ].join('\n');
}

/** Which seed found each planted bug. */
export function reportPlants(plants: readonly PlantFound[], json: boolean): string {
  if (json) {
    const rows = plants.map(({ name, by }) => ({ plant: name, seed: by?.seed, violation: by?.violation }));
    return JSON.stringify({ plants: rows }, null, 2);
  }
  const line = ({ name, what, by }: PlantFound) =>
    by?.violation === undefined
      ? `NOT FOUND  ${name}: ${what}`
      : `found      ${name} by seed ${by.seed}, ${by.violation.invariant}: ${by.violation.found}`;
  const found = plants.filter(({ by }) => by !== undefined).length;
  return [...plants.map(line), `${found} of ${plants.length} planted bugs found`].join('\n');
}
