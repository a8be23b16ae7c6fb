import type { ChargingBoard } from '../estate/device.ts';
import { type Backend, record } from '../journal/commit.ts';
import type { Origin } from '../journal/entry.ts';
import type { Agreement } from '../journal/facts/session.ts';
import { DomainError } from '../shared/errors.ts';
import { readFrames } from './frame-store.ts';
import { type FoundSession, findSession, priced } from './price-session.ts';
import { newestReceiptStep, readSteps } from './steps.ts';
import { verifySession } from './verify-session.ts';

const attemptLimit = 12;

/**
 * Prices a session again that is over, with all that is known by now. Where that makes another receipt, it is written
 * beside the one before, and the difference is moved, exactly once: whoever else saw the same facts finds it done. A
 * session that is not over yet is left alone; its end will see the facts.
 */
export async function adjustSession(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  agreement: Agreement,
): Promise<void> {
  for (let attempt = 1; attempt <= attemptLimit; attempt += 1) {
    let found: FoundSession | undefined = await findSession(backend, board, agreement);
    if (isRight(found)) return;
    // In a conflict somebody has priced it again in the same moment, on other facts.
    const again = () => 'again' as const;
    const recorded = await record(
      backend,
      async () => {
        const current: FoundSession = found ?? (await findSession(backend, board, agreement));
        found = undefined;
        const newest = newestReceiptStep(current.steps);
        // Somebody else was quicker, and saw what we saw.
        if (newest !== undefined && isRight(current)) return { entry: newest };
        return adjusted(backend, origin, current);
      },
      again,
    );
    if (recorded !== 'again') return;
  }
  throw new DomainError('lost-race', `${agreement.sessionId} is priced again too often at once`);
}

/** The same for a session by its order, where that was ever agreed. */
export async function adjustEnded(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  order: number,
): Promise<void> {
  const { agreement } = await readSteps(backend, board.deviceId, order);
  if (agreement !== undefined) await adjustSession(backend, origin, board, agreement);
}

function isRight({ evidence }: FoundSession): boolean {
  return evidence.receipts.length === 0 || verifySession(evidence).same;
}

/** Booked now, and not when the fact was told: a month that was closed meanwhile stays as it is. */
function adjusted(backend: Backend, origin: Origin, found: FoundSession) {
  const { recorded, recomputed } = verifySession(found.evidence);
  const why = recorded?.removedAtMs === recomputed.removedAtMs ? 'late-reading' : 'bike-removed';
  const own: Origin = {
    estateId: found.agreement.estateId,
    deviceId: found.agreement.deviceId,
    receivedAtMs: backend.clock.now(),
    topic: origin.topic,
    sender: origin.sender,
    payload: new Uint8Array(),
    fact: `adjusted ${JSON.stringify(recomputed)}`,
  };
  return priced(backend, own, found, { step: 'adjusted', why });
}

/**
 * What was being written while a settlement was decided on was in nobody's sight: its writer saw an open session, and
 * the settlement no fact. So whoever writes a fact looks at the session after it, and the settlement looks at the facts
 * after it; one of the two sees the other.
 */
export async function lookAgain(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  decidedOn: FoundSession,
  isRecordedNow: boolean,
): Promise<void> {
  const unseen = isRecordedNow ? await isMoreKnown(backend, origin, board, decidedOn) : !isRight(decidedOn);
  if (unseen) await adjustSession(backend, origin, board, decidedOn.agreement);
}

async function isMoreKnown(
  backend: Backend,
  { receivedAtMs }: Origin,
  board: ChargingBoard,
  { agreement, steps, evidence }: FoundSession,
): Promise<boolean> {
  const frames = await readFrames(
    backend.table,
    board,
    agreement.port,
    agreement.authorisedAtMs,
    receivedAtMs,
  );
  if (frames.length !== evidence.frames.length) return true;
  const mayBeRemoved = evidence.tariff.overstay !== undefined && agreement.stayId !== undefined;
  const complete = steps.started !== undefined && (steps.removed !== undefined || !mayBeRemoved);
  if (complete) return false;
  const now = await readSteps(backend, agreement.deviceId, agreement.order);
  return (
    (steps.started === undefined && now.started !== undefined) ||
    (steps.removed === undefined && now.removed !== undefined)
  );
}
