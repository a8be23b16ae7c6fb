import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DynamoDb, startDynamoDb } from '../../local/lambda/dynamodb.ts';
import { seededRandom } from '../../simulator/random.ts';
import { cardVault } from '../../src/devices/card-vault.ts';
import { registryStore } from '../../src/estate/registry-store.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { keys } from '../../src/shared/keys.ts';
import { type Item, stored, type Table } from '../../src/shared/table.ts';
import { dynamoTable } from '../../src/shared/table-dynamodb.ts';
import type { Office } from '../../src/wallet/office.ts';
import { availableFen, walletSchema } from '../../src/wallet/wallet.ts';
import { type Done, violations } from '../support/bank-check.ts';
import { type Operation, storiesOf } from '../support/bank-day.ts';
import { bankEstate, bankNowMs, sessionCostOf } from '../support/bank-verbs.ts';
import { createTable, noPause } from '../support/dynamo-table.ts';
import { type FaultCounts, type Faults, faultyClient } from '../support/faulty-client.ts';

// Many clients, one table, and every fault that the way between them knows: in the end each operation was done once or
// not at all, and every fen is where the operations put it.

const faults: Faults = { conflict: 0.02, throttle: 0.01, lostRequest: 0.01, lostAnswer: 0.02 };
const noFaults: Faults = { conflict: 0, throttle: 0, lostRequest: 0, lostAnswer: 0 };

/** So often an operation is done by two clients at once: a person who taps twice, a message that comes twice. */
const doubled = 0.1;

let dynamo: DynamoDb;
beforeAll(async () => {
  dynamo = await startDynamoDb(undefined, () => {});
});
afterAll(async () => {
  await dynamo?.stop();
});

interface Day {
  readonly name: string;
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  readonly households: number;
  readonly faults: Faults;
  /** The table as a client sees it. */
  readonly table?: (table: Table) => Table;
}

interface Evening {
  readonly wrong: string[];
  readonly counts: FaultCounts;
  readonly done: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
}

/** A day at the bank: what was wrong in the end, and what happened. */
async function bankDay(day: Day): Promise<Evening> {
  const counts: FaultCounts = { conflict: 0, throttle: 0, lostRequest: 0, lostAnswer: 0 };
  const overdrawn: string[] = [];
  const honest = faultyClient(dynamo.port, seededRandom(day.seed, 'setup'), noFaults, counts, 3);
  const sdk = Array.from({ length: day.clients }, (_, index) =>
    // Half of them leave no retry to the SDK, so that every fault reaches our own code.
    faultyClient(
      dynamo.port,
      seededRandom(day.seed, `client ${index}`),
      day.faults,
      counts,
      index % 2 === 0 ? 1 : 3,
    ),
  );
  try {
    await createTable(honest, day.name);
    const households = Array.from({ length: day.households }, (_, index) => `h${index + 1}`);
    await open(dynamoTable(honest, day.name, noPause), households);
    const offices = sdk.map((client) => {
      const table = watched(dynamoTable(client, day.name, noPause), overdrawn);
      return officeOn((day.table ?? ((same) => same))(table));
    });
    const random = seededRandom(day.seed, 'day');
    const stories = storiesOf(random, households, day.operations);
    const operations: Done[] = [];
    const workers = offices.map(async () => {
      for (let story = stories.pop(); story !== undefined; story = stories.pop()) {
        for (const operation of story) operations.push(await doIt(operation, offices, random));
      }
    });
    await Promise.all(workers);
    const items = await everything(honest, day.name);
    return {
      wrong: [...overdrawn, ...violations(items, operations)],
      counts,
      done: tally(operations.filter(({ done }) => done)),
      refused: tally(operations.filter(({ done }) => !done)),
    };
  } finally {
    for (const client of [honest, ...sdk]) client.destroy();
  }
}

/** By one client, or by two at once; told twice that it was done, it was done. */
async function doIt(
  operation: Operation,
  offices: readonly Office[],
  random: ReturnType<typeof seededRandom>,
): Promise<Done> {
  const by = random.chance(doubled) ? [random.pick(offices), random.pick(offices)] : [random.pick(offices)];
  const told = await Promise.all(by.map((office) => insist(office, operation)));
  return { operation, done: told.includes(true) };
}

