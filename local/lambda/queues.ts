import { createHash, randomUUID } from 'node:crypto';
import { realDelayMs, type WorldClock } from '../machine/clock.ts';
import { LazyState, StateFile } from '../machine/state-file.ts';
import { type Template, Unsupported } from '../template/template.ts';

/** A message as it lies in a queue. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentMs: number;
  receiveCount: number;
  firstReceivedMs?: number;
  /** While set, the message is with a receiver; the handle is what deletes it. */
  receipt?: string;
}

/** SQS's body checksum, which SDKs check. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** All standard queues of the template, in memory, kept on disk where there is a state directory. */
export class Queues {
  readonly all: ReadonlyMap<string, Queue>;
  readonly #state: LazyState<Record<string, QueuedMessage[]>>;

  constructor(template: Template, clock: WorldClock, stateDir: string | undefined) {
    const file = new StateFile<Record<string, QueuedMessage[]>>(stateDir, 'queues.json');
    const stored = file.read() ?? {};
    const queues = new Map<string, Queue>();
    this.all = queues;
    this.#state = new LazyState(file, () =>
      Object.fromEntries([...queues.values()].map((queue) => [queue.name, queue.contents()])),
    );
    for (const { logicalId, type, properties } of template.ofType('AWS::SQS::Queue')) {
      const name = template.names.name(logicalId);
      if (name.endsWith('.fifo')) throw new Unsupported(logicalId, type, 'FIFO queues are not supported');
      const redrive = properties.RedrivePolicy;
      const arn = template.names.arn(logicalId);
      const deadLetters = () => (redrive === undefined ? undefined : this.byArn(redrive.deadLetterTargetArn));
      const queue = new Queue(name, arn, {
        clock,
        visibilityMs: (properties.VisibilityTimeout ?? 30) * 1000,
        retentionMs: (properties.MessageRetentionPeriod ?? 345_600) * 1000,
        mostReceives: redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY,
        deadLetters,
        changed: () => this.#state.changed(),
      });
      for (const message of stored[name] ?? []) queue.put(message);
      queues.set(arn, queue);
    }
  }

  byArn(arn: string): Queue {
    const queue = this.all.get(arn);
    if (queue === undefined) throw new Error(`No queue ${arn} in the template`);
    return queue;
  }

  /** A queue by its URL, as API calls name it. */
  byUrl(url: string): Queue | undefined {
    const name = url.split('/').at(-1);
    return [...this.all.values()].find((queue) => queue.name === name);
  }

  flush(): void {
    this.#state.flush();
  }
}

interface QueueSettings {
  readonly clock: WorldClock;
  readonly visibilityMs: number;
  readonly retentionMs: number;
  readonly mostReceives: number;
  readonly deadLetters: () => Queue | undefined;
  readonly changed: () => void;
}

/** One standard queue. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly #settings: QueueSettings;
  readonly #visible: QueuedMessage[] = [];
  readonly #inFlight = new Map<string, QueuedMessage>();
  /** The event source that empties this queue, told of each message that can be received. */
  listener: (() => void) | undefined;

  constructor(name: string, arn: string, settings: QueueSettings) {
    this.name = name;
    this.arn = arn;
    this.#settings = settings;
  }

  send(body: string): QueuedMessage {
    const message = { id: randomUUID(), body, sentMs: this.#settings.clock.now(), receiveCount: 0 };
    this.put(message);
    return message;
  }

  put(message: QueuedMessage): void {
    delete message.receipt;
    this.#visible.push(message);
    this.#settings.changed();
    this.listener?.();
  }

  get length(): number {
    return this.#visible.length;
  }

  /**
   * Takes up to `most` messages. One that was received too often goes to the dead-letter queue instead. A message
   * that nobody deletes comes back after `visibilityMs` of the world's time, unless the receiver returns it itself.
   */
  receive(
    most: number,
    options: { readonly returnByTime: boolean; readonly visibilityMs?: number },
  ): QueuedMessage[] {
    const received: QueuedMessage[] = [];
    const nowMs = this.#settings.clock.now();
    while (received.length < most) {
      const message = this.#visible.shift();
      if (message === undefined) break;
      if (nowMs - message.sentMs > this.#settings.retentionMs) continue;
      if (message.receiveCount >= this.#settings.mostReceives) {
        // A receive count of its own begins there; the time of sending stays, as in SQS.
        this.#settings.deadLetters()?.put({ ...message, receiveCount: 0 });
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedMs ??= nowMs;
      const receipt = randomUUID();
      message.receipt = receipt;
      this.#inFlight.set(receipt, message);
      if (options.returnByTime)
        this.#returnLater(receipt, options.visibilityMs ?? this.#settings.visibilityMs);
      received.push(message);
    }
    this.#settings.changed();
    return received;
  }

  delete(receipt: string): void {
    this.#inFlight.delete(receipt);
    this.#settings.changed();
  }

  /** How long from now a receiver keeps a message for itself; 0 gives it back. */
  changeVisibility(receipt: string, worldMs: number): void {
    if (worldMs === 0) this.#return(receipt);
    else this.#returnLater(receipt, worldMs);
  }

  /** What a consumer did not manage becomes visible again, after the visibility timeout. Resolves when it has. */
  giveBack(receipt: string): Promise<void> {
    const delayMs = realDelayMs(this.#settings.clock, this.#settings.visibilityMs);
    return new Promise((resolve) => {
      setTimeout(() => {
        this.#return(receipt);
        resolve();
      }, delayMs).unref();
    });
  }

  /** Everything in the queue, in flight or not: what would be lost if it were not kept. */
  contents(): QueuedMessage[] {
    return [...this.#inFlight.values(), ...this.#visible];
  }

  #returnLater(receipt: string, worldMs: number): void {
    // A receiver by API is a person or a tool with real seconds; time in the world never makes it too late early.
    setTimeout(() => this.#return(receipt), worldMs).unref();
  }

  #return(receipt: string): void {
    const message = this.#inFlight.get(receipt);
    if (message === undefined) return;
    this.#inFlight.delete(receipt);
    this.put(message);
  }
}
