import type { RefusalReason } from '../../contract/words/words.ts';
import type { Envelope } from '../devices/envelope.ts';
import type { DeviceEvent } from '../devices/events.ts';
import { families } from '../devices/families/all.ts';
import type { Codec, Decoded } from '../devices/family.ts';
import type { Device } from '../estate/device.ts';
import type { Backend, Recorded } from '../journal/commit.ts';
import { draft, nobodysEstate, type Origin, sealed } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { log } from '../shared/log.ts';
import { type FloodGuard, isDanger, unguarded } from './flood-guard.ts';

/** Takes one kind of event from one kind of device. Pairs that do not fit are refused before. */
export type Taker<D extends Device, E extends DeviceEvent> = (
  backend: Backend,
  origin: Origin,
  device: D,
  event: E,
) => Promise<Recorded> | Promise<void>;

export interface Route {
  readonly device: Device['kind'];
  readonly event: DeviceEvent['type'];
  readonly take: Taker<never, never>;
}

/** Ties an event of a kind of device to what takes it. */
export function route<D extends Device['kind'], E extends DeviceEvent['type']>(
  device: D,
  event: E,
  take: Taker<Extract<Device, { kind: D }>, Extract<DeviceEvent, { type: E }>>,
): Route {
  return { device, event, take: take as Taker<never, never> };
}

/** How a message is refused: by a name that managers see, and a sentence that says what was wrong. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly detail: string;
}

/**
 * Takes in one message: who sent it, what it says, and what follows. What cannot be taken is refused by name and
 * journalled; nothing is dropped in silence. What a device says beyond its limit is left before any work is done for it,
 * and refused as one each minute, unless it tells of a danger. Throws only for what may succeed when the message is
 * delivered again.
 */
export async function takeIn(
  backend: Backend,
  routes: readonly Route[],
  envelope: Envelope,
  guard: FloodGuard = unguarded,
): Promise<void> {
  const payload = Buffer.from(envelope.data, 'base64');
  const family = families.find(({ codec }) => codec.sender(envelope.topic) !== undefined);
  const senderId = family?.codec.sender(envelope.topic);
  const connected = identityOf(envelope);
  const verdict = guard.ask(connected, family?.name, envelope.receivedAtMs);
  if (!verdict.taken && !tellsOfDanger(family?.codec, envelope, payload)) {
    if (verdict.tell) await refuseFlood(backend, envelope, connected, verdict.leftBefore);
    return;
  }
  // Whatever it says, a device that is known is its own estate's business.
  const sender = await backend.registry.device(connected);
  if (family === undefined || senderId !== connected) {
    const detail = senderId === undefined ? envelope.topic : `${connected} published as ${senderId}`;
    return refuse(backend, envelope, connected, sender, { reason: 'foreign-topic', detail });
  }
  if (sender === undefined || sender.family !== family.name) {
    const detail = sender === undefined ? `${connected} is in no estate` : `${connected} is a ${sender.kind}`;
    return refuse(backend, envelope, connected, sender, { reason: 'unknown-device', detail });
  }
  const decoded = decode(family.codec, envelope, payload, sender);
  if (!decoded.ok) return refuse(backend, envelope, connected, sender, decoded);
  for (const event of decoded.events) await handleEvent(backend, routes, envelope, payload, sender, event);
}

async function handleEvent(
  backend: Backend,
  routes: readonly Route[],
  envelope: Envelope,
  payload: Uint8Array,
  sender: Device,
  event: DeviceEvent,
): Promise<void> {
  const device = event.deviceId === sender.deviceId ? sender : await backend.registry.device(event.deviceId);
  // A gateway speaks for the boards that stand behind it, and for no others.
  const speaksForIt =
    device === sender ||
    (device?.kind === 'door-board' &&
      device.gatewayId === sender.deviceId &&
      device.estateId === sender.estateId);
  if (!speaksForIt) {
    const detail = `${sender.deviceId} spoke of ${event.deviceId}`;
    return refuse(backend, envelope, sender.deviceId, sender, { reason: 'device-mismatch', detail });
  }
  const found = routes.find(
    (candidate) => candidate.device === device.kind && candidate.event === event.type,
  );
  if (found === undefined) {
    const detail = `A ${device.kind} has no ${event.type}, or not by this way`;
    return refuse(backend, envelope, sender.deviceId, sender, { reason: 'unexpected-event', detail });
  }
  const origin: Origin = {
    estateId: device.estateId,
    deviceId: device.deviceId,
    receivedAtMs: envelope.receivedAtMs,
    occurredAtMs: event.occurredAtMs,
    topic: envelope.topic,
    sender: identityOf(envelope),
    payload,
    fact: JSON.stringify(event),
  };
  const refusal = await take(backend, origin, found, device, event);
  if (refusal !== undefined) await refuse(backend, envelope, sender.deviceId, sender, refusal);
}

