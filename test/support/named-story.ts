import { createServer } from 'node:http';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { RouteContract } from '../../contract/routes/route.ts';
import {
  decodeDownlink,
  encodeCard,
  encodeLive,
  encodeSettlement,
  encodeStartAnswer,
  type StartRequest,
} from '../../simulator/devices/juy-frames.ts';
import { type ApiHandler, type Asked, call, type Told } from './called-api.ts';

const minuteMs = 60_000;
const name = (zh: string, en: string) => ({ zh, en });

/** Messages as a rule hands them to its function. */
type OnMessage = (message: object, context: object) => Promise<unknown>;

/** All functions of the API and of the devices, as they are deployed, and what was published to devices. */
export interface Functions {
  readonly api: ReadonlyMap<string, ApiHandler>;
  readonly routes: readonly (readonly [key: string, route: RouteContract, of: string])[];
  readonly on: (topic: string) => OnMessage;
  readonly react: OnMessage;
  readonly published: { readonly topic: string; readonly payload: Buffer }[];
}

/** In place of the endpoint at which functions publish: it takes everything and keeps it. */
export async function publishEndpoint(published: Functions['published']) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const topic = decodeURIComponent((request.url ?? '').split('?')[0]?.slice('/topics/'.length) ?? '');
    published.push({ topic, payload: Buffer.concat(chunks) });
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return { url, stop: () => server.close() };
}

/**
 * What happens to one estate in which the estate itself, a facility, a household, a member, a card, a detector,
 * a package, a purchase and every order of the office have one and the same name, from provisioning to the
 * closed month. Everything that was answered is kept, in order.
 */
export class NamedStory {
  readonly told: { readonly asked: string; readonly status: number; readonly body: unknown }[] = [];
  readonly #functions: Functions;
  readonly #name: string;
  readonly #board: string;
  #nowMs = Date.parse('2026-03-31T19:00:00+08:00');

  constructor(functions: Functions, name: string, board: string) {
    this.#functions = functions;
    this.#name = name;
    this.#board = board;
  }

