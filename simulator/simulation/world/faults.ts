import type { Random } from '../../random.ts';

/**
 * How often each thing goes wrong: for one message (network), one call of the table or the broker (functions and
 * table), one sweep, one call of the committee's webhook, one stop that a person asks for, one call of a payment provider, one notice of it or all of one
 * payment, or one device and hour.
 */
const rates = {
  'message-lost': 0.015,
  'message-reordered': 0.03,
  'message-held-for-minutes': 0.004,
  'duplicate-soon': 0.03,
  'duplicate-hours-later': 0.008,
  'delivered-twice-by-cloud': 0.015,
  'late-in-lane': 0.02,
  'settlement-held-back': 0.1,
  'start-answer-late': 0.05,
  'meter-wrong': 0.15,
  'frame-broken': 0.003,
  'command-lost': 0.02,
  'command-twice': 0.03,
  'command-overtaken': 0.03,
  'crash-before-commit': 0.004,
  'crash-after-commit': 0.006,
  'crash-after-publish': 0.004,
  'function-slow': 0.08,
  'table-busy': 0.003,
  'commit-outcome-unknown': 0.006,
  'commit-timed-out': 0.003,
  'publish-failed': 0.004,
  'timer-index-behind': 0.05,
  'sweep-skipped': 0.05,
  'webhook-failed': 0.2,
  'webhook-outage': 0.25,
  'stops-lost': 0.35,
  'provider-slow': 0.08,
  'provider-silent': 0.06,
  'provider-answer-lost': 0.05,
  'notifications-lost': 0.12,
  'notification-lost': 0.1,
  'notification-late': 0.08,
  'notification-again': 0.12,
  'paid-after-closing': 0.5,
  'refund-fails': 0.2,
  'device-offline': 0.04,
  'device-power-cut': 0.02,
  'device-clock-wrong': 0.04,
  'device-counts-anew': 0.03,
} as const;

export type FaultKind = keyof typeof rates;
export const faultKinds = Object.keys(rates) as FaultKind[];

const STORM_FACTOR = 12;
/** What a bad hour of the cloud makes worse. */
const stormy = new Set<FaultKind>([
  'crash-before-commit',
  'crash-after-commit',
  'crash-after-publish',
  'table-busy',
  'commit-outcome-unknown',
  'publish-failed',
]);

/** Draws what goes wrong, and counts what did. */
export class Faults {
  readonly #random: Random;
  readonly #counts: Map<FaultKind, number>;
  /** Nothing goes wrong any more: what is under way comes to its end. */
  calm = false;
  /** The cloud has a bad time. */
  storm = false;

  constructor(random: Random, counts: Map<FaultKind, number>) {
    this.#random = random;
    this.#counts = counts;
  }

  strikes(kind: FaultKind): boolean {
    if (this.calm) return false;
    const factor = this.storm && stormy.has(kind) ? STORM_FACTOR : 1;
    if (!this.#random.chance(rates[kind] * factor)) return false;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    return true;
  }
}
