import type { Key } from '../../src/shared/table.ts';

// Moments at which a table can be interrupted, by what is read there.

/** Something is read that is called so; a query is called as the beginning of what it asks for. */
export const looksAt = (sk: string) => (keys: readonly Key[]) => keys.some((key) => key.sk === sk);

/** Something is read whose name begins so. */
export const looksAmong = (begin: string) => (keys: readonly Key[]) =>
  keys.some((key) => key.sk.startsWith(begin));
