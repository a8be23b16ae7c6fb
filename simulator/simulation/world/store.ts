import type { CommitResult, Item, Key, Table, Write } from '../../../src/shared/table.ts';
import { timerShard } from '../../../src/shared/table.ts';
import { type Change, memoryTable } from '../../../src/shared/table-memory.ts';

export type { Change };

/** Sees what one commit has changed, all of it at once. */
export type Watcher = (changes: readonly Change[]) => void;

export function keyText({ pk, sk }: Key): string {
  return `${pk}\n${sk}`;
}

/**
 * The memory engine, with what a simulation needs besides: watchers of every commit, the state at hand without a
 * read, and the timers in an index of their own, as the real table has one.
 */
export class Store implements Table {
  readonly items = new Map<string, Item>();
  readonly #timers = new Map<
    string,
    { readonly key: Key; readonly dueAtMs: number; readonly shard: number }
  >();
  readonly #watchers: Watcher[] = [];
  #changes: Change[] = [];
  readonly #inner = memoryTable((change) => this.#changes.push(change));

  watch(watcher: Watcher): void {
    this.#watchers.push(watcher);
  }

  peek(key: Key): Item | undefined {
    return this.items.get(keyText(key));
  }

  /** Every timer that is set. */
  timers(): { readonly key: Key; readonly dueAtMs: number }[] {
    return [...this.#timers.values()];
  }

  get(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    return this.#inner.get(keys);
  }

  query(query: Parameters<Table['query']>[0]): Promise<Item[]> {
    return this.#inner.query(query);
  }

  async due(shard: number, untilMs: number, limit: number): Promise<Key[]> {
    return [...this.#timers.values()]
      .filter((timer) => timer.shard === shard && timer.dueAtMs <= untilMs)
      .sort((a, b) => a.dueAtMs - b.dueAtMs)
      .slice(0, limit)
      .map(({ key }) => key);
  }

  async commit(writes: readonly Write[]): Promise<CommitResult> {
    this.#changes = [];
    const result = await this.#inner.commit(writes);
    const changes = this.#changes;
    for (const change of changes) this.#mirror(change);
    for (const watcher of this.#watchers) watcher(changes);
    return result;
  }

  #mirror({ before, after }: Change): void {
    const key = (after ?? before) as Item;
    const text = keyText(key);
    if (after === undefined) this.items.delete(text);
    else this.items.set(text, after);
    if (after?.dueAtMs === undefined) this.#timers.delete(text);
    else
      this.#timers.set(text, {
        key: { pk: key.pk, sk: key.sk },
        dueAtMs: after.dueAtMs,
        shard: timerShard(key),
      });
  }
}
