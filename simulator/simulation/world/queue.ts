import type { Envelope } from '../../../src/devices/envelope.ts';
import type { Backend } from '../../../src/journal/commit.ts';
import type { Functions } from './functions.ts';
import type { Schedule } from './schedule.ts';

/** Something that was given up after all its attempts, and waits for an operator to give it back. */
export interface DeadLetter {
  readonly what: string;
  readonly error: unknown;
  redrive(): void;
}

interface QueueParts {
  readonly schedule: Schedule;
  readonly functions: Functions;
  readonly take: (backend: Backend, envelope: Envelope) => Promise<void>;
  readonly onDone: (envelope: Envelope) => void;
  readonly onDead: (envelope: Envelope, error: unknown) => void;
  readonly swallowsFailures: boolean;
}

interface Waiting {
  readonly envelope: Envelope;
  received: number;
}

const BATCH = 10;
const POLLERS = 3;
const VISIBILITY_MS = 180_000;
const RECEIVE_LIMIT = 5;

/** The bulk lane: a queue that feeds a function in batches; what failed comes back, and is given up in the end. */
export class Queue {
  readonly #parts: QueueParts;
  #waiting: Waiting[] = [];
  #polling = 0;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  push(envelope: Envelope): void {
    this.#enqueue({ envelope, received: 0 });
  }

  #enqueue(message: Waiting): void {
    this.#waiting.push(message);
    if (this.#polling < POLLERS) void this.#poll();
  }

  async #poll(): Promise<void> {
    this.#polling += 1;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      for (const message of batch) message.received += 1;
      const failures = new Map<Waiting, unknown>();
      const outcome = await this.#parts.functions.invoke('on-telemetry', async (backend) => {
        for (const message of batch) {
          try {
            await this.#parts.take(backend, message.envelope);
          } catch (error) {
            failures.set(message, error);
          }
        }
      });
      for (const message of batch) {
        const failed = !outcome.ok || failures.has(message);
        if (!failed || this.#parts.swallowsFailures) this.#parts.onDone(message.envelope);
        else this.#comeBack(message, outcome.ok ? failures.get(message) : outcome.error);
      }
    }
    this.#polling -= 1;
  }

  #comeBack(message: Waiting, error: unknown): void {
    const { envelope, received } = message;
    if (received >= RECEIVE_LIMIT) this.#parts.onDead(envelope, error);
    else
      this.#parts.schedule.after(VISIBILITY_MS, `the queue delivers again ${envelope.topic}`, () =>
        this.#enqueue(message),
      );
  }
}
