import type { Delivery, DeliveryResult } from '../../contract/shapes/alert.ts';

/** What the other side said: the HTTP status, and the code in its answer where robots hide a refusal behind 200. */
export interface DeliveryOutcome {
  readonly result: DeliveryResult;
  readonly status?: number;
  readonly code?: number;
}

export type DeliveryChannel = Delivery['channel'];

const minuteMs = 60_000;
const longestMs = 60 * minuteMs;

/** `ms`, twice as long each further time, and never longer than an hour. `times` counts from 1. */
const doubling = (ms: number, times: number) => Math.min(ms * 2 ** (times - 1), longestMs);

/** How long after an attempt in vain the next one is made. Danger to life is tried every minute, for ever. */
const retryMs = {
  life: () => minuteMs,
  urgent: (failures: number) => doubling(minuteMs, failures),
  notice: (failures: number) => doubling(minuteMs, failures),
} as const;

/** How long after it arrived an alert that nobody has answered is told again; a notice that arrived is done. */
const repeatMs = {
  life: () => 2 * minuteMs,
  urgent: (arrivals: number) => doubling(30 * minuteMs, arrivals),
  notice: () => undefined,
} as const;

/** When an alert that nobody has answered is told next; undefined: it has been told, and that is enough. */
export function nextAttemptMs(severity: keyof typeof retryMs, delivery: Delivery): number | undefined {
  const { result, failures, arrivals, atMs } = delivery;
  const waitMs = result === 'delivered' ? repeatMs[severity](arrivals) : retryMs[severity](failures);
  return waitMs === undefined ? undefined : atMs + waitMs;
}

/** The channel after one attempt more. */
export function afterAttempt(
  before: Delivery | undefined,
  channel: DeliveryChannel,
  atMs: number,
  outcome: DeliveryOutcome,
): Delivery {
  const { attempts = 0, arrivals = 0, failures = 0, failingSinceMs = atMs } = before ?? {};
  const told = { channel, attempts: attempts + 1, atMs, ...outcome };
  return outcome.result === 'delivered'
    ? { ...told, arrivals: arrivals + 1, failures: 0 }
    : { ...told, arrivals, failures: failures + 1, failingSinceMs };
}

/** So many attempts in vain in a row, some three minutes, are no mishap of the network any more. */
const downAfter = 3;

/**
 * Whether somebody has to see to the channel. An estate without a webhook is one that wanted none, and its page says so;
 * that a danger to life reaches nobody is told all the same.
 */
export function isDown(severity: keyof typeof retryMs, { failures, result }: Delivery): boolean {
  return failures >= downAfter && (result !== 'no-webhook' || severity === 'life');
}
