import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAlert } from '../../src/alerts/alert.ts';
import { putAlert } from '../../src/alerts/alert-store.ts';
import { cardVault } from '../../src/devices/card-vault.ts';
import { registryStore } from '../../src/estate/registry-store.ts';
import { type Backend, record } from '../../src/journal/commit.ts';
import { draft, parseEntry, sealed, timerOrigin } from '../../src/journal/entry.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item, Key, Table, Write } from '../../src/shared/table.ts';
import { dynamoTable } from '../../src/shared/table-dynamodb.ts';
import { type ApiGround, type ApiHandler, apiGround, call } from '../support/called-api.ts';
import { noPause } from '../support/dynamo-table.ts';
import { type HeldTable, heldTable } from '../support/held-table.ts';

// The table does what it is asked and its answer is lost, so that it is asked again: what was done is told as done.

let ground: ApiGround;
let way: HeldTable;
let client: DynamoDBClient;
/** The same table, by the way on which answers are lost. */
let table: Table;
let office: ApiHandler;
let estate: ApiHandler;

beforeAll(async () => {
  ground = await apiGround();
  way = await heldTable(String(process.env['AWS_ENDPOINT_URL_DYNAMODB']));
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = way.url;
  client = new DynamoDBClient({});
  table = dynamoTable(client, 'api', noPause);
  ({ handler: office } = (await import('../../functions/api-office.ts')) as never);
  ({ handler: estate } = (await import('../../functions/api-estate.ts')) as never);
  const put = (item: Extract<Write, { put: object }>['put']): Write => ({ put: item, when: 'absent' });
  const name = { zh: '紫云', en: 'Ziyun' };
  await ground.table.commit([
    put({ ...keys.estate('ziyun'), estateId: 'ziyun', name, timeZone: 'Asia/Shanghai' }),
    put({ ...keys.household('ziyun', 'h1'), householdId: 'h1', building: '3', unit: '2' }),
  ]);
});
afterAll(async () => {
  client?.destroy();
  await Promise.all([way?.stop(), ground?.stop()]);
});

let count = 0;
function newKey() {
  count += 1;
  return { pk: `lost-${count}`, sk: 'A' };
}

const values = { list: [1, 0.1, -0, { deep: 'x', none: undefined }], flag: false, text: '', dueAtMs: 5 };

describe('a write whose answer is lost', () => {
  test.each<readonly [string, unknown]>([
    ['over nothing', 'absent'],
    ['under the version of nothing', { version: undefined }],
    ['of the newest', 'newest'],
    ['whatever is there', 'always'],
  ])('%s is committed', async (_, when) => {
    const key = newKey();
    const lost = way.lose('answer');
    const write = { put: { ...key, ...values, atMs: 7 }, when } as Write;
    expect(await table.commit([write])).toEqual({ committed: true });
    await lost;
    expect(await ground.table.get([key])).toMatchObject([{ ...key, text: '', atMs: 7 }]);
  });

  test('under a version is committed once, and counted once', async () => {
    const key = newKey();
    await ground.table.commit([{ put: key, when: { version: undefined } }]);
    const lost = way.lose('answer');
    const write: Write = { put: { ...key, ...values }, when: { version: 1 } };
    expect(await table.commit([write])).toEqual({ committed: true });
    await lost;
    expect(await ground.table.get([key])).toMatchObject([{ flag: false, version: 2 }]);
    expect(await table.commit([write])).toMatchObject({ committed: false, existing: { version: 2 } });
  });

  test('of a transaction is committed once', async () => {
    const [one, two] = [newKey(), newKey()];
    const lost = way.lose('answer');
    const writes: Write[] = [
      { put: { ...one, ...values }, when: 'absent' },
      { put: two, when: { version: undefined } },
    ];
    expect(await table.commit(writes)).toEqual({ committed: true });
    await lost;
    expect(await ground.table.get([two])).toEqual([{ ...two, version: 1 }]);
    expect(await table.commit(writes)).toMatchObject({ committed: false, lost: writes[0] });
  });

  test('that removes has removed', async () => {
    const key = newKey();
    await ground.table.commit([{ put: key, when: 'absent' }]);
    const lost = way.lose('answer');
    expect(await table.commit([{ remove: key }])).toEqual({ committed: true });
    await lost;
    expect(await ground.table.get([key])).toEqual([undefined]);
  });
});

