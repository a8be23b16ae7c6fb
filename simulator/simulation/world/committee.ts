import type { Channel } from '../../../src/alerts/deliver-alert.ts';
import type { DeliveryOutcome } from '../../../src/alerts/delivery.ts';
import type { Random } from '../../random.ts';
import type { Faults } from './faults.ts';
import type { Schedule } from './schedule.ts';

interface CommitteeParts {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly random: Random;
}

const MINUTE_MS = 60_000;

const failures: readonly DeliveryOutcome[] = [
  { result: 'refused', status: 500 },
  { result: 'refused', status: 200, code: 45009 },
  { result: 'unreachable' },
  { result: 'timed-out' },
  { result: 'unknown' },
];

/** The committee's webhook, and what it has been told in truth: a call may fail, and for hours all of them may. */
export class Committee {
  readonly #parts: CommitteeParts;
  readonly #calls = new Map<string, { atMs: number; arrived: boolean }>();
  #downUntilMs = 0;

  constructor(parts: CommitteeParts) {
    this.#parts = parts;
  }

  /** How the functions reach it. */
  get sources() {
    return { channel: this.#channel, signingKey: () => 'key', onUndelivered: () => {} };
  }

  /** When it was last called for an alert, and whether one of the calls has arrived. */
  told(alertId: string): { readonly atMs: number; readonly arrived: boolean } | undefined {
    return this.#calls.get(alertId);
  }

  readonly #channel: Channel = async (_url, body) => {
    const { schedule, faults, random } = this.#parts;
    const { alertId } = JSON.parse(body);
    const nowMs = schedule.now();
    if (faults.calm) this.#downUntilMs = nowMs;
    if (nowMs >= this.#downUntilMs && faults.strikes('webhook-outage'))
      this.#downUntilMs = nowMs + random.int(5, 8 * 60) * MINUTE_MS;
    const fails = nowMs < this.#downUntilMs || faults.strikes('webhook-failed');
    const arrived = !fails || this.told(alertId)?.arrived === true;
    this.#calls.set(alertId, { atMs: nowMs, arrived });
    return fails ? random.pick(failures) : { result: 'delivered' };
  };
}
