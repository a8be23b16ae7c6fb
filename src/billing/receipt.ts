import type { Adjustment, BoardClaim, Receipt, Remark } from '../../contract/shapes/receipt.ts';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { SessionToPrice } from './bill.ts';
import { chargeable } from './hold-limit.ts';
import { powerPricesOf } from './power-bands.ts';
import { decisive, most, price } from './price.ts';
import { whyDifferent } from './why-different.ts';

export interface ReceiptInput extends SessionToPrice {
  readonly sessionId: string;
  readonly code: string;
  readonly tariff: Tariff;
  readonly holdFen: number;
  readonly estimated: boolean;
  readonly remarks: readonly Remark[];
  readonly boardClaim?: BoardClaim | undefined;
  readonly adjustments?: readonly Adjustment[];
  readonly revision?: number;
}

/** Prices a folded session. Pure; the same input gives the same receipt, now and when it is verified. */
export function receiptOf(input: ReceiptInput): Receipt {
  const { tariff, allowance, spentBefore, boardClaim, adjustments = [], revision = 0 } = input;
  const removedAtMs = removedWithin(input);
  const bill = price(tariff, { readings: input.readings, removedAtMs, allowance, spentBefore });
  const chargedFen = chargeable(tariff, bill, input.holdFen);
  const remarks = new Set<Remark>([...input.remarks, ...bill.remarks]);
  if (chargedFen < bill.totalFen) remarks.add('limited-to-hold');
  const byPower = powerPricesOf(tariff) !== undefined;
  const receipt = {
    sessionId: input.sessionId,
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

function withoutHoles({ purchaseId, energyWh }: NonNullable<SessionToPrice['allowance']>) {
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
