import type { Device, Sensor } from '../estate/device.ts';
import { type Backend, type Recorded, record } from '../journal/commit.ts';
import { entryOf, type Origin } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import type { BayChange, CommandAcknowledgement, GatePass, Health } from './events.ts';

/** A device says what became of a command: from here on nobody sends it again. */
export function takeAcknowledgement(
  backend: Backend,
  origin: Origin,
  device: Device,
  event: CommandAcknowledgement,
): Promise<Recorded> {
  const facts = event.detail === undefined ? {} : { detail: event.detail };
  return record(backend, async () => ({
    entry: entryOf(
      keys.commandAcknowledged(device.deviceId, event.commandId),
      // Told twice, in whatever words, a command was answered once.
      { ...origin, fact: event.commandId },
      { kind: 'command-acknowledged', outcome: event.result, keep: 'operation', facts },
      backend.vault,
    ),
  }));
}

/** Which bays are taken, or that a device is alive: only the newest is kept, in one item that is written over. */
export async function takeNewest(
  backend: Backend,
  origin: Origin,
  device: Device,
  event: BayChange | Health,
): Promise<void> {
  const { estateId, deviceId } = device;
  const facilityId = 'facilityId' in device ? device.facilityId : undefined;
  const state = event.type === 'health' ? { detail: event.detail } : { bays: event.bays };
  const atMs =
    event.occurredAtMs === undefined
      ? origin.receivedAtMs
      : Math.min(event.occurredAtMs, origin.receivedAtMs);
  const put = {
    ...keys.deviceState(deviceId),
    type: 'device-state',
    estateId,
    deviceId,
    facilityId,
    atMs,
    state,
  };
  await backend.table.commit([{ put, when: 'newest' }]);
}

export function takeGatePass(
  backend: Backend,
  origin: Origin,
  sensor: Sensor,
  event: GatePass,
): Promise<Recorded> {
  const facts = { direction: event.direction, vehicle: event.vehicle };
  return record(backend, async () => ({
    entry: entryOf(
      keys.event(sensor.deviceId, event.identity),
      origin,
      { kind: 'gate-pass', outcome: 'noted', keep: 'operation', facts },
      backend.vault,
    ),
  }));
}
