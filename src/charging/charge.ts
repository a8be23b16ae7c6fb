import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

/** What was agreed before power: the head of every charge, and of the slot of its port while it is open. */
export const agreementSchema = z.object({
  chargeId: z.string(),
  estateId: z.string(),
  facilityId: z.string(),
  deviceId: z.string(),
  port: z.int(),
  order: z.int(),
  startedBy: z.enum(['card', 'phone', 'local']),
  authorisedAtMs: z.int(),
  /** Who pays; a charge that the board started alone was paid at the board. */
  householdId: z.optional(z.string()),
  credentialId: z.optional(z.string()),
  holdFen: z.int(),
  tariffVersion: z.string(),
  energyLimitWh: z.int(),
  /** The stay during which it was started, where there was one. */
  stayId: z.optional(z.string()),
});
export type Agreement = z.infer<typeof agreementSchema>;

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
  last: z.optional(z.object({ order: z.int(), closedAtMs: z.int() })),
  dueAtMs: z.optional(z.int()),
  version: z.optional(z.int()),
});
export type PortSlot = z.infer<typeof portSlotSchema>;

export const chargeIdOf = (deviceId: string, order: number): string => `${deviceId}-${order}`;

/** The board and the order of a charge, or undefined for text that names none. */
export function parseChargeId(chargeId: string): { deviceId: string; order: number } | undefined {
  const match = /^(\d{15})-(\d{1,10})$/.exec(chargeId);
  return match === null ? undefined : { deviceId: String(match[1]), order: Number(match[2]) };
}

/**
 * The order number for a request: derived from the request's own identity, so that the same request, decided twice,
 * names the same charge. 1 to 4,294,967,295: what boards can carry.
 */
export function orderFor(deviceId: string, identity: string): number {
  const number = createHash('sha256').update(`${deviceId} ${identity}`).digest().readUInt32BE();
  return number === 0 ? 1 : number;
}

/** Real boards' limits (two shipped firmwares, see docs/devices/board-behaviour.md): defaults, not constants of nature. */
export const limits = {
  /** Above this a port is cut; no honest meter can show more energy than this power allows. */
  portPowerW: 1100,
  /** A board ends every charge after 12 hours. */
  longestChargeMs: 12 * 3_600_000,
  /** A board that has not answered a start by then has not started. */
  startAnswerMs: 90_000,
  /** A settlement is resent for half a minute, and a board waits up to two minutes after an outage. */
  settlementGraceMs: 10 * 60_000,
  /** How long a start command may be carried out: after that the person has gone. */
  startValidMs: 30_000,
  /** A stop is never dangerous when late. */
  stopValidMs: 600_000,
} as const;
