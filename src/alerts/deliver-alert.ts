import { createHmac } from 'node:crypto';
import type { Alert as AlertShown, Delivery } from '../../contract/shapes/alert.ts';
import type { Backend } from '../journal/commit.ts';
import { DomainError } from '../shared/errors.ts';
import type { Key } from '../shared/table.ts';
import { type Alert, afterDelivery } from './alert.ts';
import { parseAlert, putAlert } from './alert-store.ts';
import { type DeliveryOutcome, isDown } from './delivery.ts';

/** A way to reach the committee. Says what came of it; never throws for the other side's failure. */
export type Channel = (url: string, body: string, signature: string) => Promise<DeliveryOutcome>;

/** An alert that did not arrive, in words for a log: no address, because robots carry their key in it. */
export interface Undelivered extends Omit<Delivery, 'arrivals' | 'atMs'> {
  readonly estateId: string;
  readonly alertId: string;
  readonly severity: Alert['severity'];
  /** It has failed for so long that somebody has to see to it. */
  readonly isDown: boolean;
}

export interface DeliverySources extends Pick<Backend, 'table' | 'clock' | 'registry'> {
  readonly channel: Channel;
  readonly signingKey: (estateId: string) => string;
  readonly onUndelivered: (undelivered: Undelivered) => void;
  /**
   * Addresses that have hung since this run of the function began. What is no danger to life does not wait for them
   * again, but for the next run: else a hundred alerts of one estate would wait for five seconds each.
   */
  readonly hanging: Set<string>;
}

/**
 * Delivers an alert that is due, or new, to its estate's webhook and writes down what came of it, with the time of the
 * next attempt. The same alert may be delivered twice when two do this at once; it carries its id, and both attempts are
 * counted. Somebody may answer for it meanwhile: then the attempt is written down, and there is no next one.
 */
export async function deliverAlert(sources: DeliverySources, key: Key): Promise<void> {
  const { table, clock, registry } = sources;
  const [item] = await table.get([key]);
  if (item === undefined) return;
  const alert = parseAlert(item);
  const isNew = alert.deliveries.length === 0;
  if (alert.state !== 'open' || alert.dueAtMs === undefined) return;
  if (!isNew && alert.dueAtMs > clock.now()) return;
  const { committeeWebhookUrl } = await registry.estate(alert.estateId);
  if (sources.hanging.has(committeeWebhookUrl ?? '') && alert.severity !== 'life') return;
  const outcome =
    committeeWebhookUrl === undefined
      ? ({ result: 'no-webhook' } as const)
      : await call(sources, committeeWebhookUrl, alert);
  const after = await writeDown(sources, alert, outcome);
  const { arrivals: _arrivals, atMs: _at, ...delivery } = after;
  if (after.result === 'delivered') return;
  const { estateId, alertId, severity } = alert;
  sources.onUndelivered({ estateId, alertId, severity, ...delivery, isDown: isDown(severity, after) });
}

async function call(sources: DeliverySources, url: string, alert: Alert): Promise<DeliveryOutcome> {
  const { hanging, channel, signingKey } = sources;
  const body = JSON.stringify(shown(alert));
  const signature = createHmac('sha256', signingKey(alert.estateId)).update(body).digest('hex');
  const outcome = await channel(url, body, signature);
  if (outcome.result === 'timed-out') hanging.add(url);
  return outcome;
}

const attemptLimit = 5;

/** What came of it is written on the alert as it is by then. Throws `lost-race`: the alert is still due. */
async function writeDown(
  { table, clock }: DeliverySources,
  delivered: Alert,
  outcome: DeliveryOutcome,
): Promise<Delivery> {
  let alert = delivered;
  for (let attempt = 1; attempt <= attemptLimit; attempt += 1) {
    const after = afterDelivery(alert, 'webhook', clock.now(), outcome);
    const result = await table.commit([putAlert(after)]);
    if (result.committed) return after.deliveries.at(-1) as Delivery;
    if (result.existing === undefined) break;
    alert = parseAlert(result.existing);
  }
  throw new DomainError('lost-race', `What came of ${delivered.alertId} could not be written down`);
}

/** An alert as people and other programs see it: without what the table keeps for itself. */
export function shown(alert: Alert): AlertShown {
  const { dueAtMs, version: _version, ...rest } = alert;
  return { ...rest, ...(dueAtMs === undefined ? {} : { nextAttemptAtMs: dueAtMs }) };
}
