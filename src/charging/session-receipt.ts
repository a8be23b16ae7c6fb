import type { Receipt, Remark } from '../../contract/shapes/receipt.ts';
import { type ReceiptInput, receiptOf } from '../billing/receipt.ts';
import { usedOfPackage } from '../wallet/session-money.ts';
import type { SessionEvidence } from './evidence.ts';
import { type FoldedSession, foldSession } from './fold.ts';
import { limits } from './session.ts';

/**
 * The receipt that follows from what is known of a session, but for its history. Pure, and a function of the set: in
 * which order the facts came, and what earlier receipts made of fewer of them, makes no difference.
 */
export function receiptFrom(evidence: SessionEvidence): Receipt {
  const { agreement, tariff, settlement, closed } = evidence;
  const folded = foldSession({
    authorisedAtMs: agreement.authorisedAtMs,
    earliestStartMs: earliestStart(evidence),
    startedAtMs: evidence.startedAtMs,
    stopAskedAtMs: evidence.stopAskedAtMs,
    closedAtMs: closed?.atMs,
    frames: evidence.frames,
    settlement: settlement && {
      receivedAtMs: settlement.receivedAtMs,
      durationS: settlement.durationS,
      energyWh: settlement.claim.energyWh,
    },
  });
  const { allowance } = agreement;
  const input: ReceiptInput = {
    sessionId: agreement.sessionId,
    code: evidence.code,
    tariff,
    readings: folded.readings,
    removedAtMs: removalThatCounts(evidence, folded),
    allowance: allowance && { purchaseId: allowance.purchaseId, energyWh: allowance.energyWh },
    spentBefore: evidence.spentBefore,
    holdFen: agreement.holdFen,
    estimated: folded.estimated,
    remarks: [...folded.remarks, ...closingRemarks(evidence, folded)],
    boardClaim: settlement?.claim,
  };
  const withPackage = receiptOf(input);
  const receipt = isPackageMissed(evidence, withPackage)
    ? receiptOf({ ...input, allowance: undefined })
    : withPackage;
  // Learned after the session had been closed, and more than was agreed: nobody is asked for it now.
  const late = closed !== undefined && settlement !== undefined && receipt.chargedFen < receipt.totalFen;
  const remarks: Remark[] = [...receipt.remarks, 'late-truth-borne-by-us'];
  return late ? { ...receipt, remarks: remarks.sort() } : receipt;
}

/**
 * A package can be given back as long as it has paid for nothing: also while its session counts as not begun. Where that
 * proves to have begun after all, nobody has paid: it is priced in money, up to what was set aside beside the package,
 * and the rest is ours. One that would have used nothing of its package is what it was.
 */
function isPackageMissed(
  { agreement: { allowance, credentialId = '' }, tariff, packageReturned }: SessionEvidence,
  withPackage: Receipt,
): boolean {
  if (packageReturned !== true || allowance === undefined) return false;
  const reserved = { purchaseId: allowance.purchaseId, amount: allowance.reservedAmount };
  return usedOfPackage(tariff, { credentialId, reserved }, withPackage) > 0;
}

/**
 * A session that the board started alone is authorised when we hear of it, which may be at its end: then its settlement
 * tells when it began. Frames do not: one that comes hours late is of another session of this port.
 */
function earliestStart({ agreement: { authorisedAtMs, startedBy }, settlement }: SessionEvidence): number {
  if (startedBy !== 'local' || settlement === undefined) return authorisedAtMs;
  const toldMs = settlement.receivedAtMs - settlement.durationS * 1000;
  return Math.max(authorisedAtMs - limits.longestSessionMs, Math.min(authorisedAtMs, toldMs));
}

/**
 * Nobody pays for standing there from an end that was never told, nor from one that came later than it was asked for:
 * the port may have been live, and its owner waiting.
 */
function removalThatCounts(
  { removedAtMs, settlement }: SessionEvidence,
  { stopLost }: FoldedSession,
): number | undefined {
  return settlement === undefined || stopLost ? undefined : removedAtMs;
}

/** Why it was closed, as long as nothing better is known; what has readings has begun, whatever was thought then. */
function closingRemarks({ closed, settlement }: SessionEvidence, { readings }: FoldedSession): Remark[] {
  if (closed === undefined || settlement !== undefined) return [];
  return [readings.length > 1 ? 'end-never-told' : closed.reason];
}
