import type { Key, Table } from '../../src/shared/table.ts';

/**
 * A table on which something else happens, once, right after a read of such keys: a race that is lost for certain. The
 * moment is told by the sort key of one of them, or by all that is read. A query is known by its partition and the
 * beginning of what it asks for.
 */
export function interruptedAfter(
  table: Table,
  moment: string | ((keys: readonly Key[]) => boolean),
  deed: () => Promise<unknown>,
): Table {
  let waiting = true;
  const isMoment =
    typeof moment === 'function' ? moment : (keys: readonly Key[]) => keys.some(({ sk }) => sk === moment);
  async function after<T>(keys: readonly Key[], read: Promise<T>): Promise<T> {
    const answer = await read;
    if (waiting && isMoment(keys)) {
      waiting = false;
      await deed();
    }
    return answer;
  }
  return {
    get: (keys) => after(keys, table.get(keys)),
    query: (query) =>
      after([{ pk: query.pk, sk: query.prefix ?? query.between?.[0] ?? '' }], table.query(query)),
    due: (shard, untilMs, limit) => table.due(shard, untilMs, limit),
    commit: (writes) => table.commit(writes),
  };
}
