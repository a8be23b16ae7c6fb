import { newAlert } from '../alerts/alert.ts';
import { putAlert } from '../alerts/alert-store.ts';
import type { BoardAlarm, BoardGap } from '../devices/events.ts';
import type { DoorBoard } from '../estate/device.ts';
import type { Backend, Recorded } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import type { FactsOf } from '../journal/kinds.ts';
import { recordAnyway } from '../journal/record-anyway.ts';

/** What a door board reports besides swipes. A forced or blocked door is the committee's business too. */
export function handleBoardAlarm(
  backend: Backend,
  origin: Origin,
  board: DoorBoard,
  event: BoardAlarm,
): Promise<Recorded> {
  const facts = { door: event.door, alarm: event.alarm, reasonCode: event.reasonCode };
  if (event.alarm === 'other') return note(backend, origin, board, event, { kind: 'door-event', facts });
  const texts = {
    'forced-open': { zh: '门被强行打开', en: 'door forced open' },
    'open-too-long': { zh: '门开启超时', en: 'door open too long' },
    threat: { zh: '胁迫报警', en: 'threat code entered' },
    fire: { zh: '消防报警', en: 'fire input' },
  };
  return note(backend, origin, board, event, { kind: 'door-alarm', facts }, texts[event.alarm]);
}

/** The board's memory ran over and events are lost: a hole that is reported, not hidden. */
export function handleBoardGap(
  backend: Backend,
  origin: Origin,
  board: DoorBoard,
  event: BoardGap,
): Promise<Recorded> {
  return note(
    backend,
    origin,
    board,
    event,
    { kind: 'board-gap' },
    { zh: '门禁记录有缺失', en: 'door events were lost' },
  );
}

function note(
  backend: Backend,
  origin: Origin,
  board: DoorBoard,
  event: BoardAlarm | BoardGap,
  told:
    | { readonly kind: 'door-event' | 'door-alarm'; readonly facts: FactsOf['door-event'] }
    | { readonly kind: 'board-gap' },
  text?: { readonly zh: string; readonly en: string },
): Promise<Recorded> {
  const door = 'door' in event ? event.door : 1;
  const place = board.doors.find((known) => known.door === door)?.name ?? {
    zh: board.deviceId,
    en: board.deviceId,
  };
  // Whoever is threatened, or hears the door being forced, cannot help that the board counts anew.
  return recordAnyway(backend, origin, event.identity, async (key) => ({
    entry: draft(key, origin, { ...told, outcome: 'noted' }),
    writes:
      text === undefined
        ? []
        : [
            putAlert(
              newAlert({
                estateId: board.estateId,
                kind: 'door',
                severity: 'notice',
                createdAtMs: origin.receivedAtMs,
                cause: origin.fact,
                deviceId: board.deviceId,
                facilityId: board.facilityId,
                place,
                text: { zh: `${place.zh}：${text.zh}`, en: `${place.en}: ${text.en}` },
              }),
            ),
          ],
  }));
}
