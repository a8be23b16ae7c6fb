import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Knows whether anything is still under way. Each part takes a token before it starts a piece of work and gives it
 * back at the end, and hands work on by taking the next token before it gives back its own: so the count only
 * reaches zero when everything that one message set off has ended.
 */
export class Activity {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Takes a token; the returned function gives it back, once. */
  begin(): () => void {
    this.#count += 1;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.#count -= 1;
      if (this.#count === 0) this.#wake();
    };
  }

  /** Keeps a token while the promise is pending, whatever becomes of it. */
  async during<T>(work: Promise<T>): Promise<T> {
    const end = this.begin();
    try {
      return await work;
    } finally {
      end();
    }
  }

  get count(): number {
    return this.#count;
  }

  /** Resolves when nothing is under way, also after one more turn of the event loop. */
  async idle(): Promise<void> {
    for (;;) {
      await nextTurn();
      if (this.#count === 0) {
        await nextTurn();
        if (this.#count === 0) return;
      }
      if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
