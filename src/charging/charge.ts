import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { agreementSchema } from '../journal/facts/charge.ts';

/** A charge that is over, as far as it takes to know a late frame of it. */
const endedSchema = z.object({
  order: z.int(),
  authorisedAtMs: z.int(),
  closedAtMs: z.int(),
  /** The board has given its account: what it said after that changes nothing. */
  settled: z.optional(z.boolean()),
});
export type EndedCharge = z.infer<typeof endedSchema>;

/**
 * One port of one board: which charge has it now. It is the lock that keeps two charges off one port; everything else
 * about a charge is in its journal.
 */
export const portSlotSchema = z.object({
  deviceId: z.string(),
  port: z.int(),
  estateId: z.string(),
  facilityId: z.string(),
  open: z.optional(agreementSchema),
  /** The charge before: its order is what a stray port is stopped by. */
  last: z.optional(endedSchema),
  /** Those before it, newest first: a frame of theirs may still be on its way. */
  earlier: z.optional(z.array(endedSchema)),
  dueAtMs: z.optional(z.int()),
  version: z.optional(z.int()),
});
export type PortSlot = z.infer<typeof portSlotSchema>;

export const chargeIdOf = (deviceId: string, order: number): string => `${deviceId}-${order}`;

/** The board and the order of a charge, or undefined for text that names none. Each has one name: no zeros before. */
export function parseChargeId(chargeId: string): { deviceId: string; order: number } | undefined {
  const match = /^(\d{15})-(0|[1-9]\d{0,9})$/.exec(chargeId);
  return match === null ? undefined : { deviceId: String(match[1]), order: Number(match[2]) };
}

/**
 * The order number for a request: derived from the request's own identity, so that the same request, decided twice,
 * names the same charge. 1 to 4,294,967,295: what boards can carry. Where that is another charge's, the next attempt
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
  /** A board ends every charge after 12 hours. */
  longestChargeMs: 12 * 3_600_000,
  /** A charge starts within so long of its authorisation; a frame that puts its start later is of another charge. */
  latestStartMs: 600_000,
  /** A board that has not answered a start by then has not started. */
  startAnswerMs: 90_000,
  /** A settlement is resent for half a minute, and a board waits up to two minutes after an outage. */
  settlementGraceMs: 10 * 60_000,
  /** How long a start command may be carried out: after that the person has gone. */
  startValidMs: 30_000,
  /** A stop is never dangerous when late. */
  stopValidMs: 600_000,
  /** How long after somebody asked for the end of a charge it may go on at their cost. */
  stopGraceMs: 60_000,
} as const;

/** Until when a frame may be of a charge: as long as a board may run it, and repeat itself. */
export const lastMomentMs = (authorisedAtMs: number): number =>
  authorisedAtMs + limits.longestChargeMs + limits.settlementGraceMs;
