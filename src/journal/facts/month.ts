import * as z from 'zod/mini';
import { monthSchema, splitResultSchema } from '../../../contract/shapes/books.ts';

/** A month as it was closed, and, with how far it has come, while it is being closed. */
export const closedMonthFacts = z.object({
  estateId: z.string(),
  month: monthSchema,
  timeZone: z.string(),
  state: z.enum(['running', 'closed']),
  startedBy: z.string(),
  startedAtMs: z.int(),
  /** Entries recorded after this stand in a later month. */
  cutoffMs: z.int(),
  /**
   * What each account had, and what came (credit) and went (debit) in the month, in fen. Wallets and receivables are one
   * account each: the statements tell them apart.
   */
  accounts: z.record(z.string(), z.object({ openingFen: z.int(), debitFen: z.int(), creditFen: z.int() })),
  /** Entries, of which so many belong to earlier months, their postings, and rows and heads of statements. */
  entries: z.int(),
  lateEntries: z.int(),
  postings: z.int(),
  rows: z.int(),
  statements: z.int(),
  /** What was added up so far, over the statements up to the cursor. */
  sealed: z.object({
    statements: z.int(),
    balancesFen: z.int(),
    owedFen: z.int(),
    /** SHA-256 over all statements and their rows, in order, in hex. */
    hash: z.string(),
  }),
  split: z.optional(splitResultSchema),
  /** What was known of each provider's bill. */
  reconciliation: z.optional(
    z.array(z.object({ provider: z.string(), differences: z.int(), differenceFen: z.int(), atMs: z.int() })),
  ),
  /** Why it was closed although a provider's bill had not been compared. */
  withoutReconciliation: z.optional(z.string()),
  closedBy: z.optional(z.string()),
  closedAtMs: z.optional(z.int()),
});
