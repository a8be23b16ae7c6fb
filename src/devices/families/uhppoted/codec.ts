import * as z from 'zod/mini';
import type { DeviceCommand, PutCard, Unlock } from '../../commands.ts';
import type { CardNumber } from '../../events.ts';
import {
  type Codec,
  DEVICE_NAME,
  type DecodeContext,
  type Decoded,
  type DeviceAddress,
  type DeviceMessage,
  type EncodedCommand,
  UnsupportedCommand,
} from '../../family.ts';
import { freeText, parseJson, shownText } from '../../json-payload.ts';
import { boardEvent } from './event.ts';

/**
 * Door boards (UHPPOTE UT0311-L0x) behind a uhppoted-mqtt gateway, one gateway per compound and topic root.
 *
 * Source: uhppoted-mqtt v0.9.0 documentation and source, restated in docs/devices/uhppoted.md.
 *
 * A message may carry an `hmac` beside `message`. It is not verified: no key is configured anywhere, and who sent a
 * message is settled by the gateway's client certificate.
 */
export const uhppoted: Codec = { sender, decode, encode };

/** The name under which we ask; a gateway's permissions and its reply topic are tied to it. */
const CLIENT_ID = 'pengyou';
const TOPIC = /^uhppoted\/([A-Za-z0-9:_-]{1,128})\/(events(?:\/live)?|system|replies(?:\/.*)?)$/s;
/** What the broker itself carries at most. One event is some hundred bytes; a reply with a card list is long. */
const LIMIT_BYTES = 128 * 1024;
const DETAIL_LIMIT = 200;
const U32_MAX = 2 ** 32 - 1;
const DOORS = [1, 2, 3, 4] as const;

const answerBody = z.object({
  'request-id': z.string().check(z.regex(/^[!-~]{1,128}$/)),
  response: z.optional(
    z.looseObject({
      'device-id': z.optional(z.int().check(z.positive(), z.maximum(U32_MAX))),
      opened: z.optional(z.boolean()),
      deleted: z.optional(z.boolean()),
    }),
  ),
  error: z.optional(z.unknown()),
});

/** The gateway's documents put an error in the place of `reply`; inside it is taken as well. */
const replyMessage = z.object({
  message: z.union([z.object({ reply: answerBody }), z.object({ error: answerBody })]),
});

const notice = z.optional(z.looseObject({ message: z.optional(z.string()) }));
const systemMessage = z.object({ message: z.object({ system: z.object({ alive: notice, alert: notice }) }) });

function sender(topic: string): string | undefined {
  return TOPIC.exec(topic)?.[1];
}

function decode(message: DeviceMessage, context: DecodeContext): Decoded {
  const [, gatewayId, feed] = TOPIC.exec(message.topic) ?? [];
  if (gatewayId === undefined || feed === undefined) {
    return { ok: false, reason: 'unknown-topic', detail: 'not a topic of a uhppoted gateway' };
  }
  if (feed.startsWith('replies') && feed !== `replies/${CLIENT_ID}`) {
    return { ok: false, reason: 'unknown-topic', detail: 'a reply to somebody else' };
  }
  const json = parseJson(message.payload, LIMIT_BYTES);
  if (!json.ok) return json;
  if (feed === 'system') return health(json.value, gatewayId, message.receivedAtMs);
  if (feed.startsWith('replies')) return acknowledgement(json.value, gatewayId);
  return boardEvent(json.value, context.timeZone);
}

/** The reply to one of our requests. An `error` names no board, so it is the gateway's; `request-id` says what it is about. */
function acknowledgement(value: unknown, gatewayId: string): Decoded {
  const parsed = replyMessage.safeParse(value);
  if (!parsed.success) return badPayload('reply', parsed.error);
  const { message } = parsed.data;
  const { 'request-id': commandId, response, error } = 'reply' in message ? message.reply : message.error;
  if (response === undefined && error === undefined) {
    return { ok: false, reason: 'bad-payload', detail: 'a reply without response and without error' };
  }
  const outcome = outcomeOf(response, error);
  const board = response?.['device-id'];
  return {
    ok: true,
    events: [
      {
        type: 'command-acknowledgement',
        deviceId: board === undefined ? gatewayId : String(board),
        // A request that was refused and sent again may succeed: two facts. The same outcome twice is one.
        identity: `reply:${commandId}:${outcome.result}`,
        commandId,
        ...outcome,
      },
    ],
  };
}