  /** A request's own name has eight letters at least. */
  get #request(): string {
    return this.#name.length < 8 ? this.#name.padEnd(8, '-') : this.#name;
  }

  async live(): Promise<void> {
    await this.#provisioned();
    await this.#agreed();
    await this.#charged();
    await this.#moneyMoved();
    await this.#alarmed();
    await this.#viewed();
    await this.#looked();
    await this.#closed();
  }

  async ask(route: string, asked: Asked = {}): Promise<Told> {
    const [key, , of] = this.#functions.routes.find(([known]) => known === route) ?? [];
    const handler = this.#functions.api.get(of ?? '');
    if (key === undefined || handler === undefined) throw new Error(`There is no ${route}`);
    this.#setClock();
    const own = this.#name;
    const path = {
      ...{ estateId: own, householdId: own, memberId: own, credentialId: own, facilityId: own },
      ...{
        transferId: own,
        refundId: own,
        correctionId: own,
        purchaseId: this.#request,
        changeId: own,
        tariffVersion: own,
      },
      ...asked.path,
    };
    const who = { sub: own, roles: 'operator manager committee resident', estates: own, household: own };
    const answer = await call(handler, key, { ...who, ...asked, path });
    this.told.push({ asked: key, status: answer.status, body: answer.body });
    return answer;
  }

  #setClock(): void {
    process.env['PENGYOU_CLOCK'] = `${this.#nowMs}@0x0`;
  }

  #after(minutes: number): void {
    this.#nowMs += minutes * minuteMs;
  }

  async #tell(topic: string, payload: Uint8Array | object, client: string): Promise<void> {
    this.#setClock();
    const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
    const data = Buffer.from(bytes).toString('base64');
    await this.#functions.on(topic)({ data, topic, client, receivedAtMs: this.#nowMs }, {});
  }

  async #provisioned(): Promise<void> {
    const own = this.#name;
    const records = [
      { kind: 'estate', name: name('园', 'Garden'), timeZone: 'Asia/Shanghai' },
      {
        ...{ kind: 'tariff', tariffVersion: own, holdFen: 300, effectiveFromMs: 0, capPerDayFen: 900 },
        electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 600 }],
        service: { by: 'energy', priceMilliYuanPerKWh: 300 },
        packages: [
          {
            ...{ packageId: own, name: name('一次', 'One session'), priceFen: 100 },
            ...{ kind: 'sessions', amount: 1, validDays: 30 },
          },
        ],
      },
      { kind: 'facility', facilityId: own, facilityKind: 'garage', name: name('库', 'Garage'), bays: 9 },
      {
        ...{ kind: 'charging-board', deviceId: this.#board, facilityId: own, ports: 10 },
        ...{ login: { user: 'u', password: 'p' }, settlementUnitWh: 10 },
      },
      { kind: 'sensor', deviceId: own, sensor: 'smoke', facilityId: own, place: name('库', 'Garage') },
      { kind: 'reader', deviceId: `in-${own}`, facilityId: own, direction: 'in', name: name('进', 'In') },
      { kind: 'reader', deviceId: `out-${own}`, facilityId: own, direction: 'out', name: name('出', 'Out') },
      { kind: 'household', householdId: own, building: '3', unit: '2', holderId: own },
      {
        ...{ kind: 'credential', credentialId: own, householdId: own, memberId: own, cardUid: '047C9A22' },
        ...{ facilities: [own], validFrom: '2026-01-01', validUntil: '2036-12-31' },
      },
      { kind: 'top-up', transferId: own, householdId: own, amountFen: 2000 },
    ];
    await this.ask('POST /estates/{estateId}/provision', { body: { records } });
  }

  async #agreed(): Promise<void> {
    const household = '/estates/{estateId}/households/{householdId}';
    const member = { memberId: this.#name, name: 'Li', monthLimitFen: 1500 };
    await this.ask(`POST ${household}/members`, { body: { requestId: 'request-member', ...member } });
    await this.ask(`POST ${household}/budget`, {
      body: { requestId: 'request-budget', monthLimitFen: 1800 },
    });
    const bought = { requestId: this.#request, packageId: this.#name, facilityId: this.#name };
    await this.ask('POST /estates/{estateId}/packages', { body: bought });
    await this.ask(`GET ${household}/wallet`);
  }

  /** In by the door, two sessions, one of them paid by the package, and out again. */
  async #charged(): Promise<void> {
    await this.#passed(`in-${this.#name}`, 's1');
    const household = '/estates/{estateId}/households/{householdId}';
    for (const kWh of [0.6, 0.4, 0.8]) {
      this.#after(5);
      await this.ask(`GET ${household}/wallet`);
      const start = await this.#authorised();
      await this.#hear('83', encodeStartAnswer(start, 0));
      this.#after(30);
      const reading = { port: 2, band: 0, priceFen: 0, powerW: 600, seconds: 1800, moneyFen: 0 };
      const energyCentiKWh = Math.round(kWh * 50);
      await this.#hear('88', encodeLive(2300, 25, [{ ...reading, energyCentiKWh, temperatureC: 25 }]));
      this.#after(30);
      const account = { port: 2, order: start.order, seconds: 3600, energyUnits: Math.round(kWh * 100) };
      const end = { moneyFen: 0, stopReason: 0, powerW: 20, card: 0, bands: [] };
      await this.#hear('85', encodeSettlement({ ...account, ...end }));
    }
    await this.#passed(`out-${this.#name}`, 's2');
  }

  async #authorised(): Promise<StartRequest> {
    const before = this.#functions.published.length;
    await this.#hear('87', encodeCard(2, 0x047c9a22, 2));
    for (const { payload } of this.#functions.published.slice(before)) {
      const down = decodeDownlink(payload);
      if (down?.kind === 'start') return down;
    }
    throw new Error('The card did not start the port');
  }

  #hear(command: string, frame: Uint8Array): Promise<void> {
    return this.#tell(`JUY/D2S/${this.#board}/${command}/DEV`, frame, this.#board);
  }

  async #passed(reader: string, id: string): Promise<void> {
    const common = { device: reader, atMs: this.#nowMs };
    await this.#tell(`pengyou/${reader}/up/swipe`, { ...common, id, card: '047C9A22' }, reader);
    await this.#tell(`pengyou/${reader}/up/door-passed`, { ...common, id: `${id}p`, swipe: id }, reader);
  }

  async #moneyMoved(): Promise<void> {
    const household = '/estates/{estateId}/households/{householdId}';
    const cash = { householdId: this.#name, amountFen: 150, currency: 'CNY' };
    await this.ask('POST /estates/{estateId}/cash-top-ups', {
      body: { transferId: `c-${this.#name}`, ...cash },
    });
    await this.ask('POST /estates/{estateId}/cash-refunds', { body: { refundId: this.#name, ...cash } });
    const corrected = { correctionId: this.#name, ...cash, reason: 'was wrong', account: 'written-off' };
    await this.ask('POST /estates/{estateId}/corrections', { body: corrected });
    await this.ask(`POST ${household}/packages/{purchaseId}/return`, {
      body: { requestId: 'request-return' },
    });
    const again = { requestId: `again-${this.#name}`, packageId: this.#name };
    await this.ask('POST /estates/{estateId}/packages', { body: again });
    const path = { purchaseId: `again-${this.#name}` };
    await this.ask(`POST ${household}/packages/{purchaseId}/return`, {
      ...{ path, body: { requestId: 'request-return-2' } },
    });
    await this.ask(`POST ${household}/credit-limit`, {
      body: { requestId: 'request-credit', creditLimitFen: 1 },
    });
  }

  async #alarmed(): Promise<void> {
    const own = this.#name;
    const smoke = (id: string, level: string) =>
      this.#tell(`pengyou/${own}/up/smoke`, { device: own, atMs: this.#nowMs, id, level }, own);
    await smoke('a1', 'alarm');
    await this.ask('GET /estates/{estateId}/overview');
    await this.#acknowledged();
    this.#after(1);
    await smoke('a2', 'clear');
    await this.ask('GET /estates/{estateId}/overview');
    this.#after(1);
    await smoke('a3', 'alarm');
    await this.ask('GET /estates/{estateId}/overview');
  }

  async #acknowledged(): Promise<void> {
    const { body } = await this.ask('GET /estates/{estateId}/alerts');
    for (const { alertId } of body['alerts'] as { alertId: string }[])
      await this.ask('POST /estates/{estateId}/alerts/{alertId}/acknowledge', { path: { alertId } });
  }

  /** Hands everything that stands in the table to the views, as the stream would. */
  async #viewed(): Promise<void> {
    const client = new DynamoDBClient({});
    const page = await client.send(new ScanCommand({ TableName: 'api', ConsistentRead: true }));
    client.destroy();
    const changed = (page.Items ?? []).map((NewImage, index) => ({
      dynamodb: { NewImage, SequenceNumber: String(index) },
    }));
    this.told.push({
      asked: 'views',
      status: 200,
      body: await this.#functions.react({ Records: changed }, {}),
    });
  }

  async #looked(): Promise<void> {
    for (const [key, { method, path }, of] of this.#functions.routes)
      if (
        method === 'GET' &&
        !/\{(?:month|code|sessionId|alertId|orderId)\}|statements|^\/estates$/.test(path) &&
        of
      )
        await this.ask(key, { query: { householdId: this.#name } });
    const { body } = await this.ask('GET /estates/{estateId}/sessions');
    for (const { sessionId } of body['sessions'] as { sessionId: string }[]) {
      const { body: shown } = await this.ask('GET /estates/{estateId}/sessions/{sessionId}', {
        path: { sessionId },
      });
      const code = (shown['receipt'] as { code?: string } | undefined)?.code;
      if (code !== undefined) await this.ask('GET /receipts/{code}', { path: { code } });
    }
  }

  async #closed(): Promise<void> {
    this.#nowMs = Date.parse('2026-04-05T12:00:00+08:00');
    const path = { month: '2026-03' };
    const month = '/estates/{estateId}/months/{month}';
    for (let calls = 0; calls < 20; calls += 1) {
      const { body } = await this.ask(`POST ${month}/close`, { path, body: {} });
      if (body['state'] !== 'running') break;
    }
    await this.ask(`GET ${month}`, { path });
    for (const kind of ['statements', 'revenue', 'split', 'ledger'])
      await this.ask(`GET ${month}/export/{kind}`, { path: { ...path, kind } });
    await this.ask('GET /estates/{estateId}/statements', { query: { ...path, householdId: this.#name } });
    let cursor: unknown;
    do {
      const body = cursor === undefined ? {} : { cursor };
      ({ cursor } = (await this.ask('POST /estates/{estateId}/rebuild', { body })).body);
    } while (cursor !== undefined);
  }
}
