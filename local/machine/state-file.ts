import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * One small JSON document that survives a restart: what is in a queue, how far a stream was read. Without a state
 * directory nothing is kept. It is replaced by renaming, so that a reader never meets half a document.
 */
export class StateFile<T> {
  readonly #path: string | undefined;

  constructor(stateDir: string | undefined, name: string) {
    this.#path = stateDir === undefined ? undefined : join(stateDir, name);
  }

  read(): T | undefined {
    if (this.#path === undefined || !existsSync(this.#path)) return undefined;
    return JSON.parse(readFileSync(this.#path, 'utf8')) as T;
  }

  write(value: T): void {
    if (this.#path === undefined) return;
    mkdirSync(dirname(this.#path), { recursive: true });
    const temporary = `${this.#path}.new`;
    // Private keys and undelivered messages are kept this way: nobody else on the machine reads them.
    writeFileSync(temporary, JSON.stringify(value), { mode: 0o600 });
    renameSync(temporary, this.#path);
  }
}

/** Writes a state file soon after a change, many changes in one go, and at once when asked. */
export class LazyState<T> {
  readonly #file: StateFile<T>;
  readonly #value: () => T;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: StateFile<T>, value: () => T) {
    this.#file = file;
    this.#value = value;
  }

  changed(): void {
    this.#timer ??= setTimeout(() => this.flush(), 200).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#file.write(this.#value());
  }
}
