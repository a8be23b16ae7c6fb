import { describe, expect, test } from 'vitest';
import { provisioningSchema, recordSchema } from '../../contract/shapes/provisioning.ts';

const name = { zh: '甲', en: 'A' };
const shares = { property: 400, operator: 500, committee: 100 };
const doors = (...numbers: number[]) => numbers.map((door) => ({ door, name, direction: 'both' }));

/** One of each, with every member that it may have. */
const records: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  estate: {
    ...{ name, timeZone: 'Asia/Shanghai', committeeWebhookUrl: 'https://committee.example/' },
    cashApprovalFen: 50_000,
  },
  facility: { facilityId: 'f', facilityKind: 'shed', name, bays: 10 },
  'charging-board': {
    ...{ deviceId: '861317069234387', facilityId: 'f', ports: 12, settlementUnitWh: 10 },
    login: { user: 'board', password: 'secret' },
  },
  reader: { deviceId: 'r', facilityId: 'f', direction: 'in', name },
  'door-gateway': { deviceId: 'g' },
  'door-board': { deviceId: '405419896', gatewayId: 'g', facilityId: 'f', doors: doors(1) },
  sensor: { deviceId: 's', sensor: 'smoke', facilityId: 'f', place: name },
  household: { householdId: 'h', building: '3', unit: '2', holderId: 'mother' },
  credential: {
    ...{ credentialId: 'c', householdId: 'h', memberId: 'm', cardUid: '11223344', facilities: ['f'] },
    ...{ validFrom: '2026-01-01', validUntil: '2036-12-31' },
  },
  'top-up': { transferId: 't', householdId: 'h', amountFen: 100 },
  'split-rule': { fromMonth: '2026-12', shares: { electricity: shares, service: shares, package: shares } },
};
const parse = (kind: string, changed: object = {}) =>
  recordSchema.safeParse({ kind, ...records[kind], ...changed });
const accepts = (kind: string, changed: object = {}) => parse(kind, changed).success;
const mayBeAbsent = [
  ...['committeeWebhookUrl', 'cashApprovalFen', 'sensor facilityId', 'holderId', 'memberId'],
];
/** What its family needs of a board stays with it. */
const neverRemoved = ['login', 'settlementUnitWh'];

describe.each(Object.keys(records))('a record of kind %s', (kind) => {
  test('is taken with all its members, and nothing of it is lost', () => {
    expect(parse(kind)).toMatchObject({ success: true, data: { kind, ...records[kind] } });
  });

  test.each(Object.keys(records[kind] ?? {}))('needs its %s, or may say that there is none', (member) => {
    const optional = mayBeAbsent.some((one) => one === member || one === `${kind} ${member}`);
    expect([accepts(kind, { [member]: undefined }), accepts(kind, { [member]: null })]).toEqual([
      optional || neverRemoved.includes(member),
      optional,
    ]);
  });
});

