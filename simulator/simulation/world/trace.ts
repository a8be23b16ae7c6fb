const REMEMBERED = 15;

/** What happened: the last steps in words, and all of them in one number, by which two runs are compared. */
export class Trace {
  #steps = 0;
  #hash = 0x811c9dc5;
  readonly #last: { atMs: number; label: string }[] = [];

  step(atMs: number, label: string): void {
    this.#steps += 1;
    this.#last.push({ atMs, label });
    if (this.#last.length > REMEMBERED) this.#last.shift();
    let hash = this.#hash ^ (atMs & 0xffff_ffff);
    for (let at = 0; at < label.length; at += 1) hash = Math.imul(hash ^ label.charCodeAt(at), 0x01000193);
    this.#hash = hash;
  }

  get steps(): number {
    return this.#steps;
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  last(): string[] {
    return this.#last.map(({ atMs, label }) => `${new Date(atMs).toISOString()}  ${label}`);
  }
}
