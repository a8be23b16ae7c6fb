import type { Random } from '../../random.ts';
import type { Trace } from './trace.ts';

interface Planned {
  readonly atMs: number;
  /** Drawn from the seed: in what order things of one moment happen. */
  readonly turn: number;
  readonly label: string;
  readonly act: () => unknown;
  readonly routine: boolean;
}

/**
 * Virtual time. One thing happens after the other, in an order that the seed draws where the moment is the same; every
 * promise that a step has settled has run on before the next step, so a run is the same on every machine.
 */
export class Schedule {
  readonly #random: Random;
  readonly #trace: Trace;
  readonly #heap: Planned[] = [];
  #nowMs: number;
  #work = 0;

  constructor(startMs: number, random: Random, trace: Trace) {
    this.#nowMs = startMs;
    this.#random = random;
    this.#trace = trace;
  }

  now(): number {
    return this.#nowMs;
  }

  /** How many things are planned that are not routine: at zero the world is at rest. */
  get work(): number {
    return this.#work;
  }

  after(delayMs: number, label: string, act: () => unknown): void {
    this.#plan(delayMs, label, act, false);
  }

  /** What happens for ever, like the ticking of devices: the world is at rest although it is planned. */
  routinely(delayMs: number, label: string, act: () => unknown): void {
    this.#plan(delayMs, label, act, true);
  }

  /** What is planned besides routine, soonest first, for whoever asks why there is no rest. */
  planned(): string[] {
    return this.#heap
      .filter(({ routine }) => !routine)
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ atMs, label }) => `${new Date(atMs).toISOString()} ${label}`);
  }

  sleep(delayMs: number, label: string): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, label, resolve));
  }

  async step(): Promise<void> {
    const next = pop(this.#heap);
    if (next === undefined) throw new Error('Nothing is planned any more');
    this.#nowMs = next.atMs;
    if (next.label !== '') this.#trace.step(next.atMs, next.label);
    await next.act();
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (!next.routine) this.#work -= 1;
  }

  #plan(delayMs: number, label: string, act: () => unknown, routine: boolean): void {
    const atMs = this.#nowMs + Math.max(0, Math.round(delayMs));
    if (!routine) this.#work += 1;
    push(this.#heap, { atMs, turn: this.#random.int(0, 0x7fff_ffff), label, act, routine });
  }
}

function before(a: Planned, b: Planned): boolean {
  return a.atMs !== b.atMs ? a.atMs < b.atMs : a.turn < b.turn;
}

function push(heap: Planned[], item: Planned): void {
  let at = heap.length;
  heap.push(item);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Planned;
    if (!before(item, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = item;
}

function pop(heap: Planned[]): Planned | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1] as Planned, heap[child] as Planned)) child += 1;
    const below = heap[child] as Planned;
    if (!before(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
  return first;
}
