import type { ChargingBoard } from '../estate/device.ts';
import { type Backend, record } from '../journal/commit.ts';
import { draft, timerOrigin } from '../journal/entry.ts';
import type { Agreement } from '../journal/facts/session.ts';
import { keys } from '../shared/keys.ts';
import type { Key } from '../shared/table.ts';
import { closeWithoutSettlement } from './close-session.ts';
import { readFrames } from './frame-store.ts';
import { putPort } from './port-store.ts';
import { releaseHold } from './release-hold.ts';
import { lastMomentMs, limits, type PortSlot, portSlotSchema } from './session.ts';
import { readSteps, type SessionSteps } from './steps.ts';
import { stopCommand } from './stop-session.ts';

/**
 * The timer of a port with an open session. A start that nobody answered is given up, and the hold goes back; a session
 * whose end was never told is closed at its last reading, marked as an estimate. Either way the port is told to stop,
 * for it may be live. Where time costs money, a port that is not heard of is told to stop when its hold is used up.
 */
export async function portDue(backend: Backend, key: Key): Promise<void> {
  const nowMs = backend.clock.now();
  const [item] = await backend.table.get([key]);
  if (item === undefined) return;
  const slot = portSlotSchema.parse(item);
  const { open } = slot;
  if (open === undefined || slot.dueAtMs === undefined || slot.dueAtMs > nowMs) return;
  const board = await backend.registry.device(slot.deviceId);
  // What stands nowhere any more can neither be measured nor told to stop.
  if (board?.kind !== 'charging-board') return releaseHold(backend, slot, open, 'board-gone', false);
  const steps = await readSteps(backend, slot.deviceId, open.order);
  if ((steps.closed ?? steps.settled) !== undefined) {
    // Its end was told before its beginning, and the port was taken all the same.
    return releaseHold(backend, slot, open, 'end-told-before', steps.settled !== undefined);
  }
  const endMs = await lastMoment(backend, board, open, steps, nowMs);
  const began = open.startedBy === 'local' || (await hasBegun(backend, board, open, steps, nowMs));
  if (began && nowMs < endMs) {
    const timeUpMs = timeUpAt(open, steps);
    const later = { ...slot, dueAtMs: nowMs < timeUpMs ? Math.min(timeUpMs, endMs) : endMs };
    if (timeUpMs <= nowMs) await stopUnheard(backend, board, later, open, nowMs);
    // A lost race means that the session has just moved on, and with it its timer.
    else await backend.table.commit([putPort(later)]);
    return;
  }
  const reason = began ? 'end-never-told' : 'not-started';
  await closeWithoutSettlement(
    backend,
    timerOrigin(open, nowMs, `${reason} ${open.sessionId}`),
    board,
    open,
    {
      reason,
      commands: [stopCommand(board, open.port, open.order, nowMs, reason)],
    },
  );
}

/** When the hold of a session is used up by time alone; never where time costs nothing. */
function timeUpAt(
  { authorisedAtMs, timeLimitMs = Number.POSITIVE_INFINITY }: Agreement,
  steps: SessionSteps,
): number {
  return (steps.started?.receivedAtMs ?? authorisedAtMs) + timeLimitMs;
}

/** Its frames decide as long as they come: they know what the session has cost so far. */
async function stopUnheard(
  backend: Backend,
  board: ChargingBoard,
  later: PortSlot,
  { port, order, sessionId }: Agreement,
  nowMs: number,
): Promise<void> {
  const heard = await readFrames(backend.table, board, port, nowMs - unheardMs, nowMs);
  if (heard.length > 0) {
    await backend.table.commit([putPort(later)]);
    return;
  }
  const fact = `time-used-up ${sessionId}`;
  const commands = [stopCommand(board, port, order, nowMs, 'time-used-up')];
  await record(backend, async () => ({
    entry: draft(keys.event(board.deviceId, fact), timerOrigin(later, nowMs, fact), {
      kind: 'ports-stopped',
      outcome: 'sent',
      commands,
    }),
  }));
  await backend.table.commit([putPort(later)]);
}

/** Boards tell of their ports every few minutes. */
const unheardMs = 10 * 60_000;

/**
 * Until when a settlement is waited for: as long as a session may last, or, once the board has said that the port is
 * off and nothing runs on it any more, as long as a board repeats itself. A board drops a settlement after three
 * tries; nobody's money should be held for half a day because of that.
 */
async function lastMoment(
  backend: Backend,
  board: ChargingBoard,
  open: Agreement,
  steps: SessionSteps,
  nowMs: number,
): Promise<number> {
  const longestMs = lastMomentMs(open.authorisedAtMs);
  const stoppedAtMs = steps.stopAnswered?.receivedAtMs;
  if (stoppedAtMs === undefined || steps.stopAnswered?.outcome === 'order-mismatch') return longestMs;
  const after = await readFrames(backend.table, board, open.port, stoppedAtMs + stillOnItsWayMs, nowMs);
  return after.length > 0 ? longestMs : stoppedAtMs + limits.settlementGraceMs;
}

/** A frame that was taken before the stop may be told this much after it. */
const stillOnItsWayMs = 60_000;

async function hasBegun(
  backend: Backend,
  board: ChargingBoard,
  open: Agreement,
  steps: SessionSteps,
  nowMs: number,
): Promise<boolean> {
  if (steps.started !== undefined) return true;
  return (await readFrames(backend.table, board, open.port, open.authorisedAtMs, nowMs)).length > 0;
}
