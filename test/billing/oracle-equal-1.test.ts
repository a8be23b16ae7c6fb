import { describe, test } from 'vitest';
import { priceEqualsOracle } from './against-oracle.ts';
import { processZones } from './arbitraries.ts';

// One half of 100,000 comparisons; in a file of its own, so that both cores have one.
describe('every random charge under every random tariff costs what the oracle says', () => {
  test.each(processZones.map((zone, index) => [zone, 1 * 100 + index] as const))(
    'in a process in %s',
    (zone, seed) => {
      process.env['TZ'] = zone;
      priceEqualsOracle(12_500, seed);
    },
    300_000,
  );
});
