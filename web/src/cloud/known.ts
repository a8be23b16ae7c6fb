import type { Board, Door, Facility, Occupancy, Overview, Port } from '../../../contract/shapes/overview.ts';

/** As in src/views/door-view.ts: from then on a door that was asked is one that did not answer. */
const answerWithinMs = 60_000;

/**
 * What is known of an estate at a moment of the server's clock. The page is told what happens, and nobody tells it that
 * nothing does: that a device has gone silent is seen here, by the same rules as in src/views/. Pure.
 */
export function asKnown(overview: Overview, nowMs: number): Overview {
  return {
    ...overview,
    facilities: overview.facilities.map((facility) => facilityAsKnown(facility, nowMs)),
    sensors: overview.sensors.map((sensor) => ({ ...sensor, online: isThere(sensor, nowMs) })),
  };
}

function facilityAsKnown(facility: Facility, nowMs: number): Facility {
  const doors = facility.doors.map((door) => doorAsKnown(door, nowMs));
  return {
    ...facility,
    boards: facility.boards.map((board) => boardAsKnown(board, nowMs)),
    doors,
    occupancy: occupancyAsKnown(facility.occupancy, doors),
  };
}

interface Seen {
  readonly lastSeenAtMs?: number | undefined;
  readonly silentAfterMs: number;
}

function isThere({ lastSeenAtMs, silentAfterMs }: Seen, nowMs: number): boolean {
  return lastSeenAtMs !== undefined && nowMs - lastSeenAtMs < silentAfterMs;
}

function boardAsKnown(board: Board, nowMs: number): Board {
  const online = isThere(board, nowMs);
  const { lastSeenAtMs } = board;
  return {
    ...board,
    online,
    ports: online ? board.ports : board.ports.map((port) => asLastHeard(port, lastSeenAtMs)),
  };
}

/** What stays the best that can be said of a port when its board is away. */
const staysWhenAway = ['starting', 'charging', 'fuse-blown', 'relay-stuck', 'disabled'];

export function asLastHeard(port: Port, lastSeenAtMs: number | undefined): Port {
  const since = lastSeenAtMs === undefined ? {} : { asOfMs: lastSeenAtMs };
  return staysWhenAway.includes(port.state)
    ? { ...port, ...since }
    : { port: port.port, state: 'unknown', ...since };
}

function doorAsKnown(door: Door, nowMs: number): Door {
  const { hold } = door;
  const isLate = hold?.state === 'asked' && nowMs - hold.askedAtMs >= answerWithinMs;
  return {
    ...door,
    online: isThere(door, nowMs),
    ...(isLate ? { hold: { ...hold, state: 'unanswered' } } : {}),
  };
}

function occupancyAsKnown(occupancy: Occupancy, doors: readonly Door[]): Occupancy {
  if (occupancy.state === 'not-counted') return occupancy;
  const { inside } = occupancy;
  const away = doors.filter(({ online }) => !online);
  if (away.length === 0) return { state: 'counted', inside };
  const seen = away.map(({ lastSeenAtMs }) => lastSeenAtMs);
  const known = seen.filter((atMs) => atMs !== undefined);
  return known.length < seen.length
    ? { state: 'last-known', inside }
    : { state: 'last-known', inside, asOfMs: Math.min(...known) };
}
