import * as z from 'zod/mini';

/** From door-in to door-out, by one credential at one facility. */
export const staySchema = z.object({
  stayId: z.string(),
  facilityId: z.string(),
  enteredAtMs: z.int(),
  /** Sessions that were started during it, oldest first; noted only where it matters when the bike is taken away. */
  sessions: z.optional(z.array(z.object({ sessionId: z.string(), atMs: z.int() }))),
});

/** Somebody at a door, or through it, and what that did to their stay, as far as it is known. */
export const doorFacts = z.object({
  facilityId: z.optional(z.string()),
  door: z.optional(z.int()),
  direction: z.optional(z.enum(['in', 'out'])),
  credentialId: z.optional(z.string()),
  householdId: z.optional(z.string()),
  /** Why a board that decides alone refused. */
  reasonCode: z.optional(z.int()),
  passed: z.optional(
    z.object({
      outcome: z.enum(['entered', 'left', 'entered-and-left', 'left-without-entering', 'overtaken']),
      stay: z.optional(z.extend(staySchema, { leftAtMs: z.optional(z.int()) })),
      unseenLeaving: z.optional(staySchema),
    }),
  ),
});
