import { isDeepStrictEqual } from 'node:util';
import type { SettingKind } from '../../contract/shapes/change.ts';

/**
 * What one person may change alone, and what needs a second one: every member of every part of an estate's
 * configuration, once. All of it is journalled. A member that is not named here cannot be written.
 *
 * `one`: one person. Everything else names what of a change loosens control over money or alarms, and waits for a second
 * person: see `loosenings`. What is set where there was nothing takes nothing away, but for limits, which have a value
 * also where none is written.
 */
export const settingRules = {
  estate: {
    name: 'one',
    // The day of the cash limit begins and ends with it.
    timeZone: 'changed',
    committeeWebhookUrl: 'changed',
    cashApprovalFen: 'raised',
  },
  facility: { facilityKind: 'one', name: 'one', bays: 'one' },
  household: { building: 'one', unit: 'one', holderId: 'changed' },
  credit: { creditLimitFen: 'raised' },
  'split-rule': { shares: 'changed' },
  // What stands in another facility is out of the reach of this one's smoke detectors, and sold at other prices.
  'charging-board': {
    facilityId: 'changed',
    ports: 'lowered',
    settlementUnitWh: 'changed',
    login: 'one',
    timeZone: 'one',
  },
  reader: { facilityId: 'changed', direction: 'changed', name: 'one', timeZone: 'one' },
  'door-gateway': { timeZone: 'one' },
  'door-board': { gatewayId: 'changed', facilityId: 'changed', doors: 'doors-lost', timeZone: 'one' },
  sensor: { sensor: 'changed', facilityId: 'changed', place: 'one', timeZone: 'one' },
} as const satisfies Record<SettingKind, Record<string, 'one' | Loosening>>;

type Loosening = 'changed' | 'raised' | 'lowered' | 'doors-lost';

/** Whether a member's change from one value to another loosens; undefined: not there. */
const loosenings: Readonly<Record<Loosening, (before: unknown, after: unknown) => boolean>> = {
  changed: (before, after) => before !== undefined && !isDeepStrictEqual(before, after),
  raised: (before, after) => numberOf(after) > numberOf(before),
  lowered: (before, after) => numberOf(after) < numberOf(before),
  'doors-lost': doorsLost,
};

/** Without a value there is no limit, and nothing to be raised. */
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

/** A door that is not there any more, or that leads another way, is not opened as it was when people must get out. */
function doorsLost(before: unknown, after: unknown): boolean {
  const waysOf = (doors: unknown) =>
    new Map((doors as { door: number; direction: string }[]).map(({ door, direction }) => [door, direction]));
  if (before === undefined) return false;
  const ways = waysOf(after);
  return [...waysOf(before)].some(([door, direction]) => ways.get(door) !== direction);
}

/** Whether a change of a member needs a second person. The values are those in force: defaults included. */
export function needsSecondPerson(
  kind: SettingKind,
  member: string,
  before: unknown,
  after: unknown,
): boolean {
  const rules: Readonly<Record<string, 'one' | Loosening>> = settingRules[kind];
  const rule = Object.hasOwn(rules, member) ? rules[member] : undefined;
  if (rule === undefined) throw new RangeError(`No rule says who may change ${member} of ${kind}`);
  return rule === 'one' ? false : loosenings[rule](before, after);
}
