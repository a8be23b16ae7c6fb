import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type ProvisioningRecord, recordSchema } from '../../contract/shapes/provisioning.ts';
import { findSetting } from '../../src/provisioning/find-setting.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { decideChange } from '../../src/settings/change.ts';
import { waitingChanges } from '../../src/settings/change-store.ts';
import { needsSecondPerson, settingRules } from '../../src/settings/rules.ts';
import { type differenceOf, merged, weigh } from '../../src/settings/weigh.ts';
import { boardId, estateId, provisionByTwo, type TestEstate, testEstate } from '../support/estate.ts';

let estate: TestEstate;
beforeEach(async () => {
  estate = await testEstate();
});

const by = (sender: string) => ({
  ...{ estateId, deviceId: 'api', receivedAtMs: estate.clockMs, topic: 'api', sender },
  ...{ payload: new Uint8Array(), fact: 'provision' },
});
const write = (record: ProvisioningRecord) => provision(estate.backend, by('operator'), record);
const writeByTwo = (record: ProvisioningRecord) => provisionByTwo(estate.backend, by('operator'), record);
const estateNow = () => estate.backend.registry.estate(estateId);
const name = { zh: 'x', en: 'x' };
const estateRecord = { kind: 'estate', name, timeZone: 'Asia/Shanghai' } as const;
const hook = 'https://robot.example/send?key=secret-token';

describe('what needs a second person', () => {
  test('is said of every member of every record, and of no other', () => {
    for (const option of recordSchema.def.options) {
      const [kind] = option.shape.kind.def.values as readonly string[];
      if (kind === 'tariff' || kind === 'credential' || kind === 'top-up') continue;
      const rules = Object.keys(settingRules[kind as keyof typeof settingRules]).filter(
        (member) => member !== 'timeZone' || kind === 'estate',
      );
      const ids = {
        estate: [],
        facility: ['facilityId'],
        household: ['householdId'],
        'split-rule': ['fromMonth'],
      };
      const identity: readonly string[] = ids[kind as keyof typeof ids] ?? ['deviceId', 'family'];
      const members = Object.keys(option.shape).filter(
        (member) => member !== 'kind' && !identity.includes(member),
      );
      expect(rules.sort(), kind).toEqual(members.sort());
    }
  });

  const door = (number: number, direction: 'in' | 'out' | 'both', en = 'x') => ({
    ...{ door: number, direction },
    name: { zh: 'x', en },
  });
  const doorBoard = (doors: ReturnType<typeof door>[]): ProvisioningRecord => ({
    ...{ kind: 'door-board', deviceId: '405419896', gatewayId: 'gateway', facilityId: 'garage' },
    doors,
  });
  const board = {
    ...{ kind: 'charging-board', deviceId: boardId, facilityId: 'garage', ports: 12, settlementUnitWh: 10 },
    login: { user: 'board', password: 'secret' },
  } satisfies ProvisioningRecord;
  const inGarage = { facilityId: 'garage' } as const;
  const reader = { kind: 'reader', deviceId: 'reader-in', ...inGarage, direction: 'in', name } as const;
  const smoke = { kind: 'sensor', deviceId: 'smoke-1', sensor: 'smoke', ...inGarage, place: name } as const;
  const split = (property: number, operator: number, committee: number): ProvisioningRecord => {
    const shares = { property, operator, committee };
    const lines = { electricity: shares, service: shares, package: shares };
    return { kind: 'split-rule', fromMonth: '2026-12', shares: lines };
  };
  const home = { kind: 'household', householdId: 'h1', building: '3', unit: '2' } as const;
  const loosening: readonly [string, ProvisioningRecord][] = [
    ['another time zone: the day of the cash limit', { ...estateRecord, timeZone: 'Europe/Berlin' }],
    ['a smoke detector in another facility', { ...smoke, facilityId: 'shed' }],
    ['a smoke detector in no facility', { ...smoke, facilityId: null }],
    ['a smoke detector that counts bays', { ...smoke, sensor: 'bay' }],
    ['a board in another facility', { ...board, facilityId: 'shed' }],
    ['a board with fewer ports', { ...board, ports: 10 }],
    ['a board whose energy counts a tenth', { ...board, settlementUnitWh: 1 }],
    ['a reader in another facility', { ...reader, facilityId: 'shed' }],
    ['a reader that leads the other way', { ...reader, direction: 'out' }],
    ['a door that leads one way only', doorBoard([door(1, 'in')])],
    ['a door that is gone', doorBoard([door(2, 'both')])],
    ['a first split of the revenue', split(400, 500, 100)],
  ];
  test.each(loosening)('%s', async (_, record) => {
    await write({ kind: 'facility', facilityId: 'shed', facilityKind: 'shed', name, bays: 1 });
    const devices = await estate.backend.registry.devicesOfEstate(estateId);
    const awaiting = await write(record);
    expect(awaiting).toMatchObject({ changeId: expect.any(String) });
    const strip = (of: typeof devices) =>
      of.map((device) => ({
        ...device,
        name: 0,
        place: 0,
        doors: 'doors' in device ? device.doors.map(({ direction, door: number }) => [number, direction]) : 0,
      }));
    expect(strip(await estate.backend.registry.devicesOfEstate(estateId))).toEqual(strip(devices));
    expect(await waitingChanges(estate.table, estateId)).toHaveLength(1);
    await writeByTwo(record);
    expect(await waitingChanges(estate.table, estateId)).toEqual([]);
    expect(await write(record)).toBeUndefined();
  });

  const harmless: readonly [string, ProvisioningRecord][] = [
    ['a first webhook', { ...estateRecord, committeeWebhookUrl: hook }],
    ['a lower cash limit', { ...estateRecord, cashApprovalFen: 0 }],
    ['a first holder', { ...home, holderId: 'mother' }],
    ['a name', { ...smoke, place: { zh: 'y', en: 'y' } }],
    ['more ports', { ...board, ports: 14 }],
    [
      'another password, for the day that a board is stolen',
      { ...board, login: { user: 'board', password: 'b' } },
    ],
    ['one more door, and another name', doorBoard([door(1, 'both', 'y'), door(2, 'in')])],
    ['a split as it holds already', split(1000, 0, 0)],
  ];
  test.each(harmless)('and not: %s', async (_, record) => {
    expect(await write(record)).toBeUndefined();
    expect(await waitingChanges(estate.table, estateId)).toEqual([]);
  });

  test('a webhook that is changed or removed tells the old address until then', async () => {
    await write({ ...estateRecord, committeeWebhookUrl: hook });
    for (const committeeWebhookUrl of ['https://elsewhere.example/', null]) {
      const awaiting = await write({ ...estateRecord, committeeWebhookUrl });
      expect((await estateNow()).committeeWebhookUrl).toBe(hook);
      const changeId = awaiting !== undefined && 'changeId' in awaiting ? awaiting.changeId : '';
      await decideChange(estate.backend, by('manager'), changeId, 'rejected', findSetting);
    }
  });
});

