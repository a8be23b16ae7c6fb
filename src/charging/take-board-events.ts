import type {
  BoardLogin,
  BoardState,
  ChargeStartAnswer,
  ChargeStopAnswer,
  LocalStart,
  MeterFrame,
  PortReading,
} from '../devices/events.ts';
import { type Outgoing, send } from '../devices/outbox.ts';
import { addressOf, type ChargingBoard } from '../estate/device.ts';
import { type Backend, type Recorded, record } from '../journal/commit.ts';
import { entryOf, type Origin } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import { type Agreement, chargeIdOf, limits, portSlotSchema } from './charge.ts';
import { closeUnaccounted, readSteps, stopCommand } from './close-charge.ts';
import { canDeliver } from './fold.ts';
import { parsePort, portKey, putPort, readPorts } from './port-store.ts';

/** Boards are asked to speak this often: as seldom as their protocol allows, every message costs. */
const heartbeatS = 240;

/** The board does nothing else until its login is answered. */
export async function takeLogin(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: BoardLogin,
): Promise<Recorded> {
  const recorded = await record(backend, async () => ({
    entry: entryOf(
      keys.event(board.deviceId, event.identity),
      origin,
      {
        kind: 'board-login',
        outcome: 'accepted',
        keep: 'operation',
        facts: { ports: event.ports, software: event.software },
      },
      backend.vault,
    ),
  }));
  await send(backend.publisher, backend.clock, [
    { to: addressOf(board), command: { type: 'answer-login', heartbeatS, accepted: true } },
  ]);
  return recorded;
}

/** A heartbeat: only the newest is kept, in one item that is written over. */
export async function takeBoardState(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: BoardState,
): Promise<void> {
  const { estateId, deviceId, facilityId } = board;
  const state = { signal: event.signal, boardTemperatureC: event.boardTemperatureC, ports: [...event.ports] };
  await backend.table.commit([
    {
      put: {
        ...keys.deviceState(deviceId),
        type: 'device-state',
        estateId,
        deviceId,
        facilityId,
        atMs: origin.receivedAtMs,
        state,
      },
      when: 'newest',
    },
  ]);
  await send(backend.publisher, backend.clock, [
    { to: addressOf(board), command: { type: 'answer-heartbeat' } },
  ]);
}

/**
 * One frame of all busy ports: one write. A port that delivers without a charge is stopped: nothing is energised
 * without a live authorisation.
 */
export async function takeMeterFrame(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: MeterFrame,
): Promise<Recorded> {
  const slots = await readPorts(backend.table, board.deviceId);
  const commands = event.ports.flatMap((reading): Outgoing[] => {
    const { port, chargingS } = reading;
    const slot = slots.find((candidate) => candidate.port === port);
    const beyond =
      slot?.open === undefined ? undefined : limitPassed(slot.open, reading, origin.receivedAtMs);
    if (slot?.open !== undefined && beyond !== undefined)
      return [stopCommand(board, port, slot.open.order, origin.receivedAtMs, `${beyond}-${event.identity}`)];
    const justClosed = slot?.last !== undefined && origin.receivedAtMs < slot.last.closedAtMs + strayAfterMs;
    // A board that started alone tells so within half a minute; until then its port is no stray.
    const mayBeLocal = chargingS * 1000 < strayAfterMs;
    if (slot?.open !== undefined || justClosed || mayBeLocal) return [];
    return [stopCommand(board, port, slot?.last?.order ?? 0, origin.receivedAtMs, `stray-${event.identity}`)];
  });
  return record(backend, async () => ({
    entry: entryOf(
      keys.meterFrame(board.deviceId, origin.receivedAtMs, event.identity),
      origin,
      {
        kind: 'meter-frame',
        outcome: commands.length === 0 ? 'kept' : 'port-stopped',
        keep: 'money',
        commands,
      },
      backend.vault,
    ),
  }));
}

const strayAfterMs = 120_000;

/** A reading is rounded, and the port stops itself at the limit: only what is clearly beyond it is cut from here. */
const beyondWh = 50;
const beyondW = 100;

/**
 * Which limit an open charge has passed, by a reading that can be true and is of this charge; a meter that shows what
 * no port can deliver proves nothing.
 */
