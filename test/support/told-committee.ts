import { type Alert, newAlert } from '../../src/alerts/alert.ts';
import { latestAlerts, putAlert } from '../../src/alerts/alert-store.ts';
import { deliverAlert, type Undelivered } from '../../src/alerts/deliver-alert.ts';
import type { DeliveryOutcome } from '../../src/alerts/delivery.ts';
import { type SweepSources, sweep } from '../../src/intake/sweep.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import { estateId, estateRecords, eveningMs, type TestEstate, testEstate } from './estate.ts';

export const minuteMs = 60_000;
export const refused: DeliveryOutcome = { result: 'refused', status: 503 };
export const delivered: DeliveryOutcome = { result: 'delivered', status: 200 };

/** An estate whose committee has a webhook that answers as the test says. */
export class ToldCommittee {
  readonly estate: TestEstate;
  /** When the webhook was called, in minutes since the evening began, and for which alert. */
  readonly calls: { readonly minute: number; readonly url: string; readonly alertId: string }[] = [];
  readonly undelivered: Undelivered[] = [];
  answer: () => Promise<DeliveryOutcome> = async () => delivered;

  private constructor(estate: TestEstate) {
    this.estate = estate;
  }

  static async open(): Promise<ToldCommittee> {
    const told = new ToldCommittee(await testEstate());
    await told.webhookOf(estateId, 'https://committee.example/secret-key');
    return told;
  }

  get sources(): SweepSources {
    return {
      ...this.estate.backend,
      signingKey: () => 'key',
      onUndelivered: (undelivered) => this.undelivered.push(undelivered),
      channel: (url, body) => {
        const minute = (this.estate.clockMs - eveningMs) / minuteMs;
        this.calls.push({ minute, url, alertId: JSON.parse(body).alertId });
        return this.answer();
      },
    };
  }

  get minutes(): number[] {
    return this.calls.map(({ minute }) => minute);
  }

  origin(sender: string, of = estateId) {
    const { clockMs } = this.estate;
    const request = { topic: 'api', sender, payload: new Uint8Array(), fact: sender };
    return { estateId: of, deviceId: 'api', receivedAtMs: clockMs, ...request };
  }

  /** The estate, with this address to reach its committee, or none. */
  async webhookOf(of: string, committeeWebhookUrl?: string): Promise<void> {
    const [record] = estateRecords();
    const { table } = this.estate;
    if (committeeWebhookUrl === undefined) {
      const [item] = await table.get([keys.estate(of)]);
      const put = { ...item, ...keys.estate(of), committeeWebhookUrl: undefined };
      await table.commit([{ put, when: 'always' }]);
    } else
      await provision(this.estate.backend, this.origin('o', of), { ...record, committeeWebhookUrl } as never);
  }

  /** An alert that was made just now, by a fact of this name; answers its id. */
  async alerted(severity: Alert['severity'], of = estateId, cause: string = severity): Promise<string> {
    const place = { zh: '楼道', en: 'Corridor' };
    const kind = severity === 'life' ? 'smoke' : 'corridor';
    const createdAtMs = this.estate.clockMs;
    const made = {
      estateId: of,
      kind,
      severity,
      createdAtMs,
      deviceId: 'd1',
      cause,
      place,
      text: place,
    } as const;
    const alert = newAlert(made);
    await this.estate.table.commit([putAlert(alert)]);
    return alert.alertId;
  }

  /** What the stream does with it. */
  deliver(alertId: string, table: Table = this.estate.table): Promise<void> {
    return deliverAlert({ ...this.sources, table, hanging: new Set() }, keys.alert(estateId, alertId));
  }

  async alert(alertId: string): Promise<Alert> {
    const alerts = await latestAlerts(this.estate.table, estateId, 50);
    return alerts.find((alert) => alert.alertId === alertId) as Alert;
  }

  /** A sweep each minute, for so long. */
  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      this.estate.clockMs += minuteMs;
      await sweep(this.sources);
    }
  }
}
