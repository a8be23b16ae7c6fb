import { createHmac } from 'node:crypto';
import type { Backend } from '../journal/commit.ts';
import type { Key } from '../shared/table.ts';
import { type Alert, afterDelivery } from './alert.ts';
import { parseAlert, putAlert } from './alert-store.ts';

/** A way to reach the committee. Answers `delivered`, or why not; never throws for the other side's failure. */
export type Channel = (url: string, body: string, signature: string) => Promise<string>;

/**
 * Delivers an alert to its estate's webhook and writes down what came of it, with the time of the next attempt. The
 * same alert may be delivered twice when two do this at once; it carries its id, and one record of the two wins.
 */
export async function deliverAlert(
  backend: Pick<Backend, 'table' | 'clock' | 'registry'>,
  key: Key,
  channel: Channel,
  signingKey: (estateId: string) => string,
): Promise<void> {
  const [item] = await backend.table.get([key]);
  if (item === undefined) return;
  const alert = parseAlert(item);
  if (alert.dueAtMs === undefined || alert.state !== 'open') return;
  const { committeeWebhookUrl } = await backend.registry.estate(alert.estateId);
  const body = JSON.stringify(shown(alert));
  const sign = () => createHmac('sha256', signingKey(alert.estateId)).update(body).digest('hex');
  const result =
    committeeWebhookUrl === undefined ? 'no-webhook' : await channel(committeeWebhookUrl, body, sign());
  await backend.table.commit([putAlert(afterDelivery(alert, backend.clock.now(), 'webhook', result))]);
}

/** An alert as people and other programs see it: without what the table keeps for itself. */
export function shown(alert: Alert): Omit<Alert, 'dueAtMs' | 'version'> {
  const { dueAtMs: _due, version: _version, ...rest } = alert;
  return rest;
}
