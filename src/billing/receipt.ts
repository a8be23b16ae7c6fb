import * as z from 'zod/mini';
import { type Posting, walletAccount } from './ledger.ts';
import { decisive, price, type Reading } from './price.ts';
import type { Tariff } from './tariff.ts';

const sliceSchema = z.object({
  fromMs: z.int(),
  toMs: z.int(),
  energyWh: z.int(),
  priceMilliYuanPerKWh: z.int(),
  amountMicroYuan: z.int(),
  measured: z.boolean(),
});

/**
 * What a resident is shown, and all that is needed to compute it again: the readings and the tariff's version.
 */
export const receiptSchema = z.object({
  chargeId: z.string(),
  tariffVersion: z.string(),
  readings: z.array(z.object({ atMs: z.int(), energyWh: z.int() })),
  lines: z.array(
    z.object({ line: z.enum(['electricity', 'service']), amountFen: z.int(), slices: z.array(sliceSchema) }),
  ),
  /** The sum of the lines. */
  totalFen: z.int(),
  /** What was taken: the total, or the hold where that was less. */
  chargedFen: z.int(),
  estimated: z.boolean(),
  remarks: z.array(z.string()),
  /** What the board said; shown beside ours, never billed. */
  boardClaim: z.optional(z.object({ fen: z.int(), energyWh: z.int(), stopReason: z.string() })),
});
export type Receipt = z.infer<typeof receiptSchema>;

export interface ReceiptInput {
  readonly chargeId: string;
  readonly tariff: Tariff;
  readonly readings: readonly Reading[];
  readonly holdFen: number;
  readonly estimated: boolean;
  readonly remarks: readonly string[];
  readonly boardClaim?: Receipt['boardClaim'];
}

/** Prices a folded charge. Pure; the same input gives the same receipt, now and when it is verified. */
export function receiptOf(input: ReceiptInput): Receipt {
  const bill = price(input.tariff, input.readings);
  const { lines, totalFen } = bill;
  const chargedFen = Math.min(totalFen, input.holdFen);
  const remarks = [...input.remarks, ...(chargedFen < totalFen ? ['limited-to-hold'] : [])];
  return {
    chargeId: input.chargeId,
    tariffVersion: input.tariff.tariffVersion,
    readings: decisive(input.readings, bill).map(({ atMs, energyWh }) => ({ atMs, energyWh })),
    lines: lines.map((line) => ({ ...line, slices: line.slices.map((slice) => ({ ...slice })) })),
    totalFen,
    chargedFen,
    estimated: input.estimated,
    remarks,
    ...(input.boardClaim === undefined ? {} : { boardClaim: input.boardClaim }),
  };
}

/** How much of what was taken belongs to each line: electricity first, because it is passed on. */
export function chargedByLine(receipt: Receipt): { electricity: number; service: number } {
  const lineFen = (name: string) => receipt.lines.find(({ line }) => line === name)?.amountFen ?? 0;
  const electricity = Math.min(lineFen('electricity'), receipt.chargedFen);
  return { electricity, service: receipt.chargedFen - electricity };
}

/** Moves what a charge cost out of the wallet, less what was moved for it before (an estimate that proved wrong). */
export function chargePostings(receipt: Receipt, householdId: string, before?: Receipt): Posting[] {
  const due = chargedByLine(receipt);
  const paid = before === undefined ? { electricity: 0, service: 0 } : chargedByLine(before);
  return (['electricity', 'service'] as const).flatMap((line): Posting[] => {
    const differenceFen = due[line] - paid[line];
    if (differenceFen === 0) return [];
    const [debit, credit] =
      differenceFen > 0
        ? [walletAccount(householdId), `revenue:${line}`]
        : [`revenue:${line}`, walletAccount(householdId)];
    return [{ debit, credit, amountFen: Math.abs(differenceFen), memo: receipt.chargeId }];
  });
}
