import type { Adjustment, Receipt } from '../../contract/shapes/receipt.ts';
import type { AdjustmentReason } from '../../contract/words/words.ts';
import type { ChargingBoard } from '../estate/device.ts';
import type { Backend, Decision } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import type { Agreement, CloseReason } from '../journal/facts/session.ts';
import type { Outgoing } from '../journal/outbox.ts';
import type { Posting } from '../ledger/ledger.ts';
import type { SessionStep } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import type { Item, Write } from '../shared/table.ts';
import { givenBackFor } from '../wallet/correction.ts';
import { noticeWrites } from '../wallet/notice.ts';
import { paySession, spentBeforeOf } from '../wallet/session-money.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { parseWallet, putWallet, walletKey } from '../wallet/wallet-store.ts';
import { readEvidence, type SessionEvidence } from './evidence.ts';
import { closed, parsePort, portKey, putPort } from './port-store.ts';
import { receiptFrom } from './session-receipt.ts';
import type { SessionSteps } from './steps.ts';

/** A session, and everything that its price is computed from and changes. */
export interface FoundSession {
  readonly agreement: Agreement;
  readonly steps: SessionSteps;
  readonly evidence: SessionEvidence;
  readonly portItem: Item | undefined;
  readonly walletItem: Item | undefined;
  /** By corrections of it. */
  readonly givenBackFen: number;
}

/**
 * Port and wallet are read first, and the journal after them: whoever else prices this session meanwhile writes one of
 * the two, so that a decision on an older journal cannot be committed. The other way round, a session closed by the
 * watchdog in the moment of its settlement would be paid twice.
 */
export async function findSession(
  backend: Backend,
  board: ChargingBoard,
  agreement: Agreement,
  untilMs?: number,
): Promise<FoundSession> {
  const { deviceId, port, estateId, householdId } = agreement;
  const [portItem, walletItem] = await backend.table.get([
    portKey(deviceId, port),
    ...(householdId === undefined ? [] : [walletKey(estateId, householdId)]),
  ]);
  const { steps, evidence } = await readEvidence(backend, board, agreement, untilMs);
  // What has no receipt yet cannot have been corrected.
  const givenBackFen =
    evidence.receipts.length === 0 ? 0 : await givenBackFor(backend.table, estateId, agreement.sessionId);
  return { agreement, steps, evidence, portItem, walletItem, givenBackFen };
}

/** What has become known: why the session is priced, and by which step of its journal. */
type Pricing = { readonly commands?: readonly Outgoing[] } & (
  | { readonly step: 'closed'; readonly reason: CloseReason }
  | { readonly step: 'settled'; readonly durationS: number }
  /** `why` is what a resident reads beside the correction. */
  | { readonly step: 'adjusted'; readonly why: AdjustmentReason }
);

/**
 * Prices a session with all that is known, and moves what that changes: the entry with the new receipt, the wallet, and
 * the port where the session still has it. One of wallet and port is written in any case: their version is what keeps
 * two prices of one session apart.
 */
export function priced(backend: Backend, origin: Origin, found: FoundSession, pricing: Pricing): Decision {
  const { step, commands = [] } = pricing;
  const { agreement } = found;
  const evidence = withSpentBefore(found);
  const before = evidence.receipts.at(-1)?.receipt;
  const why = step === 'adjusted' ? pricing.why : 'board-settlement';
  const after = withHistory(receiptFrom(evidence), before, { atMs: origin.receivedAtMs, why });
  const money = moveMoney(found, evidence, before, after, (was, is) =>
    noticeWrites(backend.vault, origin, was, is),
  );
  const name: SessionStep = step === 'adjusted' ? `adjusted#${after.revision}` : step;
  const entry = draft(keys.session(agreement.deviceId, agreement.order, name), origin, {
    ...billOf(pricing, { agreement, receipt: after }),
    outcome: before === undefined ? step : 'corrected',
    postings: money.postings,
    commands,
  });
  return { entry, writes: [...closePort(found, step, origin.receivedAtMs), ...money.writes] };
}

/** The kind of an entry with its facts, by the step that it is. */
function billOf(pricing: Pricing, bill: { readonly agreement: Agreement; readonly receipt: Receipt }) {
  const { step } = pricing;
  if (step === 'closed')
    return { kind: 'session-closed', facts: { ...bill, reason: pricing.reason } } as const;
  if (step === 'settled')
    return { kind: 'settlement', facts: { ...bill, durationS: pricing.durationS } } as const;
  return { kind: 'session-adjusted', facts: bill } as const;
}

/**
 * As it is now, whenever a session is priced: other sessions of the card may have come under the cap of the day since.
 * What those cost later is no reason by itself to price this one again.
 */
function withSpentBefore({ agreement, evidence, walletItem }: FoundSession): SessionEvidence {
  const { householdId, credentialId, estateId, authorisedAtMs } = agreement;
  if (householdId === undefined || credentialId === undefined) return evidence;
  const wallet = parseWallet(walletItem, estateId, householdId);
  const before = evidence.receipts.at(-1)?.receipt;
  const { tariff } = evidence;
  return {
    ...evidence,
    spentBefore: spentBeforeOf(wallet, credentialId, tariff, authorisedAtMs, before),
  };
}

function withHistory(
  receipt: Receipt,
  before: Receipt | undefined,
  { atMs, why }: Pick<Adjustment, 'atMs' | 'why'>,
): Receipt {
  if (before === undefined) return receipt;
  const adjustment = { atMs, why, beforeFen: before.chargedFen, afterFen: receipt.chargedFen };
  const changed = before.chargedFen === receipt.chargedFen ? [] : [adjustment];
  return {
    ...receipt,
    adjustments: [...before.adjustments, ...changed],
    revision: before.revision + 1,
  };
}

function moveMoney(
  { agreement, walletItem, givenBackFen }: FoundSession,
  { tariff }: SessionEvidence,
  before: Receipt | undefined,
  after: Receipt,
  notices: (was: Wallet, is: Wallet) => Write[],
): { readonly postings: readonly Posting[]; readonly writes: readonly Write[] } {
  const { householdId, credentialId, memberId, allowance, estateId } = agreement;
  // What was started at the board was paid there.
  if (householdId === undefined || credentialId === undefined) return { postings: [], writes: [] };
  const reserved = allowance && { purchaseId: allowance.purchaseId, amount: allowance.reservedAmount };
  const payer = { credentialId, memberId, reserved, givenBackFen };
  const was = parseWallet(walletItem, estateId, householdId);
  const { wallet, postings } = paySession(was, payer, tariff, before, after);
  return { postings, writes: [putWallet(wallet), ...notices(was, wallet)] };
}

function closePort({ agreement, portItem }: FoundSession, step: Pricing['step'], atMs: number): Write[] {
  const { deviceId, port, estateId, facilityId, order, startedBy } = agreement;
  const slot = parsePort(portItem, { deviceId, port, estateId, facilityId });
  const after = closed(slot, order, atMs, step === 'settled');
  if (after !== undefined) return [putPort(after)];
  return startedBy === 'local' ? [putPort(slot)] : [];
}
