import * as z from 'zod/mini';
import { alertMembers, deliverySchema } from '../../contract/shapes/alert.ts';
import { digest } from '../journal/entry.ts';
import { afterAttempt, type DeliveryChannel, type DeliveryOutcome, nextAttemptMs } from './delivery.ts';

/** An alert as the table keeps it. */
export const alertSchema = z.object({
  ...alertMembers,
  /** What an older version wrote here counts as nothing known. */
  deliveries: z.catch(z.array(deliverySchema), []),
  /** When it is told next. */
  dueAtMs: z.optional(z.int()),
  version: z.optional(z.int()),
});
export type Alert = z.infer<typeof alertSchema>;

/** A new alert is told by the stream at once; the sweep looks after so long whether the stream could. */
const firstLookMs = 60_000;

export type NewAlert = Pick<
  Alert,
  'estateId' | 'kind' | 'severity' | 'createdAtMs' | 'deviceId' | 'place' | 'text'
> & {
  readonly facilityId?: string;
  /** The fact that it is about: two facts of one device in one millisecond are two alerts. */
  readonly cause: string;
};

/** A new alert is due at once: the stream delivers it now, and the sweep if the stream could not. */
export function newAlert({ cause, ...alert }: NewAlert): Alert {
  const { createdAtMs, deviceId, kind } = alert;
  return {
    ...alert,
    alertId: `${createdAtMs.toString().padStart(13, '0')}-${deviceId}-${kind}-${digest(cause).slice(0, 8)}`,
    state: 'open',
    deliveries: [],
    dueAtMs: alert.createdAtMs + firstLookMs,
  };
}

/** The alert after an attempt to deliver it: as long as nobody has answered, with the time of the next one. */
export function afterDelivery(
  alert: Alert,
  channel: DeliveryChannel,
  atMs: number,
  outcome: DeliveryOutcome,
): Alert {
  const { dueAtMs: _, deliveries, ...rest } = alert;
  const before = deliveries.find((delivery) => delivery.channel === channel);
  const delivery = afterAttempt(before, channel, atMs, outcome);
  const next = alert.state === 'open' ? nextAttemptMs(alert.severity, delivery) : undefined;
  return {
    ...rest,
    deliveries: [...deliveries.filter((other) => other !== before), delivery],
    ...(next === undefined ? {} : { dueAtMs: next }),
  };
}

export function acknowledged(alert: Alert, by: string, atMs: number): Alert {
  if (alert.state !== 'open') return alert;
  const { dueAtMs: _, ...rest } = alert;
  return { ...rest, state: 'acknowledged', acknowledgedBy: by, acknowledgedAtMs: atMs };
}

/** What it was about is over. Whoever acknowledged it stays named. */
export function over(alert: Alert, atMs: number): Alert {
  const { dueAtMs: _, ...rest } = alert;
  return { ...rest, state: 'closed', closedAtMs: atMs };
}