function outcomeOf(
  response: { opened?: boolean | undefined; deleted?: boolean | undefined } | undefined,
  error: unknown,
): { result: 'done' | 'refused'; detail?: string } {
  if (response === undefined || error !== undefined) return { result: 'refused', detail: errorText(error) };
  if (response.opened === false) return { result: 'refused', detail: 'the board did not open the door' };
  // A board says false for a card that is not in its list. What was asked for is that it is not there, and asking again
  // would never end otherwise.
  if (response.deleted === false) return { result: 'done', detail: 'the card was not in the list' };
  return { result: 'done' };
}

/** The form of `error` is not documented: a text or an object with a `message` is shown, anything else as it is. */
function errorText(error: unknown): string {
  const parsed = z.union([z.string(), z.object({ message: z.string() })]).safeParse(error);
  if (!parsed.success) return 'the gateway gave no readable reason';
  return freeText(typeof parsed.data === 'string' ? parsed.data : parsed.data.message, DETAIL_LIMIT);
}

function health(value: unknown, gatewayId: string, receivedAtMs: number): Decoded {
  const parsed = systemMessage.safeParse(value);
  if (!parsed.success) return badPayload('system', parsed.error);
  const { alive, alert } = parsed.data.message.system;
  if (alive === undefined && alert === undefined) {
    return { ok: false, reason: 'bad-payload', detail: 'a system message that is neither alive nor alert' };
  }
  const detail = alert === undefined ? 'alive' : `alert: ${alert.message ?? ''}`;
  return {
    ok: true,
    events: [
      {
        type: 'health',
        deviceId: gatewayId,
        identity: `health:${receivedAtMs}`,
        detail: shownText(detail, DETAIL_LIMIT),
      },
    ],
  };
}

function badPayload(what: string, error: z.core.$ZodError): Decoded {
  const issue = error.issues[0];
  const where = shownText(issue?.path.join('.') ?? '', DETAIL_LIMIT);
  return { ok: false, reason: 'bad-payload', detail: `${what}: ${where} is not as documented` };
}

/** A request cannot carry an expiry: the gateway has none, so an expired command must not be sent to it at all. */
function encode(command: DeviceCommand, address: DeviceAddress): EncodedCommand {
  switch (command.type) {
    case 'unlock':
      return request(command.commandId, address, 'device/door/lock:open', openDoor(command));
    case 'hold-door-open':
      return request(command.commandId, address, 'device/door/control:set', {
        door: door(command.door),
        control: 'normally open',
      });
    case 'release-door':
      return request(command.commandId, address, 'device/door/control:set', {
        door: door(command.door),
        control: 'controlled',
      });
    case 'put-card':
      return request(command.commandId, address, 'device/card:put', { card: cardRecord(command) });
    case 'delete-card':
      return request(command.commandId, address, 'device/card:delete', {
        'card-number': boardCard(command.card),
      });
    default:
      throw new UnsupportedCommand('uhppoted', command.type);
  }
}

function request(commandId: string, address: DeviceAddress, path: string, fields: object): EncodedCommand {
  const { deviceId, gatewayId } = address;
  if (gatewayId === undefined || !DEVICE_NAME.test(gatewayId)) {
    throw new RangeError('A door board needs its gateway named');
  }
  const board = Number(deviceId);
  if (!/^[1-9][0-9]{0,9}$/.test(deviceId) || board > U32_MAX) {
    throw new RangeError('A door board is addressed by its serial number');
  }
  const content = {
    'client-id': CLIENT_ID,
    'request-id': commandId,
    'reply-to': `uhppoted/${gatewayId}/replies/${CLIENT_ID}`,
    'device-id': board,
    ...fields,
  };
  const payload = new TextEncoder().encode(JSON.stringify({ message: { request: content } }));
  return { topic: `uhppoted/${gatewayId}/requests/${path}`, payload };
}

function openDoor(command: Unlock): object {
  if (command.card === undefined)
    throw new RangeError('A door board opens only for a card that may open the door');
  return { door: door(command.door), 'card-number': boardCard(command.card) };
}

function cardRecord(command: PutCard): object {
  const opened = new Set(command.doors.map(door));
  return {
    'card-number': boardCard(command.card),
    'start-date': command.startDate,
    'end-date': command.endDate,
    // Every door is named, so that a right that the card had before does not stay.
    doors: Object.fromEntries(DOORS.map((number) => [String(number), opened.has(number)])),
  };
}

function door(number: number): (typeof DOORS)[number] {
  const known = DOORS.find((candidate) => candidate === number);
  if (known === undefined) throw new RangeError(`A door board has doors 1 to 4, not ${number}`);
  return known;
}

/** 0 means "no card" to a board, so it must never stand in a list. */
function boardCard(card: CardNumber): number {
  const number = Number(card.number);
  if (card.form !== 'board' || !/^[1-9][0-9]{0,9}$/.test(card.number) || number > U32_MAX) {
    throw new RangeError('A door board knows a card by its number');
  }
  return number;
}
