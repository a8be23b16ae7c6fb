import type { Key, Table } from '../../src/shared/table.ts';

/** A table on which something else happens, once, right after a read of such keys: a race that is lost for certain. */
export function interruptedAfter(
  table: Table,
  isMoment: (keys: readonly Key[]) => boolean,
  deed: () => Promise<unknown>,
): Table {
  let waiting = true;
  return {
    query: (query) => table.query(query),
    due: (shard, untilMs, limit) => table.due(shard, untilMs, limit),
    commit: (writes) => table.commit(writes),
    async get(keys) {
      const items = await table.get(keys);
      if (waiting && isMoment(keys)) {
        waiting = false;
        await deed();
      }
      return items;
    },
  };
}
