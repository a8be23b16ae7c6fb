import type { Receipt } from '../../contract/shapes/receipt.ts';
import { ownOf } from '../shared/own.ts';
import type { SessionEvidence } from './evidence.ts';
import { receiptFrom } from './session-receipt.ts';

/** One field of a receipt that is not what it should be, by its path: `lines.0.amountFen`. */
export interface FieldDifference {
  readonly path: string;
  readonly recorded: unknown;
  readonly recomputed: unknown;
}

export interface Verification {
  readonly same: boolean;
  readonly differences: readonly FieldDifference[];
  /** The newest receipt of the session; undefined while it is not over. */
  readonly recorded: Receipt | undefined;
  readonly recomputed: Receipt;
}

/**
 * Computes a session's receipt from its evidence alone, and compares it with the newest one that was made, field by
 * field. Its history is compared with the receipts before it: each correction has to lead from one to the next.
 */
export function verifySession(evidence: SessionEvidence): Verification {
  const recorded = evidence.receipts.at(-1)?.receipt;
  const recomputed = { ...receiptFrom(evidence), ...historyOf(evidence) };
  const differences = recorded === undefined ? [] : fieldDifferences(recorded, recomputed);
  return { same: recorded !== undefined && differences.length === 0, differences, recorded, recomputed };
}

/** The history that follows from the receipts before, one after the other. When and why is theirs to say. */
function historyOf({ receipts }: SessionEvidence): Pick<Receipt, 'adjustments' | 'revision'> {
  const changes = receipts.slice(1).flatMap(({ atMs, receipt }, index) => {
    const beforeFen = receipts[index]?.receipt.chargedFen ?? 0;
    const why = receipt.adjustments.at(-1)?.why ?? 'board-settlement';
    return beforeFen === receipt.chargedFen ? [] : [{ atMs, why, beforeFen, afterFen: receipt.chargedFen }];
  });
  return { adjustments: changes, revision: Math.max(0, receipts.length - 1) };
}

/** Every leaf in which two pieces of plain data differ; a field that is undefined is the same as one that is absent. */
export function fieldDifferences(recorded: unknown, recomputed: unknown, path = ''): FieldDifference[] {
  if (Object.is(recorded, recomputed)) return [];
  if (!isComposed(recorded) || !isComposed(recomputed)) return [{ path, recorded, recomputed }];
  const names = new Set([...Object.keys(recorded), ...Object.keys(recomputed)]);
  return [...names]
    .sort()
    .flatMap((name) =>
      fieldDifferences(
        ownOf(recorded, name),
        ownOf(recomputed, name),
        path === '' ? name : `${path}.${name}`,
      ),
    );
}

function isComposed(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
