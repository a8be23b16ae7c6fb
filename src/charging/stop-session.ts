import { addressOf, type ChargingBoard } from '../estate/device.ts';
import { type Backend, record, refuseReused } from '../journal/commit.ts';
import { draft, type Entry, type Origin } from '../journal/entry.ts';
import type { Agreement } from '../journal/facts/session.ts';
import type { Outgoing } from '../journal/outbox.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { limits, sessionIdOf } from './session.ts';
import { readSteps } from './steps.ts';

/**
 * A person asks for the end of a session. Told to stop, the board settles, and the settlement closes the session; asked
 * twice, it is told twice. The first time is a step of the session: from then on it costs nothing more, whether or not
 * the stop reaches its port. Throws `not-found` when the session is over.
 */
export async function stopForPerson(backend: Backend, origin: Origin, agreement: Agreement): Promise<void> {
  const { deviceId, order, port, sessionId, estateId } = agreement;
  const board = await backend.registry.device(deviceId);
  const steps = await readSteps(backend, deviceId, order);
  if (board?.kind !== 'charging-board' || steps.closed !== undefined || steps.settled !== undefined)
    throw new DomainError('not-found', 'This session is over');
  const stop = stopCommand(board, port, order, origin.receivedAtMs, 'asked');
  const key =
    steps.stopAsked === undefined
      ? keys.session(deviceId, order, 'stop-asked')
      : keys.request(estateId, `stop:${sessionId}:${origin.receivedAtMs}:${origin.sender}`);
  // Somebody else has asked for it in this very moment: this is the second time, and the board is told again.
  const second = (standing: Entry) =>
    steps.stopAsked === undefined ? stopForPerson(backend, origin, agreement) : refuseReused(standing);
  await record(
    backend,
    async () => ({
      entry: draft(key, origin, {
        kind: 'stop-asked',
        outcome: 'sent',
        facts: { sessionId },
        commands: [stop],
      }),
    }),
    second,
  );
}

/** The stop that goes with a session that is closed without the board's settlement: the port may still be live. */
export function stopCommand(
  board: ChargingBoard,
  port: number,
  order: number,
  nowMs: number,
  why: string,
): Outgoing {
  return {
    to: addressOf(board),
    command: {
      type: 'stop-session',
      commandId: `${sessionIdOf(board.deviceId, order)}.${why}`,
      expiresAtMs: nowMs + limits.stopValidMs,
      port,
      order,
    },
    acknowledgedAt: keys.session(board.deviceId, order, 'stop-answered'),
  };
}