describe('the weighing', () => {
  const amount = fc.nat(3);
  const estates = fc.record(
    {
      cashApprovalFen: amount,
      committeeWebhookUrl: fc.constantFrom('a', 'b'),
      name: fc.constantFrom('x', 'y'),
      timeZone: fc.constantFrom('p', 'q'),
    },
    { requiredKeys: [] },
  );
  const nullable = fc.record(
    {
      cashApprovalFen: fc.option(amount),
      committeeWebhookUrl: fc.option(fc.constantFrom('a', 'b')),
      name: fc.constantFrom('x', 'y'),
    },
    { requiredKeys: [] },
  );
  const defaults = { cashApprovalFen: 2 };

  test('parts every change in two, of which one loosens nothing and both together are all of it', () => {
    fc.assert(
      fc.property(estates, nullable, (before, wanted) => {
        const { now, waits } = weigh('estate', before, defaults, wanted);
        const after = merged(before, wanted);
        expect(merged(now, nulled(waits))).toEqual(after);
        expect((now['cashApprovalFen'] ?? 2) as number).toBeLessThanOrEqual(before.cashApprovalFen ?? 2);
        if (before.committeeWebhookUrl !== undefined)
          expect(now['committeeWebhookUrl']).toBe(before.committeeWebhookUrl);
        expect(weigh('estate', now, defaults, now).changes).toBeUndefined();
        // What waits waits also when it is asked for alone.
        expect(weigh('estate', now, defaults, wanted)).toMatchObject({ now, changes: undefined });
      }),
    );
  });

  test('never takes a change and its reversal both for harmless, but where there was nothing', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        if (a === b) return;
        const loosens = (from: number, to: number) =>
          needsSecondPerson('estate', 'cashApprovalFen', from, to);
        expect(loosens(a, b)).not.toBe(loosens(b, a));
        expect(needsSecondPerson('estate', 'timeZone', a, b)).toBe(true);
      }),
    );
  });

  test('knows no member but those that a rule is for', () => {
    for (const member of ['version', 'constructor', '__proto__'])
      expect(() => needsSecondPerson('estate', member, 1, 2)).toThrow(RangeError);
  });
});

const nulled = (waits: ReturnType<typeof differenceOf>) =>
  waits === undefined
    ? {}
    : { ...Object.fromEntries(Object.keys(waits.before).map((member) => [member, null])), ...waits.after };
