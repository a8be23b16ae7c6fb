import * as z from 'zod/mini';
import { boardsCannotShow, rolloutDetails } from '../words/words.ts';
import { tariffSchema } from './tariff.ts';

/** Where a version is in force: in facilities without one of their own, or in one. */
const placeSchema = z.object({
  facilityId: z.string(),
  /** What people call it. */
  name: z.object({ zh: z.string(), en: z.string() }),
  /** Absent: nothing is sold there yet. */
  tariffVersion: z.optional(z.string()),
  /** The next one, and from when. */
  next: z.optional(z.object({ tariffVersion: z.string(), effectiveFromMs: z.int() })),
});

export const tariffsSchema = z.object({
  /** All versions, by the moment at which they take effect. */
  tariffs: z.array(tariffSchema),
  inForce: z.array(placeSchema),
  /** A new version takes effect so long after it is saved, or later. */
  noticeMs: z.int(),
  /** When this was answered: what is in force, and what lies ahead, is so at this moment. */
  nowMs: z.int(),
});

export const rolloutStates = ['waiting', 'sent', 'accepted', 'refused', 'superseded'] as const;

/** How far a version has come on each board. */
export const rolloutSchema = z.object({
  tariffVersion: z.string(),
  boards: z.array(
    z.object({
      deviceId: z.string(),
      facilityId: z.string(),
      state: z.enum(rolloutStates),
      detail: z.optional(z.enum(rolloutDetails)),
      /** The version that is in force instead, of one that is superseded. */
      supersededBy: z.optional(z.string()),
      cannotShow: z.array(z.enum(boardsCannotShow)),
      attempts: z.int(),
      sentAtMs: z.optional(z.int()),
      acceptedAtMs: z.optional(z.int()),
      dueAtMs: z.optional(z.int()),
    }),
  ),
});

export type Place = z.infer<typeof placeSchema>;
export type Tariffs = z.infer<typeof tariffsSchema>;
export type Rollout = z.infer<typeof rolloutSchema>;
