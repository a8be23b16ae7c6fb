import type { ChargingBoard } from '../estate/device.ts';
import { type Backend, record } from '../journal/commit.ts';
import { timerOrigin } from '../journal/entry.ts';
import type { Key } from '../shared/table.ts';
import { type Agreement, limits, type PortSlot, portSlotSchema } from './charge.ts';
import { type ChargeSteps, closeUnaccounted, readSteps, stopCommand } from './close-charge.ts';
import { readFrames } from './frame-store.ts';
import { closed, putPort } from './port-store.ts';

/**
 * The timer of a port with an open charge. A start that nobody answered is given up, and the hold goes back; a charge
 * whose end was never told is closed at its last reading, marked as an estimate. Either way the port is told to stop,
 * for it may be live.
 */
export async function portDue(backend: Backend, key: Key): Promise<void> {
  const nowMs = backend.clock.now();
  const [item] = await backend.table.get([key]);
  if (item === undefined) return;
  const slot = portSlotSchema.parse(item);
  const { open } = slot;
  if (open === undefined || slot.dueAtMs === undefined || slot.dueAtMs > nowMs) return;
  const board = await backend.registry.device(slot.deviceId);
  if (board?.kind !== 'charging-board') return;
  const steps = await readSteps(backend, slot.deviceId, open.order);
  if ((steps.closed ?? steps.settled) !== undefined) {
    // Its end was told before its beginning, and the port was taken all the same.
    await freePort(backend, slot, open.order, nowMs);
    return;
  }
  const lastMomentMs = await lastMoment(backend, board, open, steps, nowMs);
  const began = open.startedBy === 'local' || (await hasBegun(backend, board, open, steps, nowMs));
  if (began && nowMs < lastMomentMs) {
    // A lost race means that the charge has just moved on, and with it its timer.
    await backend.table.commit([putPort({ ...slot, dueAtMs: lastMomentMs })]);
    return;
  }
  const reason = began ? 'end-never-told' : 'not-started';
  await record(backend, () =>
    closeUnaccounted(backend, timerOrigin(open, nowMs, `${reason} ${open.chargeId}`), board, open, {
      reason,
      commands: [stopCommand(board, open.port, open.order, nowMs, reason)],
      ifOver: (end) => ({ entry: end }),
    }),
  );
}

/**
 * Until when a settlement is waited for: as long as a charge may last, or, once the board has said that the port is
 * off and nothing runs on it any more, as long as a board repeats itself. A board drops a settlement after three
 * tries; nobody's money should be held for half a day because of that.
 */
async function lastMoment(
  backend: Backend,
  board: ChargingBoard,
  open: Agreement,
  steps: ChargeSteps,
  nowMs: number,
): Promise<number> {
  const longestMs = open.authorisedAtMs + limits.longestChargeMs + limits.settlementGraceMs;
  const stoppedAtMs = steps.stopAnswered?.receivedAtMs;
  if (stoppedAtMs === undefined || steps.stopAnswered?.outcome === 'order-mismatch') return longestMs;
  const after = await readFrames(backend.table, board, open.port, stoppedAtMs + stillOnItsWayMs, nowMs);
  return after.length > 0 ? longestMs : stoppedAtMs + limits.settlementGraceMs;
}

/** A frame that was taken before the stop may be told this much after it. */
const stillOnItsWayMs = 60_000;

async function freePort(backend: Backend, slot: PortSlot, order: number, nowMs: number): Promise<void> {
  const freed = closed(slot, order, nowMs);
  if (freed !== undefined) await backend.table.commit([putPort(freed)]);
}

async function hasBegun(
  backend: Backend,
  board: ChargingBoard,
  open: Agreement,
  steps: ChargeSteps,
  nowMs: number,
): Promise<boolean> {
  if (steps.started !== undefined) return true;
  return (await readFrames(backend.table, board, open.port, open.authorisedAtMs, nowMs)).length > 0;
}