function limitPassed(open: Agreement, reading: PortReading, receivedAtMs: number): string | undefined {
  const chargingMs = reading.chargingS * 1000;
  if (chargingMs > limits.longestChargeMs + limits.settlementGraceMs) return 'over-time';
  if (chargingMs > receivedAtMs - open.authorisedAtMs + 60_000) return undefined;
  if (!canDeliver(reading.energyWh, reading.chargingS)) return undefined;
  if (reading.powerW > limits.portPowerW + beyondW) return 'over-power';
  const limited = open.startedBy !== 'local';
  return limited && reading.energyWh > open.energyLimitWh + beyondWh ? 'over-energy' : undefined;
}

/** What became of a start. A port that could not start gives the hold back at once. */
export async function takeStartAnswer(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: ChargeStartAnswer,
): Promise<Recorded> {
  const { deviceId } = board;
  const running = event.result === 'started' || event.result === 'already-charging';
  const started = () =>
    entryOf(
      keys.charge(deviceId, event.order, 'started'),
      // A start that was sent twice is answered twice, in two words for one fact: `started`, then `already charging`.
      running ? { ...origin, fact: 'running' } : origin,
      {
        kind: 'charge-start-answered',
        outcome: event.result,
        keep: 'money',
        facts: { chargeId: chargeIdOf(deviceId, event.order), port: event.port },
      },
      backend.vault,
    );
  if (running) return record(backend, async () => ({ entry: started() }));
  return record(backend, async () => {
    const steps = await readSteps(backend, deviceId, event.order);
    if (steps.agreement === undefined) return { entry: started() };
    return closeUnaccounted(backend, origin, board, steps.agreement, {
      reason: event.result,
      ifOver: () => ({ entry: started() }),
    });
  });
}

export async function takeStopAnswer(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: ChargeStopAnswer,
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
      entry: entryOf(
        keys.charge(board.deviceId, event.order, 'stop-answered'),
        // A stop that was sent twice is answered twice: `stopped`, then `was idle`.
        { ...origin, fact: 'answered' },
        {
          kind: 'charge-stop-answered',
          outcome: event.result,
          keep: 'money',
          facts: { chargeId: chargeIdOf(board.deviceId, event.order), port: event.port },
        },
        backend.vault,
      ),
      writes: awaited,
    };
  });
}

/**
 * A charge that the board started alone, reported afterwards and paid at the board. It takes its port, so that it is
 * not stopped as a stray, unless it is over by now.
 */
export async function takeLocalStart(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: LocalStart,
): Promise<Recorded> {
  const { deviceId, estateId, facilityId } = board;
  const tariff = await backend.registry.tariffAt(estateId, origin.receivedAtMs);
  await endChargeBefore(backend, origin, board, event);
  const recorded = await record(backend, async () => {
    const [item, settled] = await backend.table.get([
      portKey(deviceId, event.port),
      keys.charge(deviceId, event.order, 'settled'),
    ]);
    const slot = parsePort(item, { deviceId, port: event.port, estateId, facilityId });
    const agreement: Agreement = {
      chargeId: chargeIdOf(deviceId, event.order),
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
    const entry = entryOf(
      keys.charge(deviceId, event.order, 'authorised'),
      origin,
      {
        kind: 'charge-authorised',
        outcome: 'started-at-board',
        keep: 'money',
        facts: { ...agreement },
      },
      backend.vault,
    );
    const taken = {
      ...slot,
      open: agreement,
      dueAtMs: origin.receivedAtMs + limits.longestChargeMs + limits.settlementGraceMs,
    };
    // Its end may have been told before its beginning: then it needs no port any more.
    return { entry, writes: slot.open === undefined && settled === undefined ? [putPort(taken)] : [] };
  });
  await send(backend.publisher, backend.clock, [
    { to: addressOf(board), command: { type: 'answer-local-start', port: event.port, order: event.order } },
  ]);
  return recorded;
}

/**
 * A port that the board has started by itself is free of the charge before, whose end was not told. Left open, that
 * one would keep the port's stops from naming the order that runs.
 */
async function endChargeBefore(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  { port, order }: LocalStart,
): Promise<void> {
  const { deviceId, estateId, facilityId } = board;
  const [item, told, settled] = await backend.table.get([
    portKey(deviceId, port),
    keys.charge(deviceId, order, 'authorised'),
    keys.charge(deviceId, order, 'settled'),
  ]);
  const { open } = parsePort(item, { deviceId, port, estateId, facilityId });
  if (open === undefined || told !== undefined || settled !== undefined) return;
  const reason = 'end-never-told';
  const own: Origin = { ...origin, payload: new Uint8Array(), fact: `${reason} ${open.chargeId}` };
  await record(backend, () =>
    closeUnaccounted(backend, own, board, open, { reason, ifOver: (end) => ({ entry: end }) }),
  );
}
