import type { Tariff } from '../../contract/shapes/tariff.ts';
import { price } from '../billing/price.ts';
import type { MeterFrame, PortReading } from '../devices/events.ts';
import type { ChargingBoard } from '../estate/device.ts';
import { type Backend, type Recorded, record } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import type { Agreement } from '../journal/facts/session.ts';
import type { Outgoing } from '../journal/outbox.ts';
import { keys } from '../shared/keys.ts';
import { adjustEnded } from './adjust-session.ts';
import { canDeliver } from './fold.ts';
import { endedSessionsOf, readPorts } from './port-store.ts';
import { limits, type PortSlot } from './session.ts';
import { stopCommand } from './stop-session.ts';

/**
 * One frame of all busy ports: one write. A port that delivers without a session, or beyond what was agreed, is stopped.
 * A reading of a session that is over by now changes its price. The ports are looked at after the frame is written: a
 * session that ends in this moment has either seen the frame, or is seen to be over.
 */
export async function handleMeterFrame(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: MeterFrame,
): Promise<Recorded> {
  const { deviceId } = board;
  const recorded = await record(backend, async () => ({
    entry: draft(keys.meterFrame(deviceId, origin.receivedAtMs, event.identity), origin, {
      kind: 'meter-frame',
      outcome: 'kept',
    }),
  }));
  const slots = await readPorts(backend.table, deviceId);
  const slotOf = ({ port }: PortReading) => slots.find((slot) => slot.port === port);
  const stops = await Promise.all(
    event.ports.map((reading) => stopOf(backend, origin, board, event, reading, slotOf(reading))),
  );
  await stopPorts(
    backend,
    origin,
    board,
    event,
    stops.filter((stop) => stop !== undefined),
  );
  for (const reading of event.ports) {
    const slot = slotOf(reading);
    const ended = slot === undefined ? [] : endedSessionsOf(slot, origin.receivedAtMs, reading.chargingS);
    for (const { order } of ended) await adjustEnded(backend, origin, board, order);
  }
  return recorded;
}

/** Why a port has to stop, or undefined where it may go on. */
async function stopOf(
  backend: Backend,
  { receivedAtMs }: Origin,
  board: ChargingBoard,
  { identity }: MeterFrame,
  reading: PortReading,
  slot: PortSlot | undefined,
): Promise<Outgoing | undefined> {
  const { port, chargingS } = reading;
  const { open, last } = slot ?? {};
  if (open === undefined) {
    const justClosed = last !== undefined && receivedAtMs < last.closedAtMs + strayAfterMs;
    // A board that started alone tells so within half a minute; until then its port is no stray.
    const mayBeLocal = chargingS * 1000 < strayAfterMs;
    if (justClosed || mayBeLocal) return undefined;
    return stopCommand(board, port, last?.order ?? 0, receivedAtMs, `stray-${identity}`);
  }
  const beyond = isOf(open, reading, receivedAtMs) ? await limitPassed(backend, open, reading) : undefined;
  return beyond === undefined
    ? undefined
    : stopCommand(board, port, open.order, receivedAtMs, `${beyond}-${identity}`);
}

const strayAfterMs = 120_000;

/** Kept for themselves: which ports are to stop is known only after the frame is in the journal. */
async function stopPorts(
  backend: Backend,
  origin: Origin,
  { deviceId }: ChargingBoard,
  { identity }: MeterFrame,
  commands: readonly Outgoing[],
): Promise<void> {
  if (commands.length === 0) return;
  const own = { ...origin, payload: new Uint8Array(), fact: `stops after ${identity}` };
  await record(backend, async () => ({
    entry: draft(keys.event(deviceId, `${identity}:${origin.receivedAtMs}:stops`), own, {
      kind: 'ports-stopped',
      outcome: 'sent',
      commands,
    }),
  }));
}

/** A reading is rounded, and the port stops itself at the limit: only what is clearly beyond it is cut from here. */
const beyondWh = 50;
const beyondW = 100;

/** Whether a reading can be true and is of this session; a meter that shows what no port can deliver proves nothing. */
function isOf(open: Agreement, { chargingS, energyWh }: PortReading, receivedAtMs: number): boolean {
  if (chargingS * 1000 > limits.longestSessionMs + limits.settlementGraceMs) return true;
  return chargingS * 1000 <= receivedAtMs - open.authorisedAtMs + 60_000 && canDeliver(energyWh, chargingS);
}

/** Which limit an open session has passed. */
async function limitPassed(
  backend: Backend,
  open: Agreement,
  reading: PortReading,
): Promise<string | undefined> {
  if (reading.chargingS * 1000 > limits.longestSessionMs + limits.settlementGraceMs) return 'over-time';
  if (reading.powerW > limits.portPowerW + beyondW) return 'over-power';
  if (open.startedBy === 'local') return undefined;
  if (reading.energyWh > open.energyLimitWh + beyondWh) return 'over-energy';
  if (open.timeLimitMs === undefined) return undefined;
  const tariff = await backend.registry.tariff(open.estateId, open.tariffVersion);
  return isHoldUsedUp(tariff, open, reading) ? 'over-hold' : undefined;
}

/** Where time costs money no board knows when the hold is used up; what the session costs so far tells. */
function isHoldUsedUp(
  tariff: Tariff,
  { authorisedAtMs, allowance, holdFen }: Agreement,
  { chargingS, energyWh, powerW }: PortReading,
): boolean {
  const readings = [
    { atMs: authorisedAtMs, energyWh: 0 },
    { atMs: authorisedAtMs + chargingS * 1000, energyWh, powerW },
  ];
  const { totalFen } = price(tariff, { readings, allowance });
  // Nothing is held where a package of energy pays: as long as it does, nothing is used up.
  return totalFen > 0 && totalFen >= holdFen;
}
