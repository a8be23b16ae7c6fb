import type * as z from 'zod/mini';
import { uidNumber } from '../../card-number.ts';
import type { DeviceCommand } from '../../commands.ts';
import type { DeviceEvent } from '../../events.ts';
import {
  type Codec,
  DEVICE_NAME,
  type Decoded,
  type DeviceAddress,
  type DeviceMessage,
  type EncodedCommand,
  UnsupportedCommand,
} from '../../family.ts';
import { freeText, parseJson, shownText } from '../../json-payload.ts';
import type { Downlink, DownlinkKind } from './downlinks.ts';
import { PAYLOAD_LIMIT_BYTES, UPLINK_SCHEMAS } from './schemas.ts';

/**
 * Our own JSON: online readers, bay and corridor sensors, smoke detectors, gates.
 *
 * Source: schemas.ts, from which docs/protocol.md is generated.
 */
export const pengyou: Codec = { sender, decode, encode };

const TOPIC = /^pengyou\/([A-Za-z0-9:_-]{1,128})\/up\/([^/]+)$/;
const DETAIL_LIMIT = 200;

type Common = Pick<DeviceEvent, 'deviceId' | 'identity'> & { readonly occurredAtMs: number };
type Reader = (value: unknown) => { readonly event: DeviceEvent } | { readonly wrong: string };

const KINDS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    'swipe',
    reading(UPLINK_SCHEMAS.swipe, (common, sent) => ({
      ...common,
      type: 'swipe',
      card: uidNumber(sent.card),
    })),
  ],
  [
    'door-passed',
    reading(UPLINK_SCHEMAS['door-passed'], (common, sent) => ({
      ...common,
      type: 'door-passed',
      swipeIdentity: sent.swipe,
    })),
  ],
  [
    'bay',
    reading(UPLINK_SCHEMAS.bay, (common, sent) => ({ ...common, type: 'bay-change', bays: sent.bays })),
  ],
  [
    'corridor',
    reading(UPLINK_SCHEMAS.corridor, (common, { vehicles, confidence }) => ({
      ...common,
      type: 'corridor-sighting',
      vehicles,
      confidence,
    })),
  ],
  [
    'smoke',
    reading(UPLINK_SCHEMAS.smoke, (common, sent) => ({ ...common, type: 'smoke-change', level: sent.level })),
  ],
  [
    'gate',
    reading(UPLINK_SCHEMAS.gate, (common, { direction, vehicle }) => ({
      ...common,
      type: 'gate-pass',
      direction,
      vehicle,
    })),
  ],
  [
    'ack',
    reading(UPLINK_SCHEMAS.ack, (common, { command, result, detail }) => ({
      ...common,
      type: 'command-acknowledgement',
      commandId: command,
      result,
      ...(detail === undefined ? {} : { detail: freeText(detail, DETAIL_LIMIT) }),
    })),
  ],
  [
    'health',
    reading(UPLINK_SCHEMAS.health, (common, sent) => ({
      ...common,
      type: 'health',
      detail: freeText(sent.detail ?? '', DETAIL_LIMIT),
    })),
  ],
]);

function sender(topic: string): string | undefined {
  return TOPIC.exec(topic)?.[1];
}

function decode(message: DeviceMessage): Decoded {
  const [, device, kind] = TOPIC.exec(message.topic) ?? [];
  const read = kind === undefined ? undefined : KINDS.get(kind);
  if (device === undefined || read === undefined) {
    return { ok: false, reason: 'unknown-topic', detail: 'not a topic or kind of the pengyou family' };
  }
  const json = parseJson(message.payload, PAYLOAD_LIMIT_BYTES);
  if (!json.ok) return json;
  // Looked at first: that a payload names another device is worse than anything else that may be wrong with it.
  const named = namedDevice(json.value);
  if (named !== undefined && named !== device) {
    const detail = `the payload names ${shownText(named, DETAIL_LIMIT)}`;
    return { ok: false, reason: 'device-mismatch', detail };
  }
  const result = read(json.value);
  if ('wrong' in result) return { ok: false, reason: 'bad-payload', detail: result.wrong };
  return { ok: true, events: [result.event] };
}

function namedDevice(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('device' in value)) return undefined;
  return typeof value.device === 'string' ? value.device : undefined;
}

type Uplink = { readonly id: string; readonly device: string; readonly atMs: number };

function reading<Sent extends Uplink>(
  schema: z.ZodMiniType<Sent>,
  eventOf: (common: Common, sent: Sent) => DeviceEvent,
): Reader {
  return (value) => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const path = parsed.error.issues[0]?.path.join('.') ?? '';
      return { wrong: path === '' ? 'not the JSON object of this kind' : `${path} is not as documented` };
    }
    const { id, device, atMs } = parsed.data;
    return { event: eventOf({ deviceId: device, identity: id, occurredAtMs: atMs }, parsed.data) };
  };
}

function encode(command: DeviceCommand, address: DeviceAddress): EncodedCommand {
  switch (command.type) {
    case 'unlock': {
      const swipe = command.swipeIdentity === undefined ? {} : { swipe: command.swipeIdentity };
      return downlink(address, 'unlock', { ...doorCommand(command), ...swipe });
    }
    case 'refuse-swipe':
      return downlink(address, 'refuse', { swipe: command.swipeIdentity, reason: command.reason });
    case 'hold-door-open':
      return downlink(address, 'hold-open', doorCommand(command));
    case 'release-door':
      return downlink(address, 'release', doorCommand(command));
    default:
      throw new UnsupportedCommand('pengyou', command.type);
  }
}

function doorCommand(command: { commandId: string; expiresAtMs: number; door: number }): Downlink<'release'> {
  return { command: command.commandId, expiresAtMs: command.expiresAtMs, door: command.door };
}

function downlink<Kind extends DownlinkKind>(
  address: DeviceAddress,
  kind: Kind,
  content: Downlink<Kind>,
): EncodedCommand {
  if (!DEVICE_NAME.test(address.deviceId)) throw new RangeError('A device is addressed by its thing name');
  const payload = new TextEncoder().encode(JSON.stringify(content));
  return { topic: `pengyou/${address.deviceId}/down/${kind}`, payload };
}
