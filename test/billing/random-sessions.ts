import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../support/runs.ts';
import { compare } from './against-oracle.ts';
import { cases } from './arbitraries.ts';
import { changes, longerCostsNoLess, moreEnergyCostsNoLess, partsAddUp } from './price-laws.ts';

/** Zones that the process itself may be in, with what `getTimezoneOffset` says there in January and in July. */
const processZones = [
  { zone: 'UTC', offsetsMinutes: [0, 0] },
  { zone: 'America/New_York', offsetsMinutes: [300, 240] },
  { zone: 'Asia/Kathmandu', offsetsMinutes: [-345, -345] },
  { zone: 'Australia/Lord_Howe', offsetsMinutes: [-660, -630] },
] as const;
const runsInAZone = 12_500;

/** One half of 100,000 random sessions under random tariffs: each half in a file, so that both cores have one. */
export function randomSessions(half: 1 | 2): void {
  describe.each(processZones.map((one, index) => ({ ...one, seed: half * 100 + index })))(
    'every random session under every random tariff, in a process in $zone',
    ({ zone, offsetsMinutes, seed }) => {
      test('costs what the oracle says, as much in parts, and no less when there is more of it', {
        timeout: 300_000,
      }, () => {
        process.env['TZ'] = zone;
        const inMonth = (month: number) => new Date(Date.UTC(2026, month, 15)).getTimezoneOffset();
        expect([inMonth(0), inMonth(6)], 'the zone of the process').toEqual(offsetsMinutes);
        fc.assert(
          fc.property(cases, changes, (one, change) => {
            compare(one);
            partsAddUp(one, change);
            longerCostsNoLess(one, change);
            moreEnergyCostsNoLess(one, change);
          }),
          { numRuns: runs(runsInAZone), seed },
        );
      });
    },
  );
}