describe('of two writes, the later one loses all the same', () => {
  const others: readonly (readonly [string, object])[] = [
    ['something else', { who: 'other' }],
    ['less', {}],
    ['more', { who: 'we', more: 1 }],
    ['the same in other types', { who: 'we', seen: '1' }],
  ];
  test.each(others)('when its request is lost, and %s is written meanwhile', async (_, other) => {
    const key = newKey();
    const lost = way.lose('request', () =>
      ground.table.commit([{ put: { ...key, ...other }, when: 'absent' }]),
    );
    const write: Write = { put: { ...key, who: 'we', seen: 1 }, when: 'absent' };
    expect(await table.commit([write])).toEqual({
      committed: false,
      lost: write,
      existing: { ...key, ...other },
    });
    await lost;
  });

  test('when its request is lost, and another has written under the same version', async () => {
    const key = newKey();
    await ground.table.commit([{ put: key, when: { version: undefined } }]);
    const other: Write = { put: { ...key, who: 'other' }, when: { version: 1 } };
    const lost = way.lose('request', () => ground.table.commit([other]));
    const write: Write = { put: { ...key, who: 'we' }, when: { version: 1 } };
    expect(await table.commit([write])).toMatchObject({ committed: false, existing: { who: 'other' } });
    await lost;
  });

  test('when its request is lost, and another transaction has committed', async () => {
    const [one, two] = [newKey(), newKey()];
    const other: Write = { put: { ...one, who: 'other' }, when: 'absent' };
    const lost = way.lose('request', () => ground.table.commit([other]));
    const write: Write = { put: { ...one, who: 'we' }, when: 'absent' };
    expect(await table.commit([{ put: two, when: 'absent' }, write])).toMatchObject({
      committed: false,
      lost: write,
      existing: { who: 'other' },
    });
    await lost;
    expect(await ground.table.get([two])).toEqual([undefined]);
  });

  test('when no answer is lost, also to a write that says the same', async () => {
    const write: Write = { put: { ...newKey(), ...values }, when: 'absent' };
    await ground.table.commit([write]);
    expect(await table.commit([write])).toMatchObject({ committed: false });
  });
});

describe('a fact is recorded once, and it is known by whom', () => {
  const nowMs = Date.now();
  const clock = { now: () => nowMs };
  const vault = cardVault('a secret of at least thirty-two characters');
  const noted = (key: Key) => {
    const origin = timerOrigin({ estateId: 'ziyun', deviceId: 'board-1' }, nowMs, 'one fact');
    return sealed(draft(key, origin, { kind: 'smoke', outcome: 'noted' }), vault);
  };
  const backend = (): Backend => ({
    ...{ table, clock, vault, publisher: { publish: async () => {} } },
    registry: registryStore(table, clock),
  });

  test('by us, where only the answer was lost', async () => {
    const key = newKey();
    const lost = way.lose('answer');
    const { recorded, entry } = await record(backend(), async () => ({ entry: noted(key) }));
    await lost;
    expect(recorded).toBe('now');
    expect(await ground.table.get([key])).toEqual([entry]);
  });

  test('by us, where the table was only busy from then on', async () => {
    const key = newKey();
    let isFirst = true;
    const busy: Table = {
      ...table,
      async commit(writes) {
        const result = await table.commit(writes);
        if (!isFirst) return result;
        isFirst = false;
        throw new DomainError('table-busy', 'The repetitions were throttled');
      },
    };
    const again = await record({ ...backend(), table: busy }, async () => ({ entry: noted(key) }));
    expect(again.recorded).toBe('now');
    expect(await ground.table.get([key])).toEqual([again.entry]);
  });

  test.each(['request', 'answer'] as const)(
    'by another, who said the same while our %s was lost',
    async (what) => {
      const key = newKey();
      const other = noted(key);
      const put = () => ground.table.commit([{ put: { ...other }, when: 'absent' }]);
      if (what === 'answer') await put();
      const lost = way.lose(what, what === 'answer' ? undefined : put);
      const { recorded, entry } = await record(backend(), async () => ({ entry: noted(key) }));
      await lost;
      expect({ recorded, entry }).toEqual({ recorded: 'before', entry: other });
    },
  );

  // A decision may say that what it has read stands.
  test.each(['request', 'answer'] as const)(
    'long ago, where it is only read again and our %s is lost',
    async (what) => {
      const key = newKey();
      const first = await record(backend(), async () => ({ entry: noted(key) }));
      const lost = way.lose(what);
      const again = await record(backend(), async () => {
        const [item] = await table.get([key]);
        return { entry: parseEntry(item as Item) };
      });
      await lost;
      expect(again).toEqual({ ...first, recorded: 'before' });
    },
  );
});

