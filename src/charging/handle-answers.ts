import type { SessionStartAnswer, SessionStopAnswer } from '../devices/events.ts';
import type { ChargingBoard } from '../estate/device.ts';
import { type Backend, type Recorded, record } from '../journal/commit.ts';
import { type Draft, draft, type Origin } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import { adjustEnded } from './adjust-session.ts';
import { closeWithoutSettlement } from './close-session.ts';
import { portKey, putPort } from './port-store.ts';
import { limits, portSlotSchema, sessionIdOf } from './session.ts';
import { readSteps } from './steps.ts';

/**
 * What became of a start. A port that could not start gives the hold back at once. An answer that comes when its session
 * is over may still tell better when it began.
 */
export async function handleStartAnswer(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: SessionStartAnswer,
): Promise<Recorded> {
  const { deviceId } = board;
  const running = event.result === 'started' || event.result === 'already-charging';
  const started = (): Draft =>
    draft(
      keys.session(deviceId, event.order, 'started'),
      // A start that was sent twice is answered twice, in two words for one fact: `started`, then `already charging`.
      running ? { ...origin, fact: 'running' } : origin,
      {
        kind: 'session-start-answered',
        outcome: event.result,
        facts: { sessionId: sessionIdOf(deviceId, event.order), port: event.port },
      },
    );
  if (!running) {
    const { agreement } = await readSteps(backend, deviceId, event.order);
    if (agreement === undefined) return record(backend, async () => ({ entry: started() }));
    return closeWithoutSettlement(backend, origin, board, agreement, {
      reason: event.result,
      ifOver: started,
    });
  }
  const recorded = await record(backend, async () => ({ entry: started() }));
  const [item] = await backend.table.get([portKey(deviceId, event.port)]);
  const isOpen = item !== undefined && portSlotSchema.parse(item).open?.order === event.order;
  if (!isOpen) await adjustEnded(backend, origin, board, event.order);
  return recorded;
}

export async function handleStopAnswer(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: SessionStopAnswer,
): Promise<Recorded> {
  return record(backend, async () => {
    const [item] = await backend.table.get([portKey(board.deviceId, event.port)]);
    const slot = item === undefined ? undefined : portSlotSchema.parse(item);
    // From here on the settlement is due soon; see lastMoment in watch-port.ts.
    const awaited =
      slot?.open?.order === event.order
        ? [putPort({ ...slot, dueAtMs: origin.receivedAtMs + limits.settlementGraceMs })]
        : [];
    return {
      entry: draft(
        keys.session(board.deviceId, event.order, 'stop-answered'),
        // A stop that was sent twice is answered twice: `stopped`, then `was idle`.
        { ...origin, fact: 'answered' },
        {
          kind: 'session-stop-answered',
          outcome: event.result,
          facts: { sessionId: sessionIdOf(board.deviceId, event.order), port: event.port },
        },
      ),
      writes: awaited,
    };
  });
}
