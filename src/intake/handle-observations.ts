import * as z from 'zod/mini';
import type { BayChange, CommandAcknowledgement, GatePass, Health } from '../devices/events.ts';
import type { Device, Sensor } from '../estate/device.ts';
import { type Backend, type Recorded, record } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';

/**
 * A device says what became of a command: done, nobody sends it again. That it was not done stands beside, because what
 * is told again may still be done.
 */
export function handleAcknowledgement(
  backend: Backend,
  origin: Origin,
  device: Device,
  event: CommandAcknowledgement,
): Promise<Recorded> {
  const { commandId, detail } = event;
  const facts = { commandId, ...(detail === undefined ? {} : { detail }) };
  const keyOf = event.result === 'done' ? keys.commandAcknowledged : keys.commandNotDone;
  return record(backend, async () => ({
    entry: draft(
      keyOf(device.deviceId, commandId),
      // Told twice, in whatever words, a command was answered once.
      { ...origin, fact: commandId },
      { kind: 'command-acknowledged', outcome: event.result, facts },
    ),
  }));
}

/**
 * Which bays are taken, or that a device is alive: the newest of each is kept, in one item that is written over. A
 * message about one bay says nothing of the others, and an old message about a bay nothing that is not known better.
 */
export async function takeNewest(
  backend: Backend,
  origin: Origin,
  device: Device,
  event: BayChange | Health,
): Promise<void> {
  const { estateId, deviceId } = device;
  const key = keys.deviceState(deviceId);
  const toldAtMs = Math.min(event.occurredAtMs ?? origin.receivedAtMs, origin.receivedAtMs);
  for (let attempt = 0; attempt < attemptLimit; attempt += 1) {
    const [item] = await backend.table.get([key]);
    const before = observedSchema.parse(item ?? {});
    const { heardAtMs: heardBefore = 0 } = before;
    const news = observed(before, event, toldAtMs);
    // Its clock may be wrong and what it says old: that it was heard, it was.
    if (news === undefined && heardBefore >= origin.receivedAtMs) return;
    const facilityId = 'facilityId' in device ? device.facilityId : undefined;
    const { atMs, state } = news ?? before;
    const heardAtMs = Math.max(heardBefore, origin.receivedAtMs);
    const put = { ...key, type: 'device-state', estateId, deviceId, facilityId, atMs, state, heardAtMs };
    const { committed } = await backend.table.commit([{ put, when: { version: before.version } }]);
    if (committed) return;
  }
  throw new DomainError('lost-race', `${deviceId} says more at once than can be written`);
}

const attemptLimit = 12;

const observedSchema = z.object({
  /** When what it told last was so, by its own clock where that can be true. */
  atMs: z._default(z.int(), 0),
  /** When it was last heard, by ours. */
  heardAtMs: z.optional(z.int()),
  state: z._default(
    z.object({
      detail: z.optional(z.string()),
      bays: z.optional(z.array(z.object({ bay: z.int(), occupied: z.boolean(), atMs: z.int() }))),
    }),
    {},
  ),
  version: z.optional(z.int()),
});
type Observed = z.infer<typeof observedSchema>;

/** What is known after an event, or undefined when it tells nothing newer. Pure. */
function observed(
  { atMs, state }: Observed,
  event: BayChange | Health,
  toldAtMs: number,
): Pick<Observed, 'atMs' | 'state'> | undefined {
  const newest = Math.max(atMs, toldAtMs);
  if (event.type === 'health')
    return toldAtMs <= atMs ? undefined : { atMs: newest, state: { ...state, detail: event.detail } };
  const bays = new Map((state.bays ?? []).map((known) => [known.bay, known]));
  const changed = event.bays.filter(({ bay }) => (bays.get(bay)?.atMs ?? -1) < toldAtMs);
  if (changed.length === 0) return undefined;
  for (const told of changed) bays.set(told.bay, { ...told, atMs: toldAtMs });
  return { atMs: newest, state: { ...state, bays: [...bays.values()].sort((a, b) => a.bay - b.bay) } };
}

export function handleGatePass(
  backend: Backend,
  origin: Origin,
  sensor: Sensor,
  event: GatePass,
): Promise<Recorded> {
  const facts = { direction: event.direction, vehicle: event.vehicle };
  return record(backend, async () => ({
    entry: draft(keys.event(sensor.deviceId, event.identity), origin, {
      kind: 'gate-pass',
      outcome: 'noted',
      facts,
    }),
  }));
}
