import * as z from 'zod/mini';
import { doorOutcomes } from '../words/words.ts';
import { alertSchema } from './alert.ts';
import { auditLineSchema } from './change.ts';
import { orderShownSchema } from './office.ts';
import { boardSchema, directionSchema, holdSchema } from './overview.ts';
import { refusalSchema } from './refusal.ts';
import { sessionSummarySchema } from './session.ts';
import { noticeSchema } from './wallet.ts';

const door = { facilityId: z.string(), deviceId: z.string(), door: z.int(), atMs: z.int() };

/** What is said over MQTT while it happens, by the last part of its topic `live/<estate>/<kind>`. */
export const liveSchemas = {
  /** Every port of a board; `lastSeenAtMs` is when the board was last heard, which may be long before. */
  ports: z.extend(z.pick(boardSchema, { deviceId: true, ports: true }), {
    facilityId: z.string(),
    atMs: z.int(),
    lastSeenAtMs: z.optional(z.int()),
  }),
  /** Somebody at a door, with an outcome; or what the door was told for an evacuation, `null` when that is over. */
  doors: z.object({
    ...door,
    direction: z.optional(directionSchema),
    outcome: z.optional(z.enum(doorOutcomes)),
    reason: z.optional(z.string()),
    hold: z.optional(z.nullable(holdSchema)),
  }),
  alerts: alertSchema,
  sessions: sessionSummarySchema,
  /** `more`: of those that are only counted, how many are news. */
  refusals: z.extend(refusalSchema, { more: z.optional(z.int()) }),
  /** A device has said that it is there. */
  devices: z.object({ deviceId: z.string(), atMs: z.int() }),
  /** How many are inside. */
  stays: z.object({ facilityId: z.string(), inside: z.int() }),
  office: orderShownSchema,
  settings: auditLineSchema,
} as const;

/** What a household hears on a topic of its own, `live/<estate>/household-<household>`. */
export const householdMessageSchema = z.object({ notice: z.omit(noticeSchema, { version: true }) });

export type LiveKind = keyof typeof liveSchemas;
export type LiveBody<Kind extends LiveKind> = z.infer<(typeof liveSchemas)[Kind]>;
export type HouseholdMessage = z.infer<typeof householdMessageSchema>;
