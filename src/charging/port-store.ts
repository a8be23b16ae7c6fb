import { keys } from '../shared/keys.ts';
import { portsOf } from '../shared/keys-read.ts';
import type { Item, Key, Table, Write } from '../shared/table.ts';
import { type EndedSession, lastMomentMs, limits, type PortSlot, portSlotSchema } from './session.ts';

export function portKey(deviceId: string, port: number): Key {
  return keys.port(deviceId, port);
}

export function parsePort(item: Item | undefined, empty: PortSlot): PortSlot {
  return item === undefined ? empty : portSlotSchema.parse(item);
}

/** Every port of a board that ever had a session. */
export async function readPorts(table: Table, deviceId: string): Promise<PortSlot[]> {
  const items = await table.query(portsOf(deviceId));
  return items.map((item) => portSlotSchema.parse(item));
}

/** Writes the slot under the version at which it was read. */
export function putPort(slot: PortSlot): Write {
  const { version, ...content } = slot;
  return { put: { ...portKey(slot.deviceId, slot.port), ...content }, when: { version } };
}

/**
 * A port remembers the sessions besides its last for as long as a frame may be of them, so that a late one finds whatever
 * session its bill would follow from; and never more than these, though somebody held a card to a dead port all day.
 */
const rememberedAtMost = 30;

/** The slot after its session has ended. A slot that has another session by now stays as it is. */
export function closed(
  slot: PortSlot,
  order: number,
  closedAtMs: number,
  settled: boolean,
): PortSlot | undefined {
  const { open, dueAtMs: _due, last: before, earlier = [], ...rest } = slot;
  if (open?.order !== order) return undefined;
  const { authorisedAtMs } = open;
  const last = { order, authorisedAtMs, closedAtMs, ...(settled ? { settled } : {}) };
  const kept = (before === undefined ? [] : [before, ...earlier])
    .filter((ended) => closedAtMs <= lastMomentMs(ended.authorisedAtMs))
    .slice(0, rememberedAtMost);
  return { ...rest, last, ...(kept.length === 0 ? {} : { earlier: kept }) };
}

/**
 * The sessions that are over and whose bill may change by a reading of this port: its start, as the reading puts it, can
 * be that session's and lies before its end, and nothing final has been told since; or it was heard before the end, and
 * tells how far the board had counted when a stop was asked for. A reading that comes late may be of one before the
 * last. Rather one too many: a session that is looked at for nothing stays as it is.
 */
export function endedSessionsOf(
  { last, earlier = [] }: PortSlot,
  receivedAtMs: number,
  chargingS: number,
): EndedSession[] {
  return [...(last === undefined ? [] : [last]), ...earlier].filter((ended) => {
    const untilMs = ended.settled === true ? ended.closedAtMs : lastMomentMs(ended.authorisedAtMs);
    return (
      ended.authorisedAtMs <= receivedAtMs &&
      receivedAtMs <= untilMs &&
      (receivedAtMs <= ended.closedAtMs + limits.stopGraceMs ||
        startsIn(ended, receivedAtMs - chargingS * 1000))
    );
  });
}

/** Whether a session can have begun then; one that was closed before began otherwise. */
export function startsIn(
  {
    authorisedAtMs,
    closedAtMs,
  }: { readonly authorisedAtMs: number; readonly closedAtMs?: number | undefined },
  startMs: number,
): boolean {
  return (
    startMs <= authorisedAtMs + limits.latestStartMs && startMs < (closedAtMs ?? Number.POSITIVE_INFINITY)
  );
}
