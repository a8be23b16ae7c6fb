import * as z from 'zod/mini';
import { nameSchema } from '../estate/device.ts';
import { digest } from '../journal/entry.ts';

/** Something that a named person has to know of, and answer for. */
export const alertSchema = z.object({
  alertId: z.string(),
  estateId: z.string(),
  kind: z.enum(['corridor', 'corridor-overdue', 'smoke', 'fire-input', 'door']),
  severity: z.enum(['notice', 'urgent', 'life']),
  createdAtMs: z.int(),
  deviceId: z.string(),
  facilityId: z.optional(z.string()),
  place: nameSchema,
  text: nameSchema,
  state: z.enum(['open', 'acknowledged', 'closed']),
  acknowledgedBy: z.optional(z.string()),
  acknowledgedAtMs: z.optional(z.int()),
  closedAtMs: z.optional(z.int()),
  deliveries: z.array(z.object({ channel: z.string(), atMs: z.int(), result: z.string() })),
  dueAtMs: z.optional(z.int()),
  version: z.optional(z.int()),
});
export type Alert = z.infer<typeof alertSchema>;

/** How long after an attempt that failed the next one is made. */
const retryMs = 60_000;

/** How long an alert may stay unanswered before it is sent again; a notice is sent once. */
const answerWithinMs: Readonly<Record<Alert['severity'], number | undefined>> = {
  life: 120_000,
  urgent: 30 * 60_000,
  notice: undefined,
};

/**
 * How often an alert is delivered, or tried in vain, before the committee has to be reached in another way. Danger to
 * life is told until a named person answers, however long that takes.
 */
const sendLimit: Readonly<Record<Alert['severity'], number>> = {
  life: Number.POSITIVE_INFINITY,
  urgent: 10,
  notice: 10,
};

/** Of a list that grows with every attempt, the latest are kept. */
const deliveriesKept = 50;

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
    dueAtMs: alert.createdAtMs + retryMs,
  };
}

/** The alert after an attempt to deliver it, with the time of the next one where there has to be one. */
export function afterDelivery(alert: Alert, atMs: number, channel: string, result: string): Alert {
  const { dueAtMs: _, ...rest } = alert;
  const deliveries = [...alert.deliveries, { channel, atMs, result }].slice(-deliveriesKept);
  const waitMs = result === 'delivered' ? answerWithinMs[alert.severity] : retryMs;
  const again =
    alert.state === 'open' && waitMs !== undefined && deliveries.length < sendLimit[alert.severity];
  return { ...rest, deliveries, ...(again ? { dueAtMs: atMs + waitMs } : {}) };
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
