import * as z from 'zod/mini';

/** Something that is not what the journal comes to, and where to look. */
export const rebuildDifferenceSchema = z.object({
  /** `receipt`, `postings`, `ledger-line`, `wallet`, `budget`, `payment`, … */
  what: z.string(),
  /** What it is about: a session, a household, an account. */
  of: z.string(),
  /** The item of the table that differs, as `pk|sk`, and the part of it. */
  where: z.string(),
  recorded: z.string(),
  recomputed: z.string(),
});

export type RebuildDifference = z.infer<typeof rebuildDifferenceSchema>;

/** One page of an estate computed again. What only all pages together can tell is added up by whoever asks. */
export const rebuildPageSchema = z.object({
  checked: z.object({
    sessions: z.int(),
    receipts: z.int(),
    entries: z.int(),
    households: z.int(),
    /** Orders at payment providers. */
    payments: z.int(),
  }),
  differences: z.array(rebuildDifferenceSchema),
  /** What the postings of this page come to, by account: over all pages they sum to zero. */
  accounts: z.record(z.string(), z.int()),
  /** `household|purchase`: what sessions of this page have used of a package, or keep reserved. */
  packagesUsed: z.record(z.string(), z.int()),
  /** `household|purchase`: how much was bought, and what the wallet says is left. */
  packages: z.record(z.string(), z.object({ bought: z.int(), left: z.int() })),
  /** Where to go on; absent when everything was looked at. */
  cursor: z.optional(z.string()),
});

export type RebuildPage = z.infer<typeof rebuildPageSchema>;
