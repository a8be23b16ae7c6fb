import type { LocalStart } from '../devices/events.ts';
import { addressOf, type ChargingBoard } from '../estate/device.ts';
import { type Backend, type Recorded, record, refusedAfter } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import type { Agreement } from '../journal/facts/session.ts';
import { send } from '../journal/outbox.ts';
import { keys } from '../shared/keys.ts';
import { closeWithoutSettlement } from './close-session.ts';
import { parsePort, portKey, putPort } from './port-store.ts';
import { lastMomentMs, sessionIdOf } from './session.ts';

/**
 * A session that the board started alone, reported afterwards and paid at the board. It takes its port, so that it is
 * not stopped as a stray, unless it is over by now.
 */
export async function handleLocalStart(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: LocalStart,
): Promise<Recorded> {
  const { deviceId, estateId, facilityId } = board;
  const tariff = await backend.registry.tariffAt(estateId, facilityId, origin.receivedAtMs);
  const answer = { type: 'answer-local-start', port: event.port, order: event.order } as const;
  const answerIt = () => send(backend.publisher, backend.clock, [{ to: addressOf(board), command: answer }]);
  const recorded = await record(
    backend,
    async () => {
      const { slot, settled } = await freePort(backend, origin, board, event);
      const agreement: Agreement = {
        sessionId: sessionIdOf(deviceId, event.order),
        estateId,
        facilityId,
        deviceId,
        port: event.port,
        order: event.order,
        startedBy: 'local',
        authorisedAtMs: origin.receivedAtMs,
        holdFen: event.spentFen,
        tariffVersion: tariff.tariffVersion,
        energyLimitWh: 0,
      };
      const entry = draft(keys.session(deviceId, event.order, 'authorised'), origin, {
        kind: 'session-authorised',
        outcome: 'started-at-board',
        facts: { ...agreement },
      });
      const taken = {
        ...slot,
        open: agreement,
        dueAtMs: lastMomentMs(origin.receivedAtMs),
      };
      // Its end may have been told before its beginning: then it needs no port any more.
      return { entry, writes: slot.open === undefined && settled === undefined ? [putPort(taken)] : [] };
    },
    refusedAfter(answerIt),
  );
  await answerIt();
  return recorded;
}

/** Between the end of the session before and this, somebody may have been given the port: that one ends too. */
async function freePort(backend: Backend, origin: Origin, board: ChargingBoard, event: LocalStart) {
  const { deviceId, estateId, facilityId } = board;
  for (let attempt = 1; ; attempt += 1) {
    await endSessionBefore(backend, origin, board, event);
    const [item, settled] = await backend.table.get([
      portKey(deviceId, event.port),
      keys.session(deviceId, event.order, 'settled'),
    ]);
    const slot = parsePort(item, { deviceId, port: event.port, estateId, facilityId });
    if (slot.open === undefined || settled !== undefined || attempt === attemptLimit)
      return { slot, settled };
  }
}

const attemptLimit = 3;

/**
 * A port that the board has started by itself is free of the session before, whose end was not told. Left open, that
 * one would keep the port's stops from naming the order that runs.
 */
async function endSessionBefore(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  { port, order }: LocalStart,
): Promise<void> {
  const { deviceId, estateId, facilityId } = board;
  const [item, told, settled] = await backend.table.get([
    portKey(deviceId, port),
    keys.session(deviceId, order, 'authorised'),
    keys.session(deviceId, order, 'settled'),
  ]);
  const { open } = parsePort(item, { deviceId, port, estateId, facilityId });
  if (open === undefined || told !== undefined || settled !== undefined) return;
  const reason = 'end-never-told';
  const own: Origin = { ...origin, payload: new Uint8Array(), fact: `${reason} ${open.sessionId}` };
  await closeWithoutSettlement(backend, own, board, open, { reason });
}
