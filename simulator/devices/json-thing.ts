import { jsonMessage, type Outgoing } from './device.ts';

/** What the JSON dialect's devices have in common: their topics, and ids that no earlier run has used. */
export class JsonThing {
  readonly name: string;
  readonly #idPrefix: string;
  #count = 0;

  constructor(name: string, idPrefix: string) {
    this.name = name;
    this.#idPrefix = idPrefix;
  }

  get downTopics(): string {
    return `pengyou/${this.name}/down/+`;
  }

  nextId(): string {
    this.#count += 1;
    return `${this.#idPrefix}-${this.#count}`;
  }

  say(kind: string, body: Record<string, unknown>, nowMs: number, id = this.nextId()): Outgoing {
    return jsonMessage(`pengyou/${this.name}/up/${kind}`, { id, device: this.name, atMs: nowMs, ...body });
  }
}

/** The last part of a topic: what kind of message it is. */
export function kindOf(topic: string): string {
  return topic.slice(topic.lastIndexOf('/') + 1);
}