/** Again and again under the same identity, until somebody says that it was done, or why it is not. */
async function insist(office: Office, operation: Operation): Promise<boolean> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    try {
      await operation.run(office);
      return true;
    } catch (error) {
      if (error instanceof DomainError && !error.retry) return false;
      // A connection that a busy machine lost is as one that was made to be lost.
      const isLost = error instanceof Error && /^injected: |^socket hang up/.test(error.message);
      if (!isLost && !(error instanceof DomainError)) throw error;
    }
  }
  throw new Error(`${operation.verb} of ${operation.householdId} was never answered`);
}

function officeOn(table: Table): Office {
  const clock = { now: () => bankNowMs };
  return {
    table,
    clock,
    vault: cardVault('a secret of at least thirty-two characters'),
    publisher: { publish: async () => {} },
    registry: registryStore(table, clock),
    sessionCost: sessionCostOf(table),
  };
}

/** No wallet is ever written with less than nothing available, whether the write is committed or not. */
function watched(table: Table, overdrawn: string[]): Table {
  return {
    ...table,
    commit(writes) {
      for (const write of writes) {
        if (!('put' in write) || write.put.sk !== 'WALLET') continue;
        const wallet = walletSchema.parse(write.put);
        if (availableFen(wallet) < 0)
          overdrawn.push(`${wallet.householdId} would have ${availableFen(wallet)} fen`);
      }
      return table.commit(writes);
    },
  };
}

/** A table that writes whatever was read in between: the plainest way to lose money. */
function withoutVersions(table: Table): Table {
  return {
    ...table,
    commit: (writes) =>
      table.commit(
        writes.map((write) =>
          'put' in write && typeof write.when === 'object' ? { put: stored(write), when: 'always' } : write,
        ),
      ),
  };
}

async function open(table: Table, households: readonly string[]): Promise<void> {
  const name = { zh: '银行', en: 'Bank' };
  await table.commit([
    {
      put: { ...keys.estate(bankEstate), estateId: bankEstate, name, timeZone: 'Asia/Shanghai' },
      when: 'absent',
    },
  ]);
  for (const householdId of households)
    await table.commit([
      { put: { ...keys.household(bankEstate, householdId), householdId }, when: 'absent' },
    ]);
}

async function everything(client: DynamoDBClient, name: string): Promise<Item[]> {
  const { paginateScan } = await import('@aws-sdk/client-dynamodb');
  const { unmarshall } = await import('@aws-sdk/util-dynamodb');
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName: name, ConsistentRead: true }))
    for (const attributes of page.Items ?? []) items.push(unmarshall(attributes) as Item);
  return items;
}

function tally(operations: readonly Done[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { operation } of operations) counted[operation.verb] = (counted[operation.verb] ?? 0) + 1;
  return counted;
}

const decided = ['cash-top-up', 'cash-refund', 'correction'].flatMap((kind) => [
  `ask ${kind}`,
  `approved ${kind}`,
]);
const verbs = [
  ...['top-up', 'hold', 'capture', 'release', 'claim', 'refund', 'buy', 'return', 'month-limit', 'member'],
  ...['credit-limit', 'approved credit-limit', ...decided, 'rejected correction'],
];

test('ten thousand operations of 32 clients, with faults: each done once or not at all, no fen lost', async () => {
  const { wrong, counts, done, refused } = await bankDay({
    ...{ name: 'bank', seed: 20261123, operations: 10_000, clients: 32, households: 48, faults },
  });
  expect(wrong).toEqual([]);
  // All of it happened: every verb, refusals too, and every fault, hundreds of times.
  for (const verb of verbs) expect(done[verb], verb).toBeGreaterThan(0);
  for (const verb of ['hold', 'capture', 'refund', 'buy', 'approved correction'])
    expect(refused[verb], verb).toBeGreaterThan(0);
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(100);
  const told = [...Object.values(done), ...Object.values(refused)].reduce((sum, count) => sum + count, 0);
  expect(told).toBe(10_000);
}, 600_000);

test('on a table that forgets under which version a wallet was read, the same check finds what is lost', async () => {
  const day = { seed: 7, operations: 400, clients: 8, households: 2, faults: noFaults };
  const kept = await bankDay({ ...day, name: 'small' });
  expect(kept.wrong).toEqual([]);
  const broken = await bankDay({ ...day, name: 'broken', table: withoutVersions });
  expect(broken.wrong).toContainEqual(
    expect.stringMatching(/^h\d is worth -?\d+ fen, its operations come to -?\d+$/),
  );
}, 120_000);
