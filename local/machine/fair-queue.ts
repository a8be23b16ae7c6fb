/**
 * What waits, in lanes that take turns: however much waits in one lane, what comes in another is next but for the other
 * lanes. In AWS a function that a person waits for has more processes than one device can keep busy; here it has three.
 */
export class FairQueue<T> {
  /** In the order in which they have their turns. */
  readonly #lanes = new Map<string, T[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(lane: string, item: T): void {
    const waiting = this.#lanes.get(lane);
    if (waiting === undefined) this.#lanes.set(lane, [item]);
    else waiting.push(item);
    this.#length += 1;
  }

  shift(): T | undefined {
    const [first] = this.#lanes;
    if (first === undefined) return undefined;
    const [lane, waiting] = first;
    const item = waiting.shift();
    this.#lanes.delete(lane);
    if (waiting.length > 0) this.#lanes.set(lane, waiting);
    this.#length -= 1;
    return item;
  }
}
