import * as z from 'zod/mini';

/** What every rule selects, whatever the device: bytes, and the broker's own word on who sent them. */
export const envelopeSchema = z.object({
  data: z.string(),
  topic: z.string().check(z.minLength(1), z.maxLength(256)),
  client: z.optional(z.string()),
  principal: z.optional(z.string()),
  receivedAtMs: z.int(),
});
export type Envelope = z.infer<typeof envelopeSchema>;
