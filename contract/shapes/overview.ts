import * as z from 'zod/mini';
import { doorOutcomes } from '../words/words.ts';
import { nameSchema } from './name.ts';

export const directionSchema = z.enum(['in', 'out', 'both']);

/** When a device was last heard, by our clock, and from how much silence on it counts as away. Never heard: no time. */
export const reachabilitySchema = z.object({
  lastSeenAtMs: z.optional(z.int()),
  silentAfterMs: z.int(),
  online: z.boolean(),
});

/**
 * How many bikes are inside, as far as anybody counts them. `not-counted`: no pair of entrance and exit tells who
 * passes, so that no number would be true. `last-known`: a door that counts is away, and since then nobody knows;
 * without a time it was never known, because such a door was never heard.
 */
export const occupancySchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('not-counted') }),
  z.object({ state: z.literal('counted'), inside: z.int() }),
  z.object({ state: z.literal('last-known'), inside: z.int(), asOfMs: z.optional(z.int()) }),
]);

/**
 * All that a port can be shown as. `idle` alone is free, and only on a board that is there: `in-use` is a port that
 * somebody started at the board, or nobody knows who; `unknown` is one of which nothing certain is known.
 */
export const portStateSchema = z.enum([
  'idle',
  'starting',
  'charging',
  'in-use',
  'fuse-blown',
  'relay-stuck',
  'disabled',
  'unknown',
]);

export const portSchema = z.object({
  port: z.int(),
  state: portStateSchema,
  /** It was so when the board was last heard, which is away now. */
  asOfMs: z.optional(z.int()),
  sessionId: z.optional(z.string()),
  powerW: z.optional(z.number()),
  energyWh: z.optional(z.number()),
  chargingS: z.optional(z.number()),
});

export const boardSchema = z.extend(reachabilitySchema, { deviceId: z.string(), ports: z.array(portSchema) });

/** How far a door has done what it was told: `unanswered` from a minute after the asking on. */
export const holdStateSchema = z.enum(['asked', 'confirmed', 'unanswered', 'failed']);

/** What a door was told for an evacuation, or after one; it is so only where the door has confirmed it. */
export const holdSchema = z.object({
  wanted: z.enum(['open', 'by-card']),
  state: holdStateSchema,
  askedAtMs: z.int(),
  /** When it confirmed, or said that it did not do it. */
  answeredAtMs: z.optional(z.int()),
});

export const doorSchema = z.extend(reachabilitySchema, {
  deviceId: z.string(),
  door: z.int(),
  /** The device whose silence is its silence: a reader itself, or the gateway of its board. */
  heardBy: z.string(),
  name: nameSchema,
  direction: directionSchema,
  hold: z.optional(holdSchema),
  last: z.optional(
    z.object({ atMs: z.int(), outcome: z.enum(doorOutcomes), reason: z.optional(z.string()) }),
  ),
});

export const facilityViewSchema = z.object({
  facilityId: z.string(),
  kind: z.enum(['shed', 'garage']),
  name: nameSchema,
  bays: z.int(),
  alarm: z.boolean(),
  occupancy: occupancySchema,
  boards: z.array(boardSchema),
  doors: z.array(doorSchema),
});

/** A device that is neither a board nor a door: a sensor, or a gateway by which door boards are heard. */
export const watcherSchema = z.extend(reachabilitySchema, {
  deviceId: z.string(),
  kind: z.enum(['bay', 'smoke', 'corridor', 'gate', 'door-gateway']),
  place: z.optional(nameSchema),
});

export const estateSchema = z.object({ estateId: z.string(), name: nameSchema, timeZone: z.string() });

export const overviewSchema = z.object({
  estate: estateSchema,
  /** The server's clock: what is told here is so at this moment. */
  nowMs: z.int(),
  facilities: z.array(facilityViewSchema),
  sensors: z.array(watcherSchema),
});

export type Overview = z.infer<typeof overviewSchema>;
export type Estate = z.infer<typeof estateSchema>;
export type Facility = z.infer<typeof facilityViewSchema>;
export type Board = z.infer<typeof boardSchema>;
export type Port = z.infer<typeof portSchema>;
export type Door = z.infer<typeof doorSchema>;
export type Occupancy = z.infer<typeof occupancySchema>;
export type Sensor = z.infer<typeof watcherSchema>;
