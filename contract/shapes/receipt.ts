import * as z from 'zod/mini';
import { adjustmentReasons } from '../words/words.ts';

/**
 * Why a board's claim is another amount than our bill. Each reason is a fact of the two; where none of them is one,
 * the difference stands `unexplained`, and says so.
 */
export const whyDifferentSchema = z.enum([
  /** The board has not told what it claims. */
  'estimated',
  /** Its amount is not the sum of its own bands. */
  'board-rounds',
  /** It claims what our electricity line alone comes to. */
  'board-knows-no-service-line',
  /** It counts hours, where our tariff charges for energy. */
  'board-counts-hours',
  /** It had another version of the prices, or bands at prices that our tariff does not have. */
  'other-prices-on-board',
  /** We billed for other energy than it told, because that was not possible or the stop had been lost. */
  'energy-corrected',
  'package',
  'capped',
  'free-minutes',
  'overstay',
  'limited-to-hold',
  'unexplained',
]);

export type WhyDifferent = z.infer<typeof whyDifferentSchema>;

/** What was noticed of a session while it was priced, or closed. */
export const remarkSchema = z.enum([
  'power-beyond-bands',
  'capped-per-session',
  'capped-per-day',
  'estimated',
  'impossible-energy',
  'impossible-reading-ignored',
  'impossible-duration',
  'stop-lost-borne-by-us',
  'not-started',
  'port-fault',
  'refused',
  'end-never-told',
  'limited-to-hold',
  'late-truth-borne-by-us',
]);

export type Remark = z.infer<typeof remarkSchema>;

/** Why a board ended a session. */
export const stopReasonSchema = z.enum([
  'full',
  'time-used-up',
  'money-used-up',
  'manual',
  'energy-used-up',
  'port-over-power',
  'no-charger-found',
  'over-temperature',
  'smoke',
  'smart-stop',
  'unknown',
]);

export type StopReason = z.infer<typeof stopReasonSchema>;

/** What a board says that a session came to, at its end. */
export const boardClaimSchema = z.object({
  fen: z.int(),
  energyWh: z.int(),
  stopReason: stopReasonSchema,
  /** The version of the prices that the board had, where it tells. */
  priceVersion: z.optional(z.string()),
  /** Its own sum: so many seconds at such a price. */
  bands: z.optional(z.array(z.object({ seconds: z.int(), priceMilliYuanPerHour: z.int() }))),
});

export type BoardClaim = z.infer<typeof boardClaimSchema>;

export const lineNameSchema = z.enum(['electricity', 'service']);

export const sliceSchema = z.object({
  kind: z.enum(['energy', 'time', 'start-fee', 'minimum', 'up-to-minimum', 'overstay', 'cap']),
  fromMs: z.int(),
  toMs: z.int(),
  energyWh: z.int(),
  priceMilliYuan: z.int(),
  per: z.enum(['kWh', 'hour', 'once']),
  amountGrains: z.int(),
  measured: z.boolean(),
  free: z.optional(z.enum(['free-minutes', 'minimum', 'package'])),
});

/** One correction of what a session costs. */
const adjustmentSchema = z.object({
  atMs: z.int(),
  why: z.enum(adjustmentReasons),
  beforeFen: z.int(),
  afterFen: z.int(),
});

export type Adjustment = z.infer<typeof adjustmentSchema>;

/** What a resident is shown. With the tariff of its version it can be computed again, from nothing else. */
export const receiptSchema = z.object({
  sessionId: z.string(),
  /** By which whoever has the receipt finds it; it cannot be guessed from the session. */
  code: z.string(),
  tariffVersion: z.string(),
  /** Those that the bill rests on. */
  readings: z.array(z.object({ atMs: z.int(), energyWh: z.int(), powerW: z.optional(z.int()) })),
  /** When the bike was taken away, where leaving it standing costs something. */
  removedAtMs: z.optional(z.int()),
  /** The package that paid first. */
  allowance: z.optional(z.object({ purchaseId: z.string(), energyWh: z.optional(z.int()) })),
  /** By local day, in grains: what others counted towards the cap of the day when this was made. */
  spentBefore: z.optional(z.record(z.string(), z.int())),
  /** The most that charging could take in money. */
  holdFen: z.int(),
  lines: z.array(z.object({ line: lineNameSchema, amountFen: z.int(), slices: z.array(sliceSchema) })),
  /** The sum of the lines. */
  totalFen: z.int(),
  /** What was taken: the total, or what had been agreed where that was less (rule 10 of docs/billing.md). */
  chargedFen: z.int(),
  /** The board has not told the end; when it does, the session is priced again. */
  estimated: z.boolean(),
  remarks: z.array(remarkSchema),
  /** What the board said; shown beside ours, never billed. */
  boardClaim: z.optional(boardClaimSchema),
  /** Why the board's claim is another amount. */
  whyDifferent: z.array(whyDifferentSchema),
  /** What it cost before, oldest first. */
  adjustments: z.array(adjustmentSchema),
  /** How often it had been made before, whether or not that changed what it costs. */
  revision: z.int(),
});

export type Receipt = z.infer<typeof receiptSchema>;

export type BillLine = Receipt['lines'][number];
export type BillSlice = BillLine['slices'][number];
