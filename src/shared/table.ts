/**
 * The one table, as everything above sees it: get, query, commit. Two engines pass the same contract tests:
 * DynamoDB (table-dynamodb.ts) and memory (table-memory.ts).
 */
export interface Table {
  /** Strongly consistent. The answer has the order of the keys; an absent item is undefined. At most 100 keys. */
  get(keys: readonly Key[]): Promise<(Item | undefined)[]>;
  /** Strongly consistent, by sort key, within one partition. */
  query(query: Query): Promise<Item[]>;
  /** Keys of the items whose timer is due, soonest first: eventually consistent, so the caller reads the item again. */
  due(shard: number, untilMs: number, limit: number): Promise<Key[]>;
  /**
   * All of the writes or none. Answers `lost` with the first write whose condition did not hold, and the item that
   * stood in its way. Throws DomainError `table-busy` when the store asks for patience. The outcome of a commit that
   * throws is unknown, and the caller repeats it with the same identities.
   *
   * A single write that says to the letter what stands there may be told as committed, though another has written that:
   * after a lost answer nobody can tell the two apart. Who must know that it was they writes something of their own, as
   * the journal does with its seals, of which no two are alike.
   */
  commit(writes: readonly Write[]): Promise<CommitResult>;
}

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Plain data. `version` is kept by the table; the other three names have a meaning to it. */
export type Item = Key & {
  readonly version?: number | undefined;
  /** The timer: when the sweep looks at this item next. Absent: never. */
  readonly dueAtMs?: number | undefined;
  /** When the item may be forgotten, in seconds since 1970. Absent: never. */
  readonly expiresAtS?: number | undefined;
} & { readonly [attribute: string]: unknown };

export interface Query {
  readonly pk: string;
  readonly prefix?: string;
  /** Inclusive bounds, instead of a prefix. */
  readonly between?: readonly [string, string];
  readonly newestFirst?: boolean;
  /** Without a limit the whole range is read, page by page. */
  readonly limit?: number;
}

/** One write and the state it was decided on. */
export type Write =
  | { readonly put: Item; readonly when: 'absent' | 'always' }
  /** The item was read with this version; undefined: it was absent; none: it was there, and had never been counted. */
  | { readonly put: Item; readonly when: { readonly version: number | 'none' | undefined } }
  /** Only the newest matters: written unless what is there has an `atMs` as late or later. */
  | { readonly put: Item & { readonly atMs: number }; readonly when: 'newest' }
  | { readonly remove: Key }
  /** Writes nothing: the commit happens only if this item still is what was decided on. */
  | { readonly check: Key; readonly when: { readonly version: number | undefined } };

export type CommitResult =
  | { readonly committed: true }
  | { readonly committed: false; readonly lost: Write; readonly existing: Item | undefined };

/** Timers are spread over this many partitions of the index, so that no minute is a hot one. */
export const timerShards = 4;

/** The shard of an item's timer: from its key alone, so that it never has to be stored or guessed. */
export function timerShard(key: Key): number {
  let sum = 0;
  for (const character of key.pk + key.sk) sum = (sum * 31 + character.charCodeAt(0)) >>> 0;
  return sum % timerShards;
}

/** The item as it is stored by this write: the version is the table's to count. */
export function stored(write: Extract<Write, { put: Item }>): Item {
  if (typeof write.when !== 'object') return write.put;
  const { version } = write.when;
  return { ...write.put, version: typeof version === 'number' ? version + 1 : 1 };
}

/** The item that a write is about. */
export function keyOf(write: Write): Key {
  return 'put' in write ? write.put : 'remove' in write ? write.remove : write.check;
}

/** Whether the write may happen over what stands there now. */
export function holds(write: Write, existing: Item | undefined): boolean {
  if ('remove' in write || write.when === 'always') return true;
  if ('check' in write) return isAt(existing, write.when.version);
  if (write.when === 'absent') return existing === undefined;
  if (write.when === 'newest')
    return existing === undefined || Number(existing['atMs']) < Number(write.put['atMs']);
  return isAt(existing, write.when.version);
}

function isAt(existing: Item | undefined, version: number | 'none' | undefined): boolean {
  if (version === 'none') return existing !== undefined && existing.version === undefined;
  return version === undefined ? existing === undefined : existing?.version === version;
}
