import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { householdElectricity } from '../../simulator/household-tariff.ts';
import { cardVault } from '../../src/devices/card-vault.ts';
import { registryStore } from '../../src/estate/registry-store.ts';
import { takeIn } from '../../src/intake/intake.ts';
import { telemetryRoutes } from '../../src/intake/routes/telemetry.ts';
import type { Backend } from '../../src/journal/commit.ts';
import { type Entry, type Origin, parseEntry } from '../../src/journal/entry.ts';
import { findSetting } from '../../src/provisioning/find-setting.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { decideChange } from '../../src/settings/change.ts';
import { type MemoryTable, memoryTable } from '../../src/shared/table-memory.ts';

/** 2026-11-23 19:00 in Shanghai. */
export const eveningMs = Date.UTC(2026, 10, 23, 11, 0, 0);
export const estateId = 'ziyun';
export const boardId = '861317069234387';
export const cardUid = '047C9A22';
export const cardNumber = 0x047c9a22;

const name = (en: string) => ({ zh: en, en });

/** A small estate with one of everything. */
export const estateRecords = (committeeWebhookUrl?: string): ProvisioningRecord[] => [
  {
    kind: 'estate',
    name: name('Ziyun'),
    timeZone: 'Asia/Shanghai',
    ...(committeeWebhookUrl === undefined ? {} : { committeeWebhookUrl }),
  },
  {
    kind: 'tariff',
    tariffVersion: '2026-01',
    electricity: householdElectricity,
    service: { by: 'energy', priceMilliYuanPerKWh: 300 },
    holdFen: 300,
    effectiveFromMs: 0,
  },
  { kind: 'facility', facilityId: 'garage', facilityKind: 'garage', name: name('Garage'), bays: 100 },
  {
    kind: 'charging-board',
    deviceId: boardId,
    facilityId: 'garage',
    ports: 12,
    login: { user: 'board', password: 'secret' },
    settlementUnitWh: 10,
  },
  { kind: 'reader', deviceId: 'reader-in', facilityId: 'garage', direction: 'in', name: name('In') },
  { kind: 'reader', deviceId: 'reader-out', facilityId: 'garage', direction: 'out', name: name('Out') },
  { kind: 'door-gateway', deviceId: 'gateway' },
  {
    kind: 'door-board',
    deviceId: '405419896',
    gatewayId: 'gateway',
    facilityId: 'garage',
    doors: [{ door: 1, name: name('Side door'), direction: 'both' }],
  },
  { kind: 'sensor', deviceId: 'smoke-1', sensor: 'smoke', facilityId: 'garage', place: name('Garage') },
  { kind: 'sensor', deviceId: 'corridor-1', sensor: 'corridor', place: name('Building 3, unit 2') },
  { kind: 'household', householdId: 'h1', building: '3', unit: '2' },
  {
    kind: 'credential',
    credentialId: 'c1',
    householdId: 'h1',
    cardUid,
    facilities: ['garage'],
    validFrom: '2026-01-01',
    validUntil: '2036-12-31',
  },
  { kind: 'top-up', transferId: 't1', householdId: 'h1', amountFen: 2000 },
];

/** The committee, as the sweep of a test reaches it: everything arrives. */
export const committee = {
  channel: async () => ({ result: 'delivered' }) as const,
  signingKey: () => 'key',
  onUndelivered: () => {},
};

/** Written by one person, and approved by a second one where it needs one. */
export async function provisionByTwo(
  backend: Backend,
  origin: Origin,
  record: ProvisioningRecord,
): Promise<void> {
  const awaiting = await provision(backend, origin, record);
  if (awaiting !== undefined && 'changeId' in awaiting)
    await decideChange(
      backend,
      { ...origin, sender: 'a second person' },
      awaiting.changeId,
      'approved',
      findSetting,
    );
}

type TariffRecord = Extract<ProvisioningRecord, { kind: 'tariff' }>;

/** Nothing is due yet: what the boards should be told of prices has been told. */
async function rolledOut(table: MemoryTable): Promise<void> {
  for (const { dueAtMs, version, ...item } of [...table.all()]) {
    const prices = item.sk === 'PRICES' || item.sk.startsWith('TARIFF#');
    if (prices && dueAtMs !== undefined) await table.commit([{ put: item, when: { version } }]);
  }
}

/** One estate in memory, with a clock that the test moves, and everything that was published. */
export interface TestEstate {
  readonly backend: Backend;
  readonly table: MemoryTable;
  readonly published: { topic: string; payload: Uint8Array }[];
  clockMs: number;
  /** Delivers a message as its rule would, from the device that the topic belongs to. */
  deliver(
    topic: string,
    payload: Uint8Array | object,
    from?: { client?: string; principal?: string },
  ): Promise<void>;
  entries(kind?: string): Entry[];
  refusals(): string[];
  lastJson(topicEnd: string): Record<string, unknown> | undefined;
}

/** `terms`: what is different in its tariff. */
export async function testEstate(terms: Partial<TariffRecord> = {}): Promise<TestEstate> {
  const table = memoryTable();
  const published: TestEstate['published'] = [];
  const state = { clockMs: eveningMs };
  const clock = { now: () => state.clockMs };
  const backend: Backend = {
    table,
    clock,
    vault: cardVault('a secret of at least thirty-two characters'),
    publisher: {
      async publish(topic, payload) {
        published.push({ topic, payload });
      },
    },
    registry: registryStore(table, clock, 0),
  };
  const origin = {
    estateId,
    deviceId: 'api',
    receivedAtMs: eveningMs,
    topic: 'api',
    sender: 'test',
    payload: new Uint8Array(),
    fact: 'provision',
  };
  for (const record of estateRecords())
    await provision(backend, origin, record.kind === 'tariff' ? { ...record, ...terms } : record);
  await rolledOut(table);
  published.length = 0;
  const all = () => [...table.all()].filter((item) => item['type'] === 'entry').map(parseEntry);
  return {
    backend,
    table,
    published,
    get clockMs() {
      return state.clockMs;
    },
    set clockMs(value) {
      state.clockMs = value;
    },
    async deliver(topic, payload, from) {
      const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
      await takeIn(backend, telemetryRoutes, {
        data: Buffer.from(bytes).toString('base64'),
        topic,
        ...(from ?? { client: topic.startsWith('JUY') ? topic.split('/')[2] : topic.split('/')[1] }),
        receivedAtMs: state.clockMs,
      });
    },
    entries: (kind) => all().filter((entry) => kind === undefined || entry.kind === kind),
    refusals: () => [
      ...all().flatMap((entry) => (entry.refusal === undefined ? [] : [entry.refusal])),
      ...[...table.all()].flatMap((item) =>
        item['type'] === 'counted-refusals'
          ? Array.from({ length: Number(item['count']) }, () => String(item['reason']))
          : [],
      ),
    ],
    lastJson(topicEnd) {
      const found = published.findLast(({ topic }) => topic.endsWith(topicEnd));
      return found === undefined ? undefined : JSON.parse(Buffer.from(found.payload).toString());
    },
  };
}