const login = (user: string, password: string) => ({ login: { user, password } });
const words = (length: number) => 'x'.repeat(length);
const named = (zh: string, en: string) => ({ name: { zh, en } });
test.each<[kind: string, good: readonly object[], bad: readonly object[]]>([
  [
    'estate',
    [
      { cashApprovalFen: 0 },
      { cashApprovalFen: 10_000_000 },
      { timeZone: words(60) },
      { committeeWebhookUrl: `https://c.example/${words(982)}` },
      named(words(100), 'A'),
      named('甲', words(100)),
    ],
    [
      { cashApprovalFen: -1 },
      { cashApprovalFen: 10_000_001 },
      { cashApprovalFen: 0.5 },
      { timeZone: words(61) },
      { committeeWebhookUrl: `https://c.example/${words(983)}` },
      ...[named('', 'A'), named('甲', ''), named(words(101), 'A'), named('甲', words(101))],
      { name: { zh: '甲' } },
      { name: { en: 'A' } },
    ],
  ],
  [
    'facility',
    [{ bays: 0 }, { bays: 5000 }, { facilityKind: 'garage' }, { facilityId: words(60) }],
    [{ bays: -1 }, { bays: 5001 }, { facilityKind: 'roof' }, { facilityId: words(61) }, { facilityId: '-f' }],
  ],
  [
    'charging-board',
    [{ ports: 1 }, { ports: 20 }, { settlementUnitWh: 1 }, login(words(10), words(10)), login('!', '~')],
    [
      ...[
        { ports: 0 },
        { ports: 21 },
        { settlementUnitWh: 5 },
        { deviceId: 'page-1' },
        { family: 'A family' },
      ],
      ...[login(words(11), 'p'), login('u', words(11)), login('', 'p'), login('u', ''), login('a b', 'p')],
      { login: { user: 'u' } },
      { login: { password: 'p' } },
    ],
  ],
  ['reader', [{ direction: 'out' }], [{ direction: 'both' }, { deviceId: 'page-1' }]],
  ['door-gateway', [{ deviceId: words(60) }], [{ deviceId: words(61) }, { deviceId: '' }]],
  [
    'door-board',
    [
      { doors: doors(1, 2, 3, 4) },
      ...['in', 'out'].map((direction) => ({ doors: [{ door: 1, name, direction }] })),
    ],
    [
      ...[{ doors: [] }, { doors: doors(0) }, { doors: doors(5) }, { doors: doors(1, 2, 3, 4, 1) }],
      ...[
        { door: 1, name },
        { door: 1, direction: 'in' },
        { name, direction: 'in' },
      ].map((door) => ({ doors: [door] })),
      { deviceId: '4294967296' },
    ],
  ],
  ['sensor', ['bay', 'corridor', 'gate'].map((sensor) => ({ sensor })), [{ sensor: 'light' }]],
  [
    'household',
    [{ building: words(40) }, { unit: words(40) }, { holderId: 'm' }, { holderId: words(255) }],
    [
      ...[{ building: '' }, { building: words(41) }, { unit: '' }, { unit: words(41) }],
      ...[{ holderId: '' }, { holderId: words(256) }],
    ],
  ],
  [
    'credential',
    [{ facilities: [] }, { facilities: Array(50).fill('f') }, { cardUid: '04A1B2C3D4E5F6' }],
    [
      ...[{ facilities: Array(51).fill('f') }, { facilities: ['f f'] }, { cardUid: '00000000' }],
      ...[{ cardUid: '1122334' }, { validFrom: '2026-02-30' }, { validUntil: '2026-1-1' }],
    ],
  ],
  [
    'top-up',
    [{ amountFen: 1 }, { amountFen: 1_000_000 }],
    [{ amountFen: 0 }, { amountFen: 1_000_001 }, { amountFen: 1.5 }],
  ],
])('a %s ends exactly where it should', (kind, good, bad) => {
  for (const changed of good) expect(accepts(kind, changed), JSON.stringify(changed)).toBe(true);
  for (const changed of bad) expect(accepts(kind, changed), JSON.stringify(changed)).toBe(false);
});

test('a tariff takes its zone and its currency from the estate', () => {
  const terms = {
    ...{ kind: 'tariff', tariffVersion: '2027', effectiveFromMs: 1, holdFen: 300 },
    electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 600 }],
    service: { by: 'energy', priceMilliYuanPerKWh: 300 },
  };
  expect(recordSchema.safeParse({ ...terms, timeZone: 'UTC', currency: 'EUR' })).toEqual({
    success: true,
    data: terms,
  });
});

test('one to a hundred records are written at once', () => {
  const page = (length: number) =>
    provisioningSchema.safeParse({ records: Array(length).fill({ kind: 'door-gateway', deviceId: 'g' }) });
  expect([0, 1, 100, 101].map((length) => page(length).success)).toEqual([false, true, true, false]);
});

describe('a name, a day and an address', () => {
  test.each(['1', '405419896', '4294967295'])('door board %s has an address', (id) =>
    expect(accepts('door-board', { deviceId: id })).toBe(true),
  );
  test.each(['0', '0405419896', '4294967296', '9999999999', 'x', ''])('door board %j has none', (id) =>
    expect(accepts('door-board', { deviceId: id })).toBe(false),
  );
  test.each(['smoke-1', 'Smoke_1:a', 'a'.repeat(60)])('a thing may be called %s', (id) =>
    expect(accepts('sensor', { deviceId: id })).toBe(true),
  );
  test.each(['a/b', 'a b', 'a#', '', 'a'.repeat(61), 'page-1'])('a thing may not be called %j', (id) =>
    expect(accepts('sensor', { deviceId: id })).toBe(false),
  );
  test.each(['2026-02-28', '2028-02-29'])('%s is a day', (day) =>
    expect(accepts('credential', { validFrom: day })).toBe(true),
  );
  test.each(['2026-02-29', '2026-02-31', '2026-13-01', '2026-00-10', '0000-00-00', '2026-2-1'])(
    '%s is none',
    (day) => expect(accepts('credential', { validFrom: day })).toBe(false),
  );
});
