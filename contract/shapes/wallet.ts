import * as z from 'zod/mini';
import { movementKinds } from '../words/words.ts';

const limitSchema = z.int().check(z.minimum(1), z.maximum(10_000_000));

/** What a household lets itself and its members spend in a local calendar month, and what it has spent. */
export const budgetSchema = z.object({
  monthLimitFen: z.optional(limitSchema),
  members: z.record(
    z.string(),
    z.object({ name: z.optional(z.string()), monthLimitFen: z.optional(limitSchema) }),
  ),
  spent: z.object({
    /** YYYY-MM in the estate's zone; empty before the first session. */
    month: z.string(),
    totalFen: z.int(),
    byMember: z.record(z.string(), z.int()),
    /**
     * The limits of which most is spent, as far as that was told: each is told once a month. `household:5000` is the
     * household's limit of 5000 fen; a mark without an amount was made before it said of which limit.
     */
    noticed: z._default(z.array(z.string()), []),
  }),
});

/** What one person booked alone for one household on one local day, in fen. */
export const cashAloneSchema = z.object({
  date: z.string(),
  topUpFen: z.int().check(z.minimum(0)),
  refundFen: z.int().check(z.minimum(0)),
});

/** One posting of a household, as it is shown to it. */
export const movementSchema = z.object({
  /** Which posting: where to go on reading. */
  movementId: z.string(),
  atMs: z.int(),
  /** What it came from. */
  kind: z.enum(movementKinds),
  memo: z.string(),
  /** Into the wallet, or, negative, out of it; 0 where only the debt changes. */
  amountFen: z.int(),
  /** The account at the other side. */
  account: z.string(),
  /** The wallet after it, by the ledger. */
  balanceFen: z.int(),
  /** What is owed after it. */
  owedFen: z.int(),
});

/** What a household is told of itself. */
export const noticeSchema = z.object({
  noticeId: z.string(),
  estateId: z.string(),
  householdId: z.string(),
  /** Absent: the limit of the whole household. */
  memberId: z.optional(z.string()),
  month: z.string(),
  limitFen: z.int(),
  spentFen: z.int(),
  atMs: z.int(),
  readAtMs: z.optional(z.int()),
  readBy: z.optional(z.string()),
  version: z.optional(z.int()),
});

/** The terms of a purchase, as the journal keeps them. */
export const boughtSchema = z.object({
  purchaseId: z.string(),
  householdId: z.string(),
  /** Who bought it, whose month limit it counts against. */
  memberId: z.optional(z.string()),
  packageId: z.string(),
  tariffVersion: z.string(),
  kind: z.enum(['sessions', 'energy', 'days']),
  amount: z.int(),
  priceFen: z.int(),
  validUntilMs: z.int(),
});

/** A package that a household has bought, and what is left of it. */
export const purchaseSchema = z.object({
  packageId: z.string(),
  /** The version whose terms it was bought under; they do not change with later versions. */
  tariffVersion: z.string(),
  kind: z.enum(['sessions', 'energy', 'days']),
  /** Sessions or Wh, less what sessions have reserved; 1 for a package of days. */
  left: z.int().check(z.minimum(0)),
  /** What sessions turned out to have used when nothing was left any more: missed by nobody, and not given back either. */
  overdrawn: z.optional(z.int().check(z.minimum(0))),
  /** Of a package of days: whether a session was paid with it. */
  used: z.optional(z.boolean()),
  boughtAtMs: z.int(),
  validUntilMs: z.int(),
});

export type Movement = z.infer<typeof movementSchema>;
export type Notice = z.infer<typeof noticeSchema>;
