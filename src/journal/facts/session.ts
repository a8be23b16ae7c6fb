import * as z from 'zod/mini';
import { type Remark, receiptSchema } from '../../../contract/shapes/receipt.ts';
import { starters } from '../../../contract/words/words.ts';

/** What was agreed before power: the head of every session, and of the slot of its port while it is open. */
export const agreementSchema = z.object({
  sessionId: z.string(),
  estateId: z.string(),
  facilityId: z.string(),
  deviceId: z.string(),
  port: z.int(),
  order: z.int(),
  startedBy: z.enum(starters),
  authorisedAtMs: z.int(),
  /** Who pays; a session that the board started alone was paid at the board. */
  householdId: z.optional(z.string()),
  credentialId: z.optional(z.string()),
  /** Whose month limit it counts against. */
  memberId: z.optional(z.string()),
  /** What charging may take in money; what it costs to leave the bike standing afterwards is claimed beside it. */
  holdFen: z.int(),
  /** A package that pays first: of energy so many Wh, of sessions or days the whole session. */
  allowance: z.optional(
    z.object({
      purchaseId: z.string(),
      energyWh: z.optional(z.int()),
      /** Taken from what is left of the package until the session is over: sessions, Wh or days. */
      reservedAmount: z.int(),
    }),
  ),
  tariffVersion: z.string(),
  energyLimitWh: z.int(),
  /** Where time costs money: for how long the hold lasts. Boards know no such limit, so we end the session. */
  timeLimitMs: z.optional(z.int()),
  /** The stay during which it was started, where there was one. */
  stayId: z.optional(z.string()),
});
export type Agreement = z.infer<typeof agreementSchema>;

/** Why a session was closed without the board's account. */
const closeReasons = ['not-started', 'port-fault', 'refused', 'end-never-told'] as const satisfies Remark[];
export type CloseReason = (typeof closeReasons)[number];

/** What a session costs: its first bill, or a later truth about it. Both are absent where nobody knows the session. */
export const billFacts = z.object({
  agreement: z.optional(agreementSchema),
  receipt: z.optional(receiptSchema),
  reason: z.optional(z.enum(closeReasons)),
  durationS: z.optional(z.int()),
});

export const removedFacts = z.object({ removedAtMs: z.int() });
