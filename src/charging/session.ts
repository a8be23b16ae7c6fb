import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { agreementSchema } from '../journal/facts/session.ts';

/** A session that is over, as far as it takes to know a late frame of it. */
const endedSchema = z.object({
  order: z.int(),
  authorisedAtMs: z.int(),
  closedAtMs: z.int(),
  /** The board has given its settlement: what it said after that changes nothing. */
  settled: z.optional(z.boolean()),
});
export type EndedSession = z.infer<typeof endedSchema>;

/**
 * One port of one board: which session has it now. It is the lock that keeps two sessions off one port; everything else
 * about a session is in its journal.
 */
export const portSlotSchema = z.object({
  deviceId: z.string(),
  port: z.int(),
  estateId: z.string(),
  facilityId: z.string(),
  open: z.optional(agreementSchema),
  /** The session before: its order is what a stray port is stopped by. */
  last: z.optional(endedSchema),
  /** Those before it, newest first: a frame of theirs may still be on its way. */
  earlier: z.optional(z.array(endedSchema)),
  dueAtMs: z.optional(z.int()),
  version: z.optional(z.int()),
});
export type PortSlot = z.infer<typeof portSlotSchema>;

export const sessionIdOf = (deviceId: string, order: number): string => `${deviceId}-${order}`;

/** The board and the order of a session, or undefined for text that names none. Each has one name: no zeros before. */
export function parseSessionId(sessionId: string): { deviceId: string; order: number } | undefined {
  const match = /^([A-Za-z0-9:_-]+)-(0|[1-9]\d{0,9})$/.exec(sessionId);
  return match === null ? undefined : { deviceId: String(match[1]), order: Number(match[2]) };
}

/**
 * The order number for a request: derived from the request's own identity, so that the same request, decided twice,
 * names the same session. 1 to 4,294,967,295: what boards can carry. Where that is another session's, the next attempt
 * has another number: find-order.ts.
 */
export function orderFor(deviceId: string, identity: string, attempt = 0): number {
  const text = attempt === 0 ? `${deviceId} ${identity}` : `${deviceId} ${identity} ${attempt}`;
  const number = createHash('sha256').update(text).digest().readUInt32BE();
  return number === 0 ? 1 : number;
}

/** Real boards' limits (two shipped firmwares, see docs/devices/board-behaviour.md): defaults, not constants of nature. */
export const limits = {
  /** Above this a port is cut; no honest meter can show more energy than this power allows. */
  portPowerW: 1100,
  /** A board ends every session after 12 hours. */
  longestSessionMs: 12 * 3_600_000,
  /** A session starts within so long of its authorisation; a frame that puts its start later is of another session. */
  latestStartMs: 600_000,
  /** A board that has not answered a start by then has not started. */
  startAnswerMs: 90_000,
  /** A settlement is resent for half a minute, and a board waits up to two minutes after an outage. */
  settlementGraceMs: 10 * 60_000,
  /** How long a start command may be carried out: after that the person has gone. */
  startValidMs: 30_000,
  /** A stop is never dangerous when late. */
  stopValidMs: 600_000,
  /** How long after somebody asked for the end of a session it may go on at their cost. */
  stopGraceMs: 60_000,
} as const;

/** Until when a frame may be of a session: as long as a board may run it, and repeat itself. */
export const lastMomentMs = (authorisedAtMs: number): number =>
  authorisedAtMs + limits.longestSessionMs + limits.settlementGraceMs;
