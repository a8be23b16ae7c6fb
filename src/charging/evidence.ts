import type { BoardClaim, Receipt } from '../../contract/shapes/receipt.ts';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import { receiptCodeOf } from '../billing/receipt.ts';
import type { ChargingBoard } from '../estate/device.ts';
import type { Backend } from '../journal/commit.ts';
import type { Entry } from '../journal/entry.ts';
import { type Agreement, type CloseReason, removedFacts } from '../journal/facts/session.ts';
import type { Posting } from '../ledger/ledger.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';
import { type PortFrame, readFrames } from './frame-store.ts';
import { lastMomentMs } from './session.ts';
import { billIn, readSteps, receiptIn, receiptSteps, type SessionSteps } from './steps.ts';

/** Everything that the receipt of one session rests on, in plain data and in no order that matters. */
export interface SessionEvidence {
  /** The public code of its receipt. */
  readonly code: string;
  readonly agreement: Agreement;
  readonly tariff: Tariff;
  /** Every reading of its port that may be of this session; which ones are is for the fold to say. */
  readonly frames: readonly PortFrame[];
  readonly startedAtMs?: number | undefined;
  readonly stopAskedAtMs?: number | undefined;
  /** Closed without the board's settlement, and why. */
  readonly closed?: { readonly atMs: number; readonly reason: CloseReason } | undefined;
  readonly settlement?: ToldSettlement | undefined;
  readonly removedAtMs?: number | undefined;
  /** The package that was to pay has been given back. */
  readonly packageReturned?: boolean | undefined;
  /** What others counted towards the caps of its days when it was priced last. */
  readonly spentBefore?: Readonly<Record<string, number>> | undefined;
  /** Oldest first. */
  readonly receipts: readonly MadeReceipt[];
}

export interface ToldSettlement {
  readonly receivedAtMs: number;
  readonly durationS: number;
  readonly claim: BoardClaim;
}

interface MadeReceipt {
  readonly step: string;
  readonly atMs: number;
  readonly receipt: Receipt;
  readonly postings: readonly Posting[];
}

type Sources = Pick<Backend, 'table' | 'registry'>;

/**
 * The evidence for a session as it stands in the journal, its receipt's code being known: nothing is needed that makes
 * codes. Throws `not-found` when its board or tariff is gone.
 */
export async function evidenceOf(
  sources: Sources,
  agreement: Agreement,
  code: string,
): Promise<SessionEvidence> {
  const board = await sources.registry.device(agreement.deviceId);
  if (board?.kind !== 'charging-board')
    throw new DomainError('not-found', `There is no board ${agreement.deviceId}`);
  return (await gathered(sources, board, agreement, code, lastMomentMs(agreement.authorisedAtMs))).evidence;
}

/** The code that a session's receipt has: nobody guesses it, and it says nothing of the session. */
export const codeOfSession = ({ vault }: Pick<Backend, 'vault'>, { sessionId }: Agreement): string =>
  receiptCodeOf(vault.mac(`receipt ${sessionId}`));

/** The same with the steps that it was made of, and until when frames are asked for where that is known. */
export async function readEvidence(
  backend: Backend,
  board: ChargingBoard,
  agreement: Agreement,
  untilMs = lastMomentMs(agreement.authorisedAtMs),
): Promise<{ readonly steps: SessionSteps; readonly evidence: SessionEvidence }> {
  return gathered(backend, board, agreement, codeOfSession(backend, agreement), untilMs);
}

async function gathered(
  { table, registry }: Sources,
  board: ChargingBoard,
  agreement: Agreement,
  code: string,
  untilMs: number,
): Promise<{ readonly steps: SessionSteps; readonly evidence: SessionEvidence }> {
  const { deviceId, order, port, estateId, authorisedAtMs, tariffVersion } = agreement;
  const [steps, packageReturned, tariff, frames] = await Promise.all([
    readSteps({ table }, deviceId, order),
    isPackageReturned(table, agreement),
    registry.tariff(estateId, tariffVersion),
    readFrames(table, board, port, authorisedAtMs, untilMs),
  ]);
  return { steps, evidence: { code, agreement, tariff, frames, packageReturned, ...told(steps) } };
}

async function isPackageReturned(
  table: Table,
  { estateId, householdId, allowance }: Agreement,
): Promise<boolean> {
  if (allowance === undefined || householdId === undefined) return false;
  const [item] = await table.get([keys.purchaseReturned(estateId, householdId, allowance.purchaseId)]);
  return item !== undefined;
}

/** Answers to a start that say when the session began. */
const running: ReadonlySet<string | undefined> = new Set(['started', 'already-charging']);

function told(
  steps: SessionSteps,
): Omit<SessionEvidence, 'code' | 'agreement' | 'tariff' | 'frames' | 'packageReturned'> {
  const receipts = receiptSteps(steps).map(madeReceipt);
  return {
    startedAtMs: running.has(steps.started?.outcome) ? steps.started?.receivedAtMs : undefined,
    stopAskedAtMs: steps.stopAsked?.receivedAtMs,
    closed: steps.closed && {
      atMs: steps.closed.receivedAtMs,
      reason: billIn(steps.closed).reason ?? 'end-never-told',
    },
    settlement: settlementIn(steps.settled),
    removedAtMs: steps.removed && removedFacts.parse(steps.removed.facts).removedAtMs,
    spentBefore: receipts.at(-1)?.receipt.spentBefore,
    receipts,
  };
}

function madeReceipt(entry: Entry): MadeReceipt {
  const receipt = receiptIn(entry);
  if (receipt === undefined) throw new RangeError(`${entry.sk} has no receipt`);
  return { step: entry.sk, atMs: entry.receivedAtMs, receipt, postings: entry.postings ?? [] };
}

/** A settlement of an order that nobody knew was kept without a receipt, and settles nothing. */
function settlementIn(entry: Entry | undefined): ToldSettlement | undefined {
  if (entry === undefined) return undefined;
  const { receipt, durationS = 0 } = billIn(entry);
  const claim = receipt?.boardClaim;
  return claim && { receivedAtMs: entry.receivedAtMs, durationS, claim };
}
