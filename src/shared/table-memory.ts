import type { Write } from './table.ts';
import {
  type CommitResult,
  holds,
  type Item,
  type Key,
  keyOf,
  type Query,
  stored,
  type Table,
  timerShard,
} from './table.ts';

/** One change, as a stream would tell it. */
export interface Change {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

export interface MemoryTable extends Table {
  /** Every item, in key order: for checks over the whole state. */
  all(): IterableIterator<Item>;
}

/**
 * The table in memory, for simulation and fast tests. Items are copied in and out, as a network would.
 * `onChange` is called for each changed item after a commit, in the order of the writes.
 */
export function memoryTable(onChange: (change: Change) => void = () => {}): MemoryTable {
  const partitions = new Map<string, Map<string, Item>>();
  const find = (key: Key) => partitions.get(key.pk)?.get(key.sk);
  const sortKeys = (pk: string, isWanted: (sk: string) => boolean) =>
    [...(partitions.get(pk)?.keys() ?? [])].filter(isWanted).sort(byCodeUnits);

  const store = (write: Write) => {
    if ('check' in write) return;
    const key = keyOf(write);
    const before = find(key);
    const after = 'remove' in write ? undefined : structuredClone(stored(write));
    const partition = partitions.get(key.pk) ?? new Map<string, Item>();
    partitions.set(key.pk, partition);
    if (after === undefined) partition.delete(key.sk);
    else partition.set(key.sk, after);
    if (before !== undefined || after !== undefined) onChange({ before, after });
  };

  return {
    async get(keys) {
      return keys.map((key) => structuredClone(find(key)));
    },
    async query(query: Query) {
      const selected = sortKeys(query.pk, (sk) => selects(query, sk));
      if (query.newestFirst === true) selected.reverse();
      return selected.slice(0, query.limit).map((sk) => structuredClone(find({ pk: query.pk, sk }) as Item));
    },
    async due(shard, untilMs, limit) {
      const found: { key: Key; dueAtMs: number }[] = [];
      for (const partition of partitions.values()) {
        for (const { pk, sk, dueAtMs } of partition.values()) {
          if (dueAtMs !== undefined && dueAtMs <= untilMs && timerShard({ pk, sk }) === shard)
            found.push({ key: { pk, sk }, dueAtMs });
        }
      }
      return found
        .sort((a, b) => a.dueAtMs - b.dueAtMs)
        .slice(0, limit)
        .map(({ key }) => key);
    },
    async commit(writes): Promise<CommitResult> {
      for (const write of writes) {
        const existing = find(keyOf(write));
        if (!holds(write, existing))
          return { committed: false, lost: write, existing: structuredClone(existing) };
      }
      for (const write of writes) store(write);
      return { committed: true };
    },
    *all() {
      for (const pk of [...partitions.keys()].sort(byCodeUnits)) {
        for (const sk of sortKeys(pk, () => true)) yield find({ pk, sk }) as Item;
      }
    },
  };
}

function selects({ prefix, between }: Query, sk: string): boolean {
  if (between !== undefined) return sk >= between[0] && sk <= between[1];
  return prefix === undefined || sk.startsWith(prefix);
}

// DynamoDB orders sort keys by UTF-8 bytes; our keys are ASCII, for which the two orders are the same.
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