// The functions as they are deployed: they wait for the table as long as they do there.
describe('a person is told what they did', () => {
  const silence = () => new Promise<never>(() => {});

  test('the first print of a slip is the original', async () => {
    const manager = { roles: 'manager', sub: 'wang', path: { transferId: 't1' } };
    const body = { transferId: 't1', householdId: 'h1', amountFen: 500, currency: 'CNY' };
    const topUps = '/estates/{estateId}/cash-top-ups';
    expect((await call(office, `POST ${topUps}`, { ...manager, body })).status).toBe(201);
    const print = () => call(office, `POST ${topUps}/{transferId}/slip/print`, manager);
    const lost = way.lose('answer', silence);
    const slip = await print();
    await lost;
    expect(slip.text).toContain('¥5.00');
    expect(slip.text).not.toContain('COPY');
    expect((await print()).text).toContain('COPY');
  });

  test('who answers for an alert is named, and stays named', async () => {
    const nowMs = Date.now();
    const alert = newAlert({
      ...{ estateId: 'ziyun', kind: 'door', severity: 'urgent', createdAtMs: nowMs, deviceId: 'door-1' },
      ...{ place: { zh: '门', en: 'Door' }, text: { zh: '开着', en: 'Open' }, cause: 'held open' },
    });
    await ground.table.commit([putAlert(alert)]);
    const acknowledge = (sub: string) =>
      call(estate, 'POST /estates/{estateId}/alerts/{alertId}/acknowledge', {
        ...{ roles: 'committee', sub, path: { alertId: alert.alertId } },
      });
    const lost = way.lose('answer', silence);
    const taken = { state: 'acknowledged', acknowledgedBy: 'chen' };
    expect((await acknowledge('chen')).body).toMatchObject(taken);
    await lost;
    expect((await acknowledge('liu')).body).toMatchObject(taken);
  });
});

test('where the table does not answer in time, the function says so before it is killed', async () => {
  const body = { transferId: 't2', householdId: 'h1', amountFen: 500, currency: 'CNY' };
  const asked = { roles: 'manager', sub: 'wang', body };
  const topUp = 'POST /estates/{estateId}/cash-top-ups';
  const held = way.hold('answer');
  const untilMs = Date.now() + 1500;
  const told = await call(office, topUp, asked, untilMs);
  expect(Date.now()).toBeLessThan(untilMs);
  expect([told.status, told.body['error']]).toEqual([503, 'table-busy']);
  await held;
  way.release();
  // Asked again under the same id, it is booked once.
  expect(await call(office, topUp, asked)).toMatchObject({ status: 201, body: { balanceAfterFen: 1000 } });
});
