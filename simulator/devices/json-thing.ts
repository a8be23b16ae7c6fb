import { jsonMessage, type Outgoing } from './device.ts';

export interface ThingOptions {
  readonly thing: string;
  /** Begins every message id; must differ between runs, or the cloud takes a new message for a repeated one. */
  readonly idPrefix: string;
  readonly healthEveryMs?: number;
}

/** What JSON devices have in common: topics, ids that no earlier run has used as long as it does not count anew, and signs of life. */
export class JsonThing {
  readonly name: string;
  readonly #idPrefix: string;
  readonly #healthEveryMs: number;
  #nextHealthMs = Number.POSITIVE_INFINITY;
  #count = 0;

  constructor({ thing, idPrefix, healthEveryMs = 15 * 60_000 }: ThingOptions) {
    this.name = thing;
    this.#idPrefix = idPrefix;
    this.#healthEveryMs = healthEveryMs;
  }

  get downTopics(): string {
    return `pengyou/${this.name}/down/+`;
  }

  nextId(): string {
    this.#count += 1;
    return `${this.#idPrefix}-${this.#count}`;
  }

  /** Counts again what it has counted before, as after a repair: its ids are those of earlier messages. */
  countAnew(messages: number): void {
    this.#count = Math.max(0, this.#count - messages);
  }

  say(kind: string, body: Record<string, unknown>, nowMs: number, id = this.nextId()): Outgoing {
    return jsonMessage(`pengyou/${this.name}/up/${kind}`, { id, device: this.name, atMs: nowMs, ...body });
  }

  /** That it is alive: when it comes up, and at an interval from then on. */
  health(nowMs: number): Outgoing[] {
    this.#nextHealthMs = nowMs + this.#healthEveryMs;
    return [this.say('health', {}, nowMs)];
  }

  healthIfDue(nowMs: number): Outgoing[] {
    return nowMs < this.#nextHealthMs ? [] : this.health(nowMs);
  }
}

/** The last part of a topic: what kind of message it is. */
export function kindOf(topic: string): string {
  return topic.slice(topic.lastIndexOf('/') + 1);
}
