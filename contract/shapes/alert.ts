import * as z from 'zod/mini';

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
