import { setTimeout as sleep } from 'node:timers/promises';
import { realDelayMs, type WorldClock } from '../machine/clock.ts';
import type { Told } from './message.ts';

/** What becomes of the notifications that follow, and how the providers behave. */
export interface Faults {
  /** World milliseconds until a notification is sent. */
  readonly delayMs: number;
  /** How often each is sent. */
  readonly times: number;
  /** Whether what was not taken is told again. */
  readonly again: boolean;
  /** Nobody is told anything. */
  readonly lose: boolean;
  /** `signature`: by another key; `amount`, `merchant`, `currency`: signed, and wrong; `time`: ten minutes old. */
  readonly forge?: 'signature' | 'amount' | 'merchant' | 'currency' | 'time' | undefined;
  /** What Alipay calls the charset of its notifications: `GBK`, as some merchants have set it, or another; else `utf-8`. */
  readonly charset?: string | undefined;
  /** Every call is answered with 500. */
  readonly down: boolean;
  /** What becomes of a refund: `hang` until it is finished by hand. */
  readonly refunds: 'succeed' | 'fail' | 'hang';
}

export const noFaults: Faults = {
  delayMs: 0,
  times: 1,
  again: true,
  lose: false,
  down: false,
  refunds: 'succeed',
};

/** One attempt to tell, and what was answered. */
export interface Delivery {
  readonly orderId: string;
  readonly status: number;
  readonly answer: string;
}

/** WeChat Pay: 15 s, 15 s, 30 s, 3 min, 10 min … */
const RETRY_AFTER_MS = [15_000, 15_000, 30_000, 180_000, 600_000];
const LONGEST_REAL_DELAY_MS = 15_000;
const ANSWER_WITHIN_MS = 5_000;

/** Tells merchants, again until they have taken it. */
export class Notifications {
  readonly deliveries: Delivery[] = [];
  readonly #clock: WorldClock;
  readonly #stopped = new AbortController();
  readonly #waiting = new Set<Promise<void>>();
  readonly #telling = new Set<Promise<void>>();

  constructor(clock: WorldClock) {
    this.#clock = clock;
  }

  /** Resolves when it was first told, as often as it should be; what was not taken is told again later. */
  tell(orderId: string, notification: (atMs: number) => Told, faults: Faults): Promise<void> {
    const told = this.#tell(orderId, notification, faults);
    track(this.#telling, told);
    return told;
  }

  /** Resolves when nobody is being told anything; what is delayed does not count. */
  async idle(): Promise<void> {
    while (this.#telling.size > 0) await Promise.all(this.#telling);
  }

  async #tell(orderId: string, notification: (atMs: number) => Told, faults: Faults): Promise<void> {
    if (faults.lose) return;
    if (faults.delayMs > 0) {
      this.#later(faults.delayMs, () => this.tell(orderId, notification, { ...faults, delayMs: 0 }));
      return;
    }
    const taken: boolean[] = [];
    for (let time = 1; time <= faults.times; time += 1)
      taken.push(await this.#deliver(orderId, notification(this.#clock.now())));
    if (faults.again && !taken.includes(true)) this.#again(orderId, notification, 0);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all([...this.#waiting, ...this.#telling]);
  }

  #again(orderId: string, notification: (atMs: number) => Told, attempt: number): void {
    const wait = RETRY_AFTER_MS[attempt];
    if (wait === undefined) return;
    this.#later(wait, async () => {
      const taken = await this.#deliver(orderId, notification(this.#clock.now()));
      if (!taken) this.#again(orderId, notification, attempt + 1);
    });
  }

  #later(worldMs: number, deed: () => Promise<void>): void {
    const { signal } = this.#stopped;
    const wait = realDelayMs(this.#clock, worldMs, LONGEST_REAL_DELAY_MS);
    const done = sleep(wait, undefined, { signal, ref: false }).then(deed, () => {});
    track(this.#waiting, done);
  }

  async #deliver(orderId: string, { url, headers, body }: Told): Promise<boolean> {
    if (this.#stopped.signal.aborted) return false;
    try {
      const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
      const response = await fetch(url, { method: 'POST', headers, body, signal });
      const answer = await response.text();
      this.deliveries.push({ orderId, status: response.status, answer });
      return response.ok && answer !== 'failure';
    } catch (error) {
      this.deliveries.push({ orderId, status: 0, answer: String(error) });
      return false;
    }
  }
}

function track(set: Set<Promise<void>>, promise: Promise<void>): void {
  set.add(promise);
  void promise.finally(() => set.delete(promise));
}
