import { createHash } from 'node:crypto';
import type { ProvisioningRecord } from '../../../contract/shapes/provisioning.ts';
import type { CardVault } from '../../../src/devices/card-vault.ts';
import { registryStore } from '../../../src/estate/registry-store.ts';
import type { Origin } from '../../../src/journal/entry.ts';
import { provision } from '../../../src/provisioning/provision.ts';
import type { Item } from '../../../src/shared/table.ts';
import { memoryTable } from '../../../src/shared/table-memory.ts';

/** One shed with everything in it once or twice, and few ports for many people: who contends finds races. */
export const estateId = 'peng';
export const facilityId = 'shed';
export const timeZone = 'Asia/Shanghai';
export const boards = ['861000000000011', '861000000000029'] as const;
export const portsOfBoard = 4;
export const doorBoard = 405419896;
export const things = {
  readerIn: 'reader-in',
  readerOut: 'reader-out',
  gateway: 'gateway',
  smoke: 'smoke-1',
  corridor: 'corridor-1',
  bay: 'bay-1',
} as const;

/**
 * A Saturday evening at six o'clock in Shanghai, the last of October 2026: sessions run across midnight into a Sunday and
 * another month, and a day later into a weekday.
 */
export const firstEveningMs = Date.UTC(2026, 9, 31, 10, 0, 0);

export interface Holder {
  readonly credentialId: string;
  readonly householdId: string;
  readonly cardUid: string;
}

const householdNumbers = Array.from({ length: 15 }, (_, index) => index + 1);
/** What a name may be, and every object has: what is careless with the names in its maps stumbles over them. */
const careless: ReadonlyMap<string, string> = new Map([
  ['h2', 'constructor'],
  ['h7', 'toString'],
  ['m-c1', 'constructor'],
  ['m-d1', 'valueOf'],
  ['m-c3', 'hasOwnProperty'],
]);
const named = (usual: string): string => careless.get(usual) ?? usual;

export const households = householdNumbers.map((number) => named(`h${number}`));

/** Every household has a card; the first five have a second one, on the same wallet. */
export const holders: readonly Holder[] = householdNumbers.flatMap((number): Holder[] => {
  const first = holder(`c${number}`, named(`h${number}`), number);
  return number > 5 ? [first] : [first, holder(`d${number}`, named(`h${number}`), 100 + number)];
});

/** Whose card it is in its household. */
export const memberOf = (credentialId: string): string => named(`m-${credentialId}`);

/** Cash above it needs a second person. */
export const cashApprovalFen = 300;

function holder(credentialId: string, householdId: string, number: number): Holder {
  return { credentialId, householdId, cardUid: cardUidOf(number) };
}

/** A UID whose reversed bytes belong to no other card of the estate. */
export function cardUidOf(number: number): string {
  return `04${(0x10_0000 + number * 257).toString(16).toUpperCase().padStart(6, '0')}`;
}

export const cardNumberOf = (cardUid: string): number => Number.parseInt(cardUid, 16);

const name = (en: string) => ({ zh: en, en });

/** What is in force before anybody sets prices. */
const firstTariff: ProvisioningRecord = {
  kind: 'tariff',
  tariffVersion: 'v0',
  electricity: [
    { fromHalfHour: 0, toHalfHour: 12, priceMilliYuanPerKWh: 307 },
    { fromHalfHour: 12, toHalfHour: 27, priceMilliYuanPerKWh: 617 },
    { fromHalfHour: 27, toHalfHour: 44, priceMilliYuanPerKWh: 730 },
    { fromHalfHour: 44, toHalfHour: 48, priceMilliYuanPerKWh: 307 },
  ],
  service: { by: 'energy', priceMilliYuanPerKWh: 303 },
  holdFen: 120,
  effectiveFromMs: 0,
};

const records: readonly ProvisioningRecord[] = [
  {
    kind: 'estate',
    name: name('Peng'),
    timeZone,
    committeeWebhookUrl: 'https://committee.example/hook',
    cashApprovalFen,
  },
  firstTariff,
  { kind: 'facility', facilityId, facilityKind: 'shed', name: name('Shed'), bays: 20 },
  ...boards.map(
    (deviceId, index): ProvisioningRecord => ({
      kind: 'charging-board',
      deviceId,
      facilityId,
      ports: portsOfBoard,
      login: { user: 'board', password: 'secret' },
      settlementUnitWh: index === 0 ? 10 : 1,
    }),
  ),
  { kind: 'reader', deviceId: things.readerIn, facilityId, direction: 'in', name: name('In') },
  { kind: 'reader', deviceId: things.readerOut, facilityId, direction: 'out', name: name('Out') },
  { kind: 'door-gateway', deviceId: things.gateway },
  {
    kind: 'door-board',
    deviceId: String(doorBoard),
    gatewayId: things.gateway,
    facilityId,
    doors: [{ door: 1, name: name('Side door'), direction: 'both' }],
  },
  { kind: 'sensor', deviceId: things.smoke, sensor: 'smoke', facilityId, place: name('Shed') },
  { kind: 'sensor', deviceId: things.corridor, sensor: 'corridor', place: name('Corridor') },
  { kind: 'sensor', deviceId: things.bay, sensor: 'bay', facilityId, place: name('Bays') },
  ...households.map(
    (householdId): ProvisioningRecord => ({ kind: 'household', householdId, building: '1', unit: '1' }),
  ),
  ...holders.map(
    (card): ProvisioningRecord => ({
      kind: 'credential',
      ...card,
      memberId: memberOf(card.credentialId),
      facilities: [facilityId],
      validFrom: '2026-01-01',
      validUntil: '2027-12-31',
    }),
  ),
];

export function personOrigin(sender: string, receivedAtMs: number, fact: string): Origin {
  return { estateId, deviceId: 'api', receivedAtMs, topic: 'api', sender, payload: Buffer.from(fact), fact };
}

let provisioned: Promise<readonly Item[]> | undefined;

/** The estate's items as provisioning writes them: made once, for the passwords of boards are slow to hash. */
export function estateItems(vault: CardVault): Promise<readonly Item[]> {
  provisioned ??= (async () => {
    const table = memoryTable();
    const clock = { now: () => firstEveningMs - 600_000 };
    const backend = {
      table,
      clock,
      vault,
      publisher: { publish: async () => {} },
      registry: registryStore(table, clock, 0),
    };
    const origin = personOrigin('operator', clock.now(), 'provision');
    for (const record of records) await provision(backend, origin, record);
    return [...table.all()];
  })();
  return provisioned;
}

/** Seals nothing: what is sealed can be read here, and is the same in every run. */
export const openVault: CardVault = {
  hash: (estate, card) => `${estate}.${card.form}.${card.number}`,
  mac: (text) => createHash('sha256').update(text).digest('hex').slice(0, 16),
  seal: (text) => `open:${text}`,
  open: (sealed) => sealed.slice('open:'.length),
};
