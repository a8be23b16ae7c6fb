import type { Item, Key, Table } from './table.ts';

/** As many as a table answers at once. */
const readAtOnce = 100;

/** However many items, in the order of their keys; an absent one is undefined. */
export async function getAll(table: Table, keys: readonly Key[]): Promise<(Item | undefined)[]> {
  const found: (Item | undefined)[] = [];
  for (let from = 0; from < keys.length; from += readAtOnce)
    found.push(...(await table.get(keys.slice(from, from + readAtOnce))));
  return found;
}
