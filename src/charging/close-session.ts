import type { BoardClaim } from '../../contract/shapes/receipt.ts';
import type { Settlement } from '../devices/events.ts';
import { addressOf, type ChargingBoard } from '../estate/device.ts';
import {
  type Backend,
  type Decision,
  type Recorded,
  record,
  refusedAfter,
  refuseReused,
} from '../journal/commit.ts';
import { type Draft, draft, type Entry, type Origin, parseEntry } from '../journal/entry.ts';
import { type Agreement, agreementSchema, type CloseReason } from '../journal/facts/session.ts';
import { type Outgoing, send } from '../journal/outbox.ts';
import { keys } from '../shared/keys.ts';
import { adjustSession, lookAgain } from './adjust-session.ts';
import { type FoundSession, findSession, priced } from './price-session.ts';

/**
 * The board's settlement. It is answered whatever it says, also for an order that nobody knows: an unanswered
 * board repeats itself and starts nothing else. Told after an estimate, it corrects the estimate.
 */
export async function handleSettlement(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: Settlement,
): Promise<Recorded> {
  let decidedOn: FoundSession | undefined;
  const answer = { type: 'answer-settlement', port: event.port, order: event.order } as const;
  const answerIt = async (isRecordedNow: boolean) => {
    await send(backend.publisher, backend.clock, [{ to: addressOf(board), command: answer }]);
    if (decidedOn !== undefined) await lookAgain(backend, origin, board, decidedOn, isRecordedNow);
  };
  const recorded = await record(
    backend,
    async () => {
      const [authorised] = await backend.table.get([keys.session(board.deviceId, event.order, 'authorised')]);
      const agreement =
        authorised === undefined ? undefined : agreementSchema.parse(parseEntry(authorised).facts);
      if (agreement === undefined || agreement.port !== event.port)
        return { entry: keptOnly(backend, origin, board, event, agreement) };
      decidedOn = await findSession(backend, board, agreement, origin.receivedAtMs);
      return settle(backend, origin, decidedOn, event);
    },
    refusedAfter(() => answerIt(false)),
  );
  await answerIt(recorded.recorded === 'now');
  return recorded;
}

function settle(backend: Backend, origin: Origin, found: FoundSession, event: Settlement): Decision {
  const { durationS } = event;
  const settlement = { receivedAtMs: origin.receivedAtMs, durationS, claim: claimOf(event) };
  const known = { ...found, evidence: { ...found.evidence, settlement } };
  return priced(backend, origin, known, { step: 'settled', durationS });
}

function claimOf({ claimedFen, energyWh, stopReason, bands }: Settlement): BoardClaim {
  const told = bands.map(({ durationS, priceFenPerHour }) => ({
    seconds: durationS,
    priceMilliYuanPerHour: priceFenPerHour * 10,
  }));
  return { fen: claimedFen, energyWh, stopReason, ...(told.length === 0 ? {} : { bands: told }) };
}

/** A settlement of an order that nobody knows, or of another port than it was given to. */
function keptOnly(
  _backend: Backend,
  origin: Origin,
  { deviceId }: ChargingBoard,
  event: Settlement,
  agreement: Agreement | undefined,
): Draft {
  const [key, refusal] =
    agreement === undefined
      ? ([keys.session(deviceId, event.order, 'settled'), 'unknown-order'] as const)
      : ([keys.event(deviceId, `${event.identity}:port-${event.port}`), 'order-of-another-port'] as const);
  const facts = { settlement: event };
  return draft(key, origin, { kind: 'settlement', outcome: 'kept', refusal, facts });
}

/**
 * Closes a session without the board's settlement, at its last reading, unless it is over by now. A session that never
 * began costs nothing by the same rule: it has no readings.
 */
export async function closeWithoutSettlement(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  agreement: Agreement,
  options: {
    readonly reason: CloseReason;
    readonly commands?: readonly Outgoing[];
    /** What is recorded instead where the session is over by now. */
    readonly ifOver?: () => Draft;
  },
): Promise<Recorded> {
  const { reason, commands = [], ifOver } = options;
  // Somebody else has closed it in this very moment: now it is over.
  const isOver = (standing: Entry) =>
    standing.kind === 'session-closed'
      ? closeWithoutSettlement(backend, origin, board, agreement, options)
      : refuseReused(standing);
  const recorded = await record(
    backend,
    async () => {
      const found = await findSession(backend, board, agreement);
      const end = found.steps.closed ?? found.steps.settled;
      if (end !== undefined) return { entry: ifOver?.() ?? end };
      const known = {
        ...found,
        evidence: { ...found.evidence, closed: { atMs: origin.receivedAtMs, reason } },
      };
      return priced(backend, origin, known, { step: 'closed', reason, commands });
    },
    isOver,
  );
  if (recorded.recorded === 'now') await adjustSession(backend, origin, board, agreement);
  return recorded;
}
