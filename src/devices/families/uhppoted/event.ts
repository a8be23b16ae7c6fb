import * as z from 'zod/mini';
import type { BoardAlarm, DeviceEvent } from '../../events.ts';
import type { Decoded } from '../../family.ts';
import { wallClockToMs } from '../../wall-clock.ts';

/**
 * The events of UHPPOTE door boards as a uhppoted-mqtt gateway publishes them.
 *
 * Source: uhppoted-mqtt v0.9.0 documentation, restated in docs/devices/uhppoted.md. Both feeds use one envelope with
 * one event in it. The gateway works through a backlog in batches, but no envelope with several events is documented:
 * a list in the place of the event is refused, not guessed at.
 */
const u32 = z.int().check(z.nonnegative(), z.maximum(2 ** 32 - 1));
const code = z.int().check(z.nonnegative(), z.maximum(255));

/** Texts are localised, so only codes are asked for; and of them only what every event has. */
const eventMessage = z.object({
  message: z.object({
    event: z.object({
      'device-id': u32.check(z.positive()),
      'event-id': u32.check(z.positive()),
      'event-type': code,
      'event-reason': code,
      'access-granted': z.optional(z.boolean()),
      'door-id': z.optional(code),
      direction: z.optional(code),
      'card-number': z.optional(u32),
      timestamp: z.optional(z.string()),
    }),
  }),
});

type ReportedEvent = z.infer<typeof eventMessage>['message']['event'];

const TYPE_SWIPE = 1;
const TYPE_OVERWRITTEN = 255;
/** What somebody must be told of. Every other reason of a door or alarm event is `other`. */
const ALARMS: ReadonlyMap<number, BoardAlarm['alarm']> = new Map([
  [34, 'threat'],
  [37, 'open-too-long'],
  [38, 'forced-open'],
  [39, 'fire'],
]);
const DIRECTIONS = [undefined, 'in', 'out'] as const;

/** One event of one board. The board, not the gateway, is the device. */
export function boardEvent(value: unknown, timeZone: string): Decoded {
  const parsed = eventMessage.safeParse(value);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.') ?? '';
    return { ok: false, reason: 'bad-payload', detail: `event: ${path} is not as documented` };
  }
  const reported = parsed.data.message.event;
  const event = eventOf(reported, commonOf(reported, timeZone));
  if (event === undefined) {
    return { ok: false, reason: 'bad-payload', detail: 'a swipe without door, direction or decision' };
  }
  return { ok: true, events: [event] };
}

type EventCommon = Pick<DeviceEvent, 'deviceId' | 'identity' | 'occurredAtMs'>;

/** A clock that makes no sense costs the event its time, never its place in the journal: boards wake up in 1970. */
function commonOf(reported: ReportedEvent, timeZone: string): EventCommon {
  const occurredAtMs = wallClockToMs(reported.timestamp ?? '', timeZone);
  return {
    deviceId: String(reported['device-id']),
    identity: String(reported['event-id']),
    ...(occurredAtMs === undefined ? {} : { occurredAtMs }),
  };
}

function eventOf(reported: ReportedEvent, common: EventCommon): DeviceEvent | undefined {
  if (reported['event-type'] === TYPE_OVERWRITTEN) return { ...common, type: 'board-gap' };
  const reasonCode = reported['event-reason'];
  const alarm = ALARMS.get(reasonCode);
  const card = reported['card-number'] ?? 0;
  // The reason outranks the type: a fire is a fire, whatever kind of event the board files it under. A swipe event
  // without a card, and types that the document does not name, are kept as what they are: something a board reported.
  if (alarm !== undefined || reported['event-type'] !== TYPE_SWIPE || card === 0) {
    return {
      ...common,
      type: 'board-alarm',
      door: reported['door-id'] ?? 0,
      alarm: alarm ?? 'other',
      reasonCode,
    };
  }
  const door = reported['door-id'] ?? 0;
  const direction = DIRECTIONS[reported.direction ?? 0];
  const granted = reported['access-granted'];
  if (door < 1 || door > 4 || direction === undefined || granted === undefined) return undefined;
  return {
    ...common,
    type: 'board-swipe',
    card: { form: 'board', number: String(card) },
    door,
    direction,
    granted,
    reasonCode,
  };
}
