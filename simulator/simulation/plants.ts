import { isWallet } from '../../src/shared/keys-read.ts';
import type { Item, Table, Write } from '../../src/shared/table.ts';
import { moneyPlants } from './money/money-plants.ts';
import { isPut, type Plant, type Put, rewriting, unconditional } from './world/rewriting.ts';

/** Leaves out the conditions on items that are not written. */
function withoutChecks(table: Table): Table {
  return { ...table, commit: (writes) => table.commit(writes.filter((write) => !('check' in write))) };
}

/** Whether what stood in the way of an entry says something else than it. */
function isAnother(lost: Write, existing: Item | undefined): boolean {
  return isPut(lost) && lost.put['type'] === 'entry' && existing?.['digest'] !== lost.put['digest'];
}

/** An alert that was tried ten times and is open has no next time. */
function givenUp(write: Put): Write {
  const { dueAtMs: _, ...put } = write.put;
  const { deliveries } = put as unknown as { deliveries?: { attempts: number }[] };
  const isGivenUp = put['type'] === 'alert' && deliveries?.some(({ attempts }) => attempts >= 10) === true;
  return (isGivenUp ? { ...write, put } : write) as Write;
}

function roundedPerSlice(write: Put): Write {
  const { facts, postings } = write.put as unknown as {
    facts?: { receipt?: { lines: { amountFen: number; slices: { amountGrains: number }[] }[] } };
    postings?: unknown;
  };
  if (facts?.receipt === undefined || postings === undefined) return write;
  const lines = facts.receipt.lines.map((line) => ({
    ...line,
    amountFen: line.slices.reduce((sum, slice) => sum + Math.round(slice.amountGrains / 36_000_000), 0),
  }));
  return {
    ...write,
    put: { ...write.put, facts: { ...facts, receipt: { ...facts.receipt, lines } } },
  } as Write;
}

/** As a marshaller does that takes for an object's own only what it does not know of every object. */
function withoutKnownNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutKnownNames);
  if (typeof value !== 'object' || value === null) return value;
  const own = Object.entries(value).filter(([name]) => !(name in Object.prototype));
  return Object.fromEntries(own.map(([name, inner]) => [name, withoutKnownNames(inner)]));
}

export const plants: readonly Plant[] = [
  {
    name: 'no-conditions',
    what: 'the table ignores the versions on which writes were decided',
    table: (table) => withoutChecks(rewriting(table, unconditional)),
  },
  {
    name: 'unguarded-hold',
    what: 'wallets are written without the version at which they were read',
    table: (table) => rewriting(table, (write) => (isWallet(write.put) ? unconditional(write) : write)),
  },
  {
    name: 'forgetful-identity',
    what: 'an event that was recorded is not recognised when it comes again',
    table(table) {
      let count = 0;
      return rewriting(table, (write) => {
        if (write.put['type'] !== 'entry') return write;
        count += 1;
        return { ...write, put: { ...write.put, sk: `${write.put.sk}~${count}` } } as Write;
      });
    },
  },
  {
    name: 'dropped-conflict',
    what: 'a fact under the identity of another is taken for recorded, and nobody is told',
    table: (table) => ({
      get: (keys) => table.get(keys),
      query: (query) => table.query(query),
      due: (shard, untilMs, limit) => table.due(shard, untilMs, limit),
      async commit(writes) {
        const result = await table.commit(writes);
        const isConflict = !result.committed && isAnother(result.lost, result.existing);
        return isConflict ? { committed: true } : result;
      },
    }),
  },
  {
    name: 'unchecked-name',
    what: 'what is named in a map as every object has it, like constructor, is not stored',
    table: (table) => rewriting(table, (write) => ({ ...write, put: withoutKnownNames(write.put) }) as Write),
  },
  {
    name: 'torn-commit',
    what: 'a commit of several items is now and then cut off in the middle',
    table: (table, chance) => ({
      get: (keys) => table.get(keys),
      query: (query) => table.query(query),
      due: (shard, untilMs, limit) => table.due(shard, untilMs, limit),
      commit: (writes) => table.commit(writes.length > 1 && chance(0.05) ? writes.slice(0, -1) : writes),
    }),
  },
  {
    name: 'lost-timer',
    what: 'items are written without their timers',
    table: (table) =>
      rewriting(table, (write) => {
        const { dueAtMs: _, ...put } = write.put;
        return { ...write, put } as Write;
      }),
  },
  {
    name: 'ack-then-crash',
    what: 'a message is acknowledged although its function failed',
    swallowsFailures: true,
  },
  {
    name: 'frozen-stop',
    what: 'stop commands are recorded and never sent',
    loses: (topic) => /^JUY\/S2D\/\d+\/84\//.test(topic),
  },
  {
    name: 'rounded-per-slice',
    what: 'each slice of a bill is rounded, and not each line',
    table: (table) => rewriting(table, roundedPerSlice),
  },
  {
    name: 'stream-skips',
    what: 'the stream leaves out one change in a hundred',
    skips: (_change, chance) => chance(0.01),
  },
  {
    name: 'gives-up-alert',
    what: 'an alert is given up after ten attempts',
    table: (table) => rewriting(table, givenUp),
  },
  ...moneyPlants,
];

export function plantNamed(name: string): Plant {
  const found = plants.find((plant) => plant.name === name);
  if (found === undefined)
    throw new RangeError(
      `No bug is called ${name}; there are ${plants.map((plant) => plant.name).join(', ')}`,
    );
  return found;
}
