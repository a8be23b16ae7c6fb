import * as z from 'zod/mini';

/** A calendar month, YYYY-MM. In this form months sort as text. */
export const monthSchema = z.string().check(z.regex(/^20\d{2}-(0[1-9]|1[0-2])$/));

export const differenceSchema = z.object({
  /** `day-differs`: booked on another day than the provider's; it may be in another month. */
  difference: z.enum(['missing-in-bill', 'missing-in-ledger', 'amount-differs', 'day-differs']),
  kind: z.enum(['payment', 'refund']),
  number: z.string(),
  /** What came in, positive, or went out, negative, on each side in this month. */
  billFen: z.int(),
  ledgerFen: z.int(),
  billDays: z.array(z.string()),
  ledgerDays: z.array(z.string()),
});

export type Difference = z.infer<typeof differenceSchema>;

/** What comparing a provider's bill of a month with the ledger told. */
export const reconciliationSchema = z.object({
  provider: z.string(),
  month: z.string(),
  billFen: z.int(),
  ledgerFen: z.int(),
  differenceFen: z.int(),
  compared: z.int(),
  /** How many differences there are; the first thousand are listed. */
  differenceCount: z.int(),
  differences: z.array(differenceSchema),
  /** Days of the month whose bill was not given. */
  missingDays: z.array(z.string()),
  by: z.string(),
  atMs: z.int(),
});

const permilleSchema = z.int().check(z.minimum(0), z.maximum(1000));

export const sharesSchema = z
  .object({ property: permilleSchema, operator: permilleSchema, committee: permilleSchema })
  .check(
    z.refine(({ property, operator, committee }) => property + operator + committee === 1000, {
      error: 'The shares of a line must add up to 1000 permille',
    }),
  );

/** Who gets how much of each line, in permille, from a month on. */
export const splitRuleSchema = z.object({
  fromMonth: monthSchema,
  shares: z.object({ electricity: sharesSchema, service: sharesSchema, package: sharesSchema }),
});

const partsSchema = z.object({ property: z.int(), operator: z.int(), committee: z.int() });

const lineSchema = z.object({ totalFen: z.int(), shares: sharesSchema, parts: partsSchema });

export const splitResultSchema = z.object({
  /** The month of the rule that was applied; absent where none was written. */
  ruleFromMonth: z.optional(monthSchema),
  lines: z.object({ electricity: lineSchema, service: lineSchema, package: lineSchema }),
});

/** One movement of a household's money, as its statement shows it. */
export const rowSchema = z.object({
  kind: z.enum(['session', 'adjustment', 'top-up', 'refund', 'refund-returned', 'package', 'correction']),
  /** When it was recorded, and the local day it belongs to. */
  recordedAtMs: z.int(),
  day: z.string(),
  /** Set where it came after its own month was closed: the month it belongs to. */
  belongsTo: z.optional(monthSchema),
  /** What it did to the balance, and to what is owed. */
  balanceFen: z.int(),
  owedFen: z.int(),
  /** Both after it. */
  balanceAfterFen: z.int(),
  owedAfterFen: z.int(),
  /** What it adds to the energy of the month: all of a session, and what a later truth makes more or less of it. */
  energyWh: z.int(),
  /** What a session, or its correction, cost in each line. */
  electricityFen: z.optional(z.int()),
  serviceFen: z.optional(z.int()),
  session: z.optional(
    z.object({
      sessionId: z.string(),
      facilityId: z.string(),
      deviceId: z.string(),
      port: z.int(),
      tariffVersion: z.string(),
      startedAtMs: z.optional(z.int()),
      endedAtMs: z.optional(z.int()),
      /** All of it, as it is known by this row. */
      energyWh: z.int(),
      receiptCode: z.optional(z.string()),
    }),
  ),
  remarks: z.array(z.string()),
  memo: z.string(),
});

/** What a household had, what happened, and what it has: opening and movements are closing, to the fen. */
export const statementSchema = z.object({
  estateId: z.string(),
  month: monthSchema,
  householdId: z.string(),
  building: z.string(),
  unit: z.string(),
  openingFen: z.int(),
  openingOwedFen: z.int(),
  /** What each kind of movement did to the balance. */
  movedFen: z.record(z.string(), z.int()),
  closingFen: z.int(),
  closingOwedFen: z.int(),
  energyWh: z.int(),
  rows: z.int(),
  /** SHA-256 over the rows, each with the hash before it, in hex; empty without rows. */
  hash: z.string(),
  version: z.optional(z.int()),
});

export const monthShownSchema = z.object({
  month: monthSchema,
  state: z.enum(['running', 'closed']),
  done: z.int(),
  total: z.int(),
  cutoffMs: z.optional(z.int()),
  closedBy: z.optional(z.string()),
  closedAtMs: z.optional(z.int()),
  entries: z.int(),
  lateEntries: z.int(),
  statements: z.int(),
  /** SHA-256 over the statements and the revenue, in hex. */
  hash: z.optional(z.string()),
  accounts: z.record(
    z.string(),
    z.object({ openingFen: z.int(), debitFen: z.int(), creditFen: z.int(), closingFen: z.int() }),
  ),
  split: z.optional(splitResultSchema),
  withoutReconciliation: z.optional(z.string()),
});

const cell = z.union([z.string(), z.int(), z.null()]);
/** A page of one of a month’s files. */
export const exportPageSchema = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.enum(['text', 'money', 'energy', 'count']) })),
  /** Money in fen, energy in Wh. Absent where the text of the file was asked for. */
  rows: z.optional(z.array(z.array(cell))),
  /** The page as text of the file; all pages one after the other are the file, but for the byte order mark. */
  csv: z.optional(z.string()),
  /** Absent on the last page. */
  cursor: z.optional(z.string()),
  done: z.int(),
  total: z.int(),
  source: z.string(),
});

/** A household’s statement with its rows, and the names of where it charged. */
export const statementShownSchema = z.object({
  statement: z.omit(statementSchema, { version: true }),
  rows: z.array(rowSchema),
  timeZone: z.string(),
  facilities: z.record(z.string(), z.object({ zh: z.string(), en: z.string() })),
});

export type Month = z.infer<typeof monthShownSchema>;
export type SplitRule = z.infer<typeof splitRuleSchema>;
export type Reconciliation = z.infer<typeof reconciliationSchema>;
export type ExportPage = z.infer<typeof exportPageSchema>;
export type StatementShown = z.infer<typeof statementShownSchema>;
/** What a column holds, and so how it is written: money in fen, energy in Wh, a count, or words. */
export type Column = ExportPage['columns'][number];
export type ColumnType = Column['type'];
/** Numbers are whole: fen, Wh, counts. */
export type Cell = z.infer<typeof cell>;
export type Row = readonly Cell[];