/** Why an event could not be taken and never can be, however often it is delivered; undefined when it was. */
async function take(
  backend: Backend,
  origin: Origin,
  found: Route,
  device: Device,
  event: DeviceEvent,
): Promise<Refusal | undefined> {
  try {
    await found.take(backend, origin, device as never, event as never);
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError) || error.retry) throw error;
    return { reason: error.error, detail: error.message };
  }
}

/** What it says is all that is looked at here, not when: no device has to be known for that. */
function tellsOfDanger(codec: Codec | undefined, envelope: Envelope, payload: Uint8Array): boolean {
  const decoded = codec && decode(codec, envelope, payload, { timeZone: 'UTC' });
  return decoded?.ok === true && decoded.events.some(isDanger);
}

/** One refusal for a minute of one device, whichever process of the function is the first to write it. */
async function refuseFlood(
  backend: Backend,
  envelope: Envelope,
  deviceId: string,
  leftBefore: number,
): Promise<void> {
  log('flooding', { deviceId, leftBefore });
  const before = leftBefore === 0 ? '' : `; ${leftBefore} more were left before`;
  const minuteMs = Math.floor(envelope.receivedAtMs / 60_000) * 60_000;
  await refuse(
    backend,
    { ...envelope, receivedAtMs: minuteMs },
    deviceId,
    await backend.registry.device(deviceId),
    { reason: 'flooding', detail: `It says more than it may; the rest of this minute is left${before}` },
    'flooding',
  );
}

/** Journals a refused message: cheaply, by its arrival, and once for each delivery of it, or once for what is `same`. */
export async function refuse(
  backend: Backend,
  envelope: Envelope,
  deviceId: string,
  device: Device | undefined,
  { reason, detail }: Refusal,
  same?: string,
): Promise<void> {
  const payload = Buffer.from(envelope.data, 'base64').subarray(0, keptBytes);
  const origin: Origin = {
    estateId: device?.estateId ?? nobodysEstate,
    deviceId,
    receivedAtMs: envelope.receivedAtMs,
    topic: envelope.topic,
    sender: identityOf(envelope),
    payload,
    fact: same ?? `${reason} ${envelope.topic} ${envelope.data}`,
  };
  const entry = draft(keys.refused(deviceId, envelope.receivedAtMs, backend.vault.mac(origin.fact)), origin, {
    kind: 'refused',
    outcome: 'refused',
    refusal: reason,
    facts: { detail: detail.slice(0, 200) },
  });
  await backend.table.commit([{ put: { ...sealed(entry, backend.vault) }, when: 'absent' }]);
}

const keptBytes = 1024;

/**
 * Who is connected. A certificate's principal is its thumbprint, and then the broker lets it use no client id but its
 * thing's name; a custom authorizer's principal is the device's name itself.
 */
export function identityOf({ client, principal }: Pick<Envelope, 'client' | 'principal'>): string {
  const byCertificate = principal === undefined || /^[0-9a-f]{64}$/i.test(principal);
  return (byCertificate ? client : principal) ?? 'nobody';
}

function decode(
  codec: Codec,
  envelope: Envelope,
  payload: Uint8Array,
  sender: Device | { readonly timeZone: string; readonly kind?: undefined },
): Decoded {
  return codec.decode(
    { topic: envelope.topic, payload, receivedAtMs: envelope.receivedAtMs },
    {
      timeZone: sender.timeZone,
      settlementUnitWh: sender.kind === 'charging-board' ? sender.settlementUnitWh : undefined,
    },
  );
}
