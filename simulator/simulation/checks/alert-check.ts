import type { Alert } from '../../../src/alerts/alert.ts';
import { parseAlert } from '../../../src/alerts/alert-store.ts';
import type { Committee } from '../world/committee.ts';
import type { Schedule } from '../world/schedule.ts';
import type { Change } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

const MINUTE_MS = 60_000;

/** Longer than any alert may stay untold: what the rules promise, and as long again for sweeps that are skipped or die. */
const silentForMs = { life: 20 * MINUTE_MS, urgent: 80 * MINUTE_MS, notice: 80 * MINUTE_MS } as const;

/**
 * Whatever becomes of its deliveries, an alert that nobody has answered has a next one, in time, until it is known to
 * have arrived; what is more than a notice has one even then.
 */
export class AlertCheck {
  readonly #verdict: Verdict;
  readonly #committee: Committee;
  readonly #schedule: Schedule;
  readonly #open = new Map<string, Alert>();

  constructor(verdict: Verdict, committee: Committee, schedule: Schedule) {
    this.#verdict = verdict;
    this.#committee = committee;
    this.#schedule = schedule;
  }

  see(changes: readonly Change[]): void {
    for (const { after } of changes) {
      if (after?.['type'] !== 'alert') continue;
      const alert = parseAlert(after);
      if (this.#isOwed(alert)) this.#open.set(alert.alertId, alert);
      else this.#open.delete(alert.alertId);
      if (this.#isOwed(alert) && alert.dueAtMs === undefined)
        this.#verdict.breach('I10', `The alert ${alert.alertId} is open and will never be told again`);
    }
  }

  look(): void {
    for (const { alertId, severity, createdAtMs } of this.#open.values()) {
      const silentMs = this.#schedule.now() - (this.#committee.told(alertId)?.atMs ?? createdAtMs);
      if (silentMs > silentForMs[severity])
        this.#verdict.breach('I10', `The open alert ${alertId} was not told for ${silentMs / MINUTE_MS} min`);
    }
  }

  #isOwed({ alertId, state, severity, deliveries }: Alert): boolean {
    const isKnown = deliveries.some(({ result }) => result === 'delivered');
    const arrived = isKnown && this.#committee.told(alertId)?.arrived === true;
    return state === 'open' && (severity !== 'notice' || !arrived);
  }
}
