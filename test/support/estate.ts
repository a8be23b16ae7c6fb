import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { householdElectricity } from '../../simulator/household-tariff.ts';
import type { Alert } from '../../src/alerts/alert.ts';
import { latestAlerts } from '../../src/alerts/alert-store.ts';
import { cardVault } from '../../src/devices/card-vault.ts';
import { registryStore } from '../../src/estate/registry-store.ts';
import { acknowledgeAlert } from '../../src/fire/acknowledge-alert.ts';
import type { FloodGuard } from '../../src/intake/flood-guard.ts';
import { takeIn } from '../../src/intake/intake.ts';
import { telemetryRoutes } from '../../src/intake/routes/telemetry.ts';
import { sweep } from '../../src/intake/sweep.ts';
import type { Backend } from '../../src/journal/commit.ts';
import { type Entry, type Origin, parseEntry } from '../../src/journal/entry.ts';
import { findSetting } from '../../src/provisioning/find-setting.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { decideChange } from '../../src/settings/change.ts';
import type { Item, Key, Table } from '../../src/shared/table.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';
import type { Wallet } from '../../src/wallet/wallet.ts';
import { readWallet } from '../../src/wallet/wallet-store.ts';
import { TestBoard } from './board.ts';
import { boardId, cardUid, estateId, eveningMs } from './estate-names.ts';

export * from './estate-names.ts';

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
/** What is different in the estate's tariff. */
export type Terms = Partial<TariffRecord>;

/** How a message came, where it did not come at once from the device that its topic belongs to. */
export interface Arrival {
  readonly client?: string;
  readonly principal?: string;
  /** When it was heard, where it is taken in at another moment. */
  readonly receivedAtMs?: number;
  /** The table on which it is taken in. */
  readonly on?: Table;
  /** Who looks whether a device says more than it may. */
  readonly guard?: FloodGuard;
}

/** One estate in memory, with a clock that the test moves, and everything that was published. */
export class TestEstate {
  table = memoryTable();
  published: { topic: string; payload: Uint8Array }[] = [];
  clockMs = eveningMs;
  backend = this.#backend();
  readonly board = new TestBoard(this);
  #messages = 0;

  /** As it is before anything has happened. */
  async begin(terms: Terms = {}): Promise<this> {
    this.table = memoryTable();
    this.published = [];
    this.clockMs = eveningMs;
    this.backend = this.#backend();
    for (const record of estateRecords())
      await provision(
        this.backend,
        this.by('test', 'provision'),
        record.kind === 'tariff' ? { ...record, ...terms } : record,
      );
    await this.#rolledOut();
    this.published.length = 0;
    return this;
  }

  /** The same, on a table that is looked at otherwise. */
  on(table: Table): Backend {
    return { ...this.backend, table };
  }

  /** Somebody who asks by the API. */
  by(sender: string, fact = ''): Origin {
    const request = { topic: 'api', sender, payload: new Uint8Array(), fact };
    return { estateId, deviceId: 'api', receivedAtMs: this.clockMs, ...request };
  }

  /** Delivers a message as its rule would. */
  async deliver(topic: string, payload: Uint8Array | object, arrival: Arrival = {}): Promise<void> {
    const { on = this.table, receivedAtMs = this.clockMs, guard, ...sender } = arrival;
    const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
    const ownClient = topic.split('/')[topic.startsWith('JUY') ? 2 : 1];
    const envelope = {
      ...{ data: Buffer.from(bytes).toString('base64'), topic, receivedAtMs },
      ...('client' in sender || 'principal' in sender ? sender : { client: ownClient }),
    };
    await takeIn(this.on(on), telemetryRoutes, envelope, guard);
  }

  /** One of our own devices says something: under a number of its own and by a right clock, unless `content` has others. */
  says(device: string, kind: string, content: object = {}, arrival?: Arrival): Promise<void> {
    this.#messages += 1;
    const common = { id: `m${this.#messages}`, device, atMs: this.clockMs };
    return this.deliver(`pengyou/${device}/up/${kind}`, { ...common, ...content }, arrival);
  }

  /** A device answers the newest command of this kind. */
  answers(device: string, kind: string, result: string): Promise<void> {
    const command = String(this.lastJson(`${device}/down/${kind}`)?.['command']);
    return this.says(device, 'ack', { command, result });
  }

  /** The timers that are due now have their turn. */
  sweep(on: Table = this.table): Promise<number> {
    return sweep({ ...this.on(on), ...committee });
  }

  async item(key: Key): Promise<Item | undefined> {
    return (await this.table.get([key]))[0];
  }

  /** Writes beside the program, whatever stands there. */
  async put(item: Item): Promise<void> {
    await this.table.commit([{ put: item, when: 'always' }]);
  }

  entries(kind?: string): Entry[] {
    const entries = [...this.table.all()].filter((item) => item['type'] === 'entry').map(parseEntry);
    return entries.filter((entry) => kind === undefined || entry.kind === kind);
  }

  outcomes(kind: string): string[] {
    return this.entries(kind).map(({ outcome }) => outcome);
  }

  refusals(): string[] {
    const counted = [...this.table.all()].filter((item) => item['type'] === 'counted-refusals');
    return [
      ...this.entries().flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal])),
      ...counted.flatMap((item) => Array<string>(Number(item['count'])).fill(String(item['reason']))),
    ];
  }

  /** The newest first. */
  async alerts(kind?: string): Promise<Alert[]> {
    const latest = await latestAlerts(this.table, estateId, 20);
    return latest.filter((alert) => kind === undefined || alert.kind === kind);
  }

  async evacuation() {
    return (await this.backend.registry.facilities(estateId))[0]?.evacuation;
  }

  /** Somebody answers for every alert that is open. */
  async acknowledges(sender: string): Promise<void> {
    for (const { alertId, state } of await this.alerts())
      if (state === 'open') await acknowledgeAlert(this.backend, this.by(sender), alertId);
  }

  wallet(): Promise<Wallet> {
    return readWallet(this.table, estateId, 'h1');
  }

  topics(): string[] {
    return this.published.map(({ topic }) => topic);
  }

  lastJson(topicEnd: string): Record<string, unknown> | undefined {
    const found = this.published.findLast(({ topic }) => topic.endsWith(topicEnd));
    return found === undefined ? undefined : JSON.parse(Buffer.from(found.payload).toString());
  }

  /** The number of the newest request to the gateway of this kind. */
  lastRequest(topicEnd: string): string {
    const told = this.lastJson(topicEnd) as { message: { request: { 'request-id': string } } };
    return told.message.request['request-id'];
  }

  #backend(): Backend {
    const clock = { now: () => this.clockMs };
    const { table } = this;
    return {
      ...{ table, clock, vault: cardVault('a secret of at least thirty-two characters') },
      publisher: { publish: async (topic, payload) => void this.published.push({ topic, payload }) },
      registry: registryStore(table, clock, 0),
    };
  }

  /** Nothing is due yet: what the boards should be told of prices has been told. */
  async #rolledOut(): Promise<void> {
    for (const { dueAtMs, version, ...item } of [...this.table.all()]) {
      const prices = item.sk === 'PRICES' || item.sk.startsWith('TARIFF#');
      if (prices && dueAtMs !== undefined) await this.table.commit([{ put: item, when: { version } }]);
    }
  }
}

/** `terms`: what is different in its tariff. */
export const testEstate = (terms: Terms = {}): Promise<TestEstate> => new TestEstate().begin(terms);
