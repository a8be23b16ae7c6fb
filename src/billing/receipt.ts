import * as z from 'zod/mini';
import type { ChargeToPrice } from './bill.ts';
import { type BoardClaim, boardClaimSchema } from './board-claim.ts';
import { chargeable } from './hold-limit.ts';
import { powerPricesOf } from './power-bands.ts';
import { decisive, most, price } from './price.ts';
import type { Tariff } from './tariff.ts';
import { whyDifferent } from './why-different.ts';

const sliceSchema = z.object({
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

/** One correction of what a charge costs. */
const adjustmentSchema = z.object({ atMs: z.int(), why: z.string(), beforeFen: z.int(), afterFen: z.int() });
export type Adjustment = z.infer<typeof adjustmentSchema>;

/** What a resident is shown. With the tariff of its version it can be computed again, from nothing else. */
export const receiptSchema = z.object({
  chargeId: z.string(),
  /** By which whoever has the receipt finds it; it cannot be guessed from the charge. */
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
  lines: z.array(
    z.object({ line: z.enum(['electricity', 'service']), amountFen: z.int(), slices: z.array(sliceSchema) }),
  ),
  /** The sum of the lines. */
  totalFen: z.int(),
  /** What was taken: the total, or what had been agreed where that was less (rule 10 of docs/billing.md). */
  chargedFen: z.int(),
  /** The board has not told the end; when it does, the charge is priced again. */
  estimated: z.boolean(),
  remarks: z.array(z.string()),
  /** What the board said; shown beside ours, never billed. */
  boardClaim: z.optional(boardClaimSchema),
  /** Why the board's claim is another amount, by name: see why-different.ts. */
  whyDifferent: z.array(z.string()),
  /** What it cost before, oldest first. */
  adjustments: z.array(adjustmentSchema),
  /** How often it had been made before, whether or not that changed what it costs. */
  revision: z.int(),
});
export type Receipt = z.infer<typeof receiptSchema>;

export interface ReceiptInput extends ChargeToPrice {
  readonly chargeId: string;
  readonly code: string;
  readonly tariff: Tariff;
  readonly holdFen: number;
  readonly estimated: boolean;
  readonly remarks: readonly string[];
  readonly boardClaim?: BoardClaim | undefined;
  readonly adjustments?: readonly Adjustment[];
  readonly revision?: number;
}

/** Prices a folded charge. Pure; the same input gives the same receipt, now and when it is verified. */
export function receiptOf(input: ReceiptInput): Receipt {
  const { tariff, allowance, spentBefore, boardClaim, adjustments = [], revision = 0 } = input;
  const removedAtMs = removedWithin(input);
  const bill = price(tariff, { readings: input.readings, removedAtMs, allowance, spentBefore });
  const chargedFen = chargeable(tariff, bill, input.holdFen);
  const remarks = new Set([...input.remarks, ...bill.remarks]);
  if (chargedFen < bill.totalFen) remarks.add('limited-to-hold');
  const byPower = powerPricesOf(tariff) !== undefined;
  const receipt = {
    chargeId: input.chargeId,
    code: input.code,
    tariffVersion: tariff.tariffVersion,
    readings: decisive(tariff, input.readings, bill).map(({ atMs, energyWh, powerW }) =>
      // A power tells the band, and where there are none, nothing.
      powerW === undefined || !byPower ? { atMs, energyWh } : { atMs, energyWh, powerW },
    ),
    ...(removedAtMs === undefined ? {} : { removedAtMs }),
    ...(allowance === undefined ? {} : { allowance: withoutHoles(allowance) }),
    ...(spentBefore === undefined ? {} : { spentBefore: { ...spentBefore } }),
    holdFen: input.holdFen,
    lines: bill.lines.map((line) => ({ ...line, slices: line.slices.map((slice) => ({ ...slice })) })),
    totalFen: bill.totalFen,
    chargedFen,
    estimated: input.estimated,
    remarks: [...remarks].sort(),
    ...(boardClaim === undefined ? {} : { boardClaim }),
    adjustments: [...adjustments],
    revision,
  };
  return { ...receipt, whyDifferent: whyDifferent(receipt, tariff) };
}

/** A receipt from itself and its tariff: equal to it, or one of the two is not what it was. */
export function receiptAgain(tariff: Tariff, receipt: Receipt): Receipt {
  return receiptOf({ ...receipt, tariff });
}

/** Nobody is charged for more than a year of standing there; that is a removal which was told of another stay. */
function removedWithin({ readings, removedAtMs }: ReceiptInput): number | undefined {
  const startMs = readings[0]?.atMs ?? 0;
  return removedAtMs === undefined ? undefined : Math.min(removedAtMs, startMs + most.stayMs);
}

function withoutHoles({ purchaseId, energyWh }: NonNullable<ChargeToPrice['allowance']>) {
  return energyWh === undefined ? { purchaseId } : { purchaseId, energyWh };
}

/** How much of what was taken belongs to each line: electricity first, because it is passed on. */
export function chargedByLine(receipt: {
  readonly lines: readonly Pick<Receipt['lines'][number], 'line' | 'amountFen'>[];
  readonly chargedFen: number;
}): {
  electricity: number;
  service: number;
} {
  const lineFen = (name: string) => receipt.lines.find(({ line }) => line === name)?.amountFen ?? 0;
  const electricity = Math.min(lineFen('electricity'), receipt.chargedFen);
  return { electricity, service: receipt.chargedFen - electricity };
}

/** What people copy from paper: no I, L, O or U (Crockford's base 32). */
const codeDigits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 10;

/** The ten digits of a receipt's code, from 16 hex digits that only the holder of a key can make. */
export function receiptCodeOf(mac: string): string {
  let rest = BigInt(`0x${mac}`) >> 14n;
  let code = '';
  for (let digit = 0; digit < codeLength; digit += 1) {
    code = `${codeDigits[Number(rest & 31n)]}${code}`;
    rest >>= 5n;
  }
  return code;
}
