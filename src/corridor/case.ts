import * as z from 'zod/mini';

/**
 * A corridor, as its sensor sees it, and the case that is open there. From evidence to correction: the fine is for
 * those who refuse to correct (high-rise fire rules, art. 47(7)), so what is kept is when it was seen, when it had to
 * be gone, and when it was.
 */
export const corridorSchema = z.object({
  deviceId: z.string(),
  estateId: z.string(),
  state: z.enum(['clear', 'blocked', 'overdue']),
  caseId: z.optional(z.string()),
  alertId: z.optional(z.string()),
  blockedAtMs: z.optional(z.int()),
  clearedAtMs: z.optional(z.int()),
  sightings: z.int(),
  dueAtMs: z.optional(z.int()),
  version: z.optional(z.int()),
});
export type Corridor = z.infer<typeof corridorSchema>;

export type CorridorEvent = 'seen' | 'gone' | 'due';

interface Transition {
  readonly to: Corridor['state'];
  /** What has to follow, besides the new state. */
  readonly also?: 'open-case' | 'count' | 'close-case' | 'report';
}

/** The whole life of a corridor case. */
export const transitions: Readonly<Record<Corridor['state'], Readonly<Record<CorridorEvent, Transition>>>> = {
  clear: {
    seen: { to: 'blocked', also: 'open-case' },
    gone: { to: 'clear' },
    due: { to: 'clear' },
  },
  blocked: {
    seen: { to: 'blocked', also: 'count' },
    gone: { to: 'clear', also: 'close-case' },
    due: { to: 'overdue', also: 'report' },
  },
  overdue: {
    seen: { to: 'overdue', also: 'count' },
    gone: { to: 'clear', also: 'close-case' },
    due: { to: 'overdue' },
  },
};

/** How long a bike may stand before the case is reported as not corrected. */
export const correctWithinMs = 30 * 60_000;

/** Below this a sensor's sighting is kept, and nobody is called for it. */
export const leastConfidence = 0.6;
