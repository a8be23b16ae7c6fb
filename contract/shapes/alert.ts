import * as z from 'zod/mini';
import { nameSchema } from './name.ts';

/**
 * What came of an attempt to deliver. Only `delivered` is proved: the other side took it. Where it hung (`timed-out`) or
 * broke off (`unknown`) it may have arrived; it is tried again like what was refused or never reached anybody.
 */
export const deliveryResults = [
  'delivered',
  'refused',
  'unreachable',
  'timed-out',
  'unknown',
  'no-webhook',
] as const;

export type DeliveryResult = (typeof deliveryResults)[number];

/** What is known of an alert on one channel: its latest attempt, counts of all, and since when it fails. */
export const deliverySchema = z.object({
  channel: z.enum(['webhook']),
  attempts: z.int(),
  /** How many of them arrived. */
  arrivals: z.int(),
  /** The latest attempt, and what came of it. */
  atMs: z.int(),
  result: z.enum(deliveryResults),
  status: z.optional(z.int()),
  code: z.optional(z.int()),
  /** The first of the attempts that were made in vain since the last that arrived; absent while the channel works. */
  failingSinceMs: z.optional(z.int()),
  /** How many they are. */
  failures: z.int(),
});

export type Delivery = z.infer<typeof deliverySchema>;

/** Something that a named person has to know of, and answer for: what stands in the table as it is shown. */
export const alertMembers = {
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
};

export const alertSchema = z.object({
  ...alertMembers,
  /** What came of telling it, one for each channel; only `delivered` is proved to have arrived. */
  deliveries: z.array(deliverySchema),
  /** When it is told next; absent where that is not needed any more. */
  nextAttemptAtMs: z.optional(z.int()),
});

export type Alert = z.infer<typeof alertSchema>;
