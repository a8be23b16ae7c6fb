import * as z from 'zod/mini';

/** Something that a device or a person was refused. */
export const refusalSchema = z.object({
  atMs: z.int(),
  deviceId: z.string(),
  topic: z.string(),
  /** A `RefusalReason` (words.ts), or what it was called when it was refused: refusals are kept for weeks. */
  reason: z.string(),
  detail: z.optional(z.string()),
  /** Of those that are only counted: how many there were today. It is told of the newest. */
  count: z.optional(z.int()),
});

export const refusalsSchema = z.object({
  /** How many today, by reason. */
  today: z.record(z.string(), z.int()),
  /** Only the newest were counted: there were as many, and more. */
  atLeast: z.boolean(),
  latest: z.array(refusalSchema),
});

export type Refusals = z.infer<typeof refusalsSchema>;
