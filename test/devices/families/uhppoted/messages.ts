import { uhppoted } from '../../../../src/devices/families/uhppoted/codec.ts';

/** Messages of a uhppoted gateway, and what the codec makes of them. */
const CONTEXT = { timeZone: 'Asia/Shanghai', settlementUnitWh: 10 };
export const ROOT = 'uhppoted/ziyun-doors';
export const RECEIVED_AT_MS = 1_795_420_800_123;

export function decode(content: unknown, topic = `${ROOT}/events`) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return decodeBytes(new TextEncoder().encode(text), topic);
}

export function decodeBytes(payload: Uint8Array, topic = `${ROOT}/events`) {
  return uhppoted.decode({ topic, payload, receivedAtMs: RECEIVED_AT_MS }, CONTEXT);
}

/** The event of the gateway's documentation, but for its zone. */
export const DOCUMENTED = {
  'device-id': 405_419_896,
  'event-id': 50,
  'event-type': 1,
  'event-type-text': 'card swipe',
  'access-granted': true,
  'door-id': 4,
  direction: 1,
  'direction-text': 'in',
  'card-number': 8_165_538,
  timestamp: '2019-08-09 16:18:55 CST',
  'event-reason': 1,
  'event-reason-text': 'swipe',
};

export function event(changes: object = {}): object {
  return { message: { event: { ...DOCUMENTED, ...changes } } };
}
