import { describe, expect, test } from 'vitest';
import type { Facility } from '../../src/estate/facility.ts';
import { doorCommandId, holdOpen, isDoorCommandId, release } from '../../src/fire/evacuation.ts';
import { unansweredDoorsAlert } from '../../src/fire/unanswered-doors.ts';
import { digest } from '../../src/journal/entry.ts';

const name = (text: string) => ({ zh: text, en: text });
const common = { estateId: 'e', facilityId: 'f', timeZone: 'UTC' };
const devices = (last = 'Back') => [
  {
    ...{ ...common, kind: 'door-board', family: 'uhppoted', deviceId: '405', gatewayId: 'g' },
    doors: [
      { door: 1, name: name('North'), direction: 'in' },
      { door: 2, name: name('South'), direction: 'out' },
    ],
  },
  { ...common, kind: 'reader', family: 'pengyou', deviceId: 'r', direction: 'both', name: name(last) },
  { ...common, kind: 'sensor', family: 'pengyou', deviceId: 's', sensor: 'smoke', place: name('x') },
];
const registry = (last?: string) => ({ devicesOfFacility: async () => devices(last) }) as never;
const evacuation = { sinceMs: 5, alertId: 'a1', detectors: ['s'] };
const facility: Facility = {
  ...{ estateId: 'e', facilityId: 'f', facilityKind: 'garage', name: name('Garage'), bays: 1, evacuation },
};
const nowMs = 1000;

describe('the doors of an evacuation', () => {
  const commandOf = (type: string, door: number, board: boolean) => {
    const deviceId = board ? '405' : 'r';
    const commandId = `${type}.${digest(`a1 ${deviceId}`)}.${door}`;
    return {
      to: board ? { family: 'uhppoted', deviceId, gatewayId: 'g' } : { family: 'pengyou', deviceId },
      command: { type, commandId, expiresAtMs: nowMs + 600_000, door },
      acknowledgedAt: { pk: `DEVICE#${deviceId}`, sk: `ACKNOWLEDGED#${commandId}` },
      onlyWhile: {
        key: { pk: 'ESTATE#e', sk: 'FACILITY#f' },
        attribute: 'evacuation',
        is: type === 'hold-door-open' ? 'present' : 'absent',
      },
    };
  };

  test.each([
    ['stand open as long as it lasts', 'hold-door-open', holdOpen],
    ['go back to their cards as long as there is no other', 'release-door', release],
  ] as const)('%s, each by its own name', async (_, type, told) => {
    expect(await told({ registry: registry() } as never, facility, 'a1', nowMs)).toStrictEqual([
      ...[commandOf(type, 1, true), commandOf(type, 2, true), commandOf(type, 1, false)],
    ]);
  });

  test('are told by a name that no device cuts, and that is known as a door’s', () => {
    const commandId = doorCommandId('hold-door-open', 'x'.repeat(200), 'r', 1);
    expect(commandId).toMatch(/^hold-door-open\.[0-9a-f]{16}\.1$/);
    expect([commandId, doorCommandId('release-door', 'a', 'r', 1)].map(isDoorCommandId)).toStrictEqual([
      true,
      true,
    ]);
    expect(['unlock.1', '1.hold-door-open.', 'release-door'].map(isDoorCommandId)).toStrictEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('doors that have not confirmed', () => {
  const told = async (silent: readonly number[], more: Partial<Facility> = {}, last?: string) => {
    const commands = await holdOpen({ registry: registry() } as never, facility, 'a1', nowMs);
    const unanswered = silent.map((index) => commands[index] as (typeof commands)[number]);
    return unansweredDoorsAlert({ registry: registry(last) }, { ...facility, ...more }, unanswered, nowMs);
  };

  test('are a danger to life, told with their names and how many there are', async () => {
    expect(await told([1, 2])).toStrictEqual({
      ...{ estateId: 'e', facilityId: 'f', kind: 'door', severity: 'life', state: 'open', deliveries: [] },
      ...{ createdAtMs: nowMs, dueAtMs: nowMs + 60_000, deviceId: '405', place: name('Garage') },
      alertId: `0000000001000-405-door-${digest('unanswered a1').slice(0, 8)}`,
      text: {
        zh: 'Garage：已要求敞开，2/3 个门未确认，可能仍锁闭：South、Back',
        en: 'Garage: told to open, 2 of 3 doors have not confirmed and may be locked: South, Back',
      },
    });
    expect((await told([0]))?.text.en).toMatch(/ 1 of 3 .*: North$/);
  });

  test('are told once, while it lasts, and where there are some', async () => {
    expect(await told([])).toBeUndefined();
    expect(await told([0], { evacuation: undefined })).toBeUndefined();
    expect(await told([0], { evacuation: { ...evacuation, doorsToldAtMs: 0 } })).toBeUndefined();
  });

  test('are told in a text as long as one may be: of a hundred letters whole, of more cut', async () => {
    const before = 'Garage: told to open, 1 of 3 doors have not confirmed and may be locked: '.length;
    const text = async (length: number) => (await told([2], {}, 'x'.repeat(length - before)))?.text.en ?? '';
    expect(await text(100)).toMatch(/^.{73}x{27}$/);
    expect(await text(101)).toMatch(/^.{73}x{26}…$/);
  });
});
