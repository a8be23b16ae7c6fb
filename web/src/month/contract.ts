import * as z from 'zod/mini';
import { bilingual } from '../contract.ts';

/** What the API says of closed months, as far as the page uses it. */
const splitLine = z.object({
  totalFen: z.int(),
  shares: z.record(z.string(), z.int()),
  parts: z.record(z.string(), z.int()),
});

export const month = z.object({
  month: z.string(),
  state: z.string(),
  done: z.int(),
  total: z.int(),
  closedBy: z.optional(z.string()),
  closedAtMs: z.optional(z.int()),
  entries: z.int(),
  lateEntries: z.int(),
  statements: z.int(),
  hash: z.optional(z.string()),
  split: z.optional(
    z.object({ ruleFromMonth: z.optional(z.string()), lines: z.record(z.string(), splitLine) }),
  ),
  withoutReconciliation: z.optional(z.string()),
});
export type Month = z.infer<typeof month>;
/** In permille of each line, by party. */
const splitRule = z.object({
  fromMonth: z.string(),
  shares: z.record(z.string(), z.record(z.string(), z.int())),
});
export type SplitRule = z.infer<typeof splitRule>;
/** A rule that divides otherwise than before waits for a second person. */
export const splitRuleList = z.object({
  splitRules: z.array(splitRule),
  awaiting: z.optional(z.object({ changeId: z.string() })),
});
export const monthList = z.object({ months: z.array(month), splitRules: z.array(splitRule) });

export const progress = z.object({ state: z.string(), done: z.int(), total: z.int() });

const reconciliation = z.object({
  provider: z.string(),
  billFen: z.int(),
  ledgerFen: z.int(),
  differenceFen: z.int(),
  compared: z.int(),
  differenceCount: z.int(),
  differences: z.array(
    z.object({
      difference: z.string(),
      kind: z.string(),
      number: z.string(),
      billFen: z.int(),
      ledgerFen: z.int(),
      billDays: z.array(z.string()),
      ledgerDays: z.array(z.string()),
    }),
  ),
  missingDays: z.array(z.string()),
  atMs: z.int(),
});
export type Reconciliation = z.infer<typeof reconciliation>;
export const reconciliationList = z.object({ reconciliations: z.array(reconciliation) });
export const reconciled = z.object({ kept: z.int() });

const cell = z.union([z.string(), z.int(), z.null()]);
export const exportPage = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.enum(['text', 'money', 'energy', 'count']) })),
  rows: z.optional(z.array(z.array(cell))),
  csv: z.optional(z.string()),
  cursor: z.optional(z.string()),
  done: z.int(),
  total: z.int(),
  source: z.string(),
});
export type ExportPage = z.infer<typeof exportPage>;

const statementRow = z.object({
  kind: z.string(),
  recordedAtMs: z.int(),
  day: z.string(),
  belongsTo: z.optional(z.string()),
  balanceFen: z.int(),
  owedFen: z.int(),
  balanceAfterFen: z.int(),
  owedAfterFen: z.int(),
  energyWh: z.int(),
  electricityFen: z.optional(z.int()),
  serviceFen: z.optional(z.int()),
  charge: z.optional(
    z.object({
      chargeId: z.string(),
      facilityId: z.string(),
      port: z.int(),
      startedAtMs: z.optional(z.int()),
      endedAtMs: z.optional(z.int()),
    }),
  ),
});

export const statement = z.object({
  statement: z.object({
    householdId: z.string(),
    openingFen: z.int(),
    openingOwedFen: z.int(),
    closingFen: z.int(),
    closingOwedFen: z.int(),
    energyWh: z.int(),
    hash: z.string(),
  }),
  rows: z.array(statementRow),
  facilities: z.record(z.string(), bilingual),
});
export type Statement = z.infer<typeof statement>;
