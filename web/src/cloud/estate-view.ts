import type { ApiFailure } from '../../../contract/client.ts';
import type { Alert } from '../../../contract/shapes/alert.ts';
import type { Door, Facility, Overview, Port } from '../../../contract/shapes/overview.ts';
import type { Refusals } from '../../../contract/shapes/refusal.ts';
import type { SessionSummary as Session } from '../../../contract/shapes/session.ts';
import { sessionsShown } from './api.ts';
import type { LiveMessage, Refusal } from './live.ts';

/** A part of the page: on its way, here, or not to be had for a named reason. */
export type Loadable<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly failure: ApiFailure };

/** What the page knows of one estate. Fetched once, then kept current by live messages. */
export interface EstateView {
  readonly overview: Loadable<Overview>;
  readonly alerts: Loadable<readonly Alert[]>;
  readonly sessions: Loadable<readonly Session[]>;
  readonly refusals: Loadable<Refusals>;
  /** Why a part that stands on the page could not be read again. */
  readonly outdated: Readonly<Partial<Record<Section, ApiFailure>>>;
  /** The newest time anything on the page speaks of; the estate's own clock, which may not be this machine's. */
  readonly latestAtMs: number | undefined;
  /** Time of the last live word about each port and door, so that a straggler cannot undo a newer one. */
  readonly heardAtMs: Readonly<Record<string, number>>;
}

export type Section = 'overview' | 'alerts' | 'sessions' | 'refusals';

export const emptyView: EstateView = {
  overview: { state: 'loading' },
  alerts: { state: 'loading' },
  sessions: { state: 'loading' },
  refusals: { state: 'loading' },
  outdated: {},
  latestAtMs: undefined,
  heardAtMs: {},
};

export type ViewEvent =
  | { readonly type: 'reset' }
  | { readonly type: 'loaded'; readonly section: Section; readonly result: Loadable<unknown> }
  | { readonly type: 'live'; readonly message: LiveMessage; readonly sameDay: SameDay };

type SameDay = (oneMs: number, otherMs: number) => boolean;

export function reduceView(view: EstateView, event: ViewEvent): EstateView {
  switch (event.type) {
    case 'reset':
      return emptyView;
    case 'loaded': {
      const before = view[event.section];
      // What is on the page stays on it when a later fetch fails: old and marked is better than gone.
      if (event.result.state !== 'ready' && before.state === 'ready')
        return event.result.state === 'failed'
          ? { ...view, outdated: { ...view.outdated, [event.section]: event.result.failure } }
          : view;
      const { [event.section]: _, ...outdated } = view.outdated;
      const next = { ...view, outdated, [event.section]: event.result };
      return { ...next, latestAtMs: latestOf(next) };
    }
    case 'live':
      return applyLive(view, event.message, event.sameDay);
  }
}

/** Applying a message twice, or one that the fetched state already contains, changes nothing. */
export function applyLive(view: EstateView, message: LiveMessage, sameDay: SameDay): EstateView {
  switch (message.kind) {
    case 'ports':
      return applyPorts(view, message.value);
    case 'doors':
      return applyDoor(view, message.value);
    case 'stays':
      return inFacility(view, message.value.facilityId, (facility) => ({
        ...facility,
        occupancy:
          facility.occupancy.state === 'not-counted'
            ? facility.occupancy
            : { ...facility.occupancy, inside: message.value.inside },
      }));
    case 'devices':
      return applyHeard(view, message.value);
    case 'alerts': {
      const alerts = mapReady(view.alerts, (list) =>
        upsert(list, message.value, (alert) => alert.alertId).toSorted(
          (a, b) => b.createdAtMs - a.createdAtMs,
        ),
      );
      return heard({ ...view, alerts }, message.value.acknowledgedAtMs ?? message.value.createdAtMs);
    }
    case 'sessions': {
      const sessions = mapReady(view.sessions, (list) =>
        upsert(list, message.value, (session) => session.sessionId)
          .toSorted((a, b) => b.startedAtMs - a.startedAtMs)
          .slice(0, sessionsShown),
      );
      return heard({ ...view, sessions }, message.value.endedAtMs ?? message.value.startedAtMs);
    }
    case 'refusals':
      return heard(
        { ...view, refusals: mapReady(view.refusals, (value) => addRefusal(value, message.value, sameDay)) },
        message.value.atMs,
      );
  }
}

function applyPorts(view: EstateView, news: Extract<LiveMessage, { kind: 'ports' }>['value']): EstateView {
  const keyOf = (port: Port) => `${news.deviceId}/port/${port.port}`;
  const fresh = news.ports.filter((port) => (view.heardAtMs[keyOf(port)] ?? 0) <= news.atMs);
  const next = inFacility(view, news.facilityId, (facility) => ({
    ...facility,
    boards: facility.boards.map((board) =>
      board.deviceId !== news.deviceId
        ? board
        : {
            ...board,
            ...later(board, news.lastSeenAtMs),
            ports: fresh
              .reduce<readonly Port[]>(
                (ports, port) => upsert(ports, merged(ports, port), (p) => p.port),
                board.ports,
              )
              .toSorted((a, b) => a.port - b.port),
          },
    ),
  }));
  const heardAtMs = {
    ...view.heardAtMs,
    ...Object.fromEntries(fresh.map((port) => [keyOf(port), news.atMs])),
  };
  return heard({ ...next, heardAtMs }, news.atMs);
}

/** A port that goes on doing the same keeps what this message does not repeat, such as which session it is. */
function merged(ports: readonly Port[], news: Port): Port {
  const known = ports.find(({ port }) => port === news.port);
  return known?.state === news.state ? { ...known, ...news } : news;
}

function applyDoor(view: EstateView, news: Extract<LiveMessage, { kind: 'doors' }>['value']): EstateView {
  // Who passes a door, and what it was told, are told apart: neither overtakes the other.
  const key = `${news.deviceId}/${news.hold === undefined ? 'door' : 'hold'}/${news.door}`;
  if ((view.heardAtMs[key] ?? 0) > news.atMs) return view;
  const { atMs, outcome, reason, hold } = news;
  const change = (door: Door): Door => {
    if (hold !== undefined) {
      const { hold: _, ...rest } = door;
      return hold === null ? rest : { ...rest, hold };
    }
    if (outcome === undefined) return door;
    // Whoever passes a reader has heard of it; what a board tells may be long past.
    const seen = door.heardBy === door.deviceId ? later(door, atMs) : {};
    return { ...door, ...seen, last: reason === undefined ? { atMs, outcome } : { atMs, outcome, reason } };
  };
  const next = inFacility(view, news.facilityId, (facility) => ({
    ...facility,
    doors: facility.doors.map((door) =>
      door.deviceId === news.deviceId && door.door === news.door ? change(door) : door,
    ),
  }));
  return heard({ ...next, heardAtMs: { ...view.heardAtMs, [key]: atMs } }, atMs);
}

/** A reader, a gateway or a sensor has said that it is there. */
function applyHeard(view: EstateView, news: Extract<LiveMessage, { kind: 'devices' }>['value']): EstateView {
  const overview = mapReady(view.overview, (value) => ({
    ...value,
    facilities: value.facilities.map((facility) => ({
      ...facility,
      doors: facility.doors.map((door) =>
        door.heardBy === news.deviceId ? { ...door, ...later(door, news.atMs) } : door,
      ),
    })),
    sensors: value.sensors.map((sensor) =>
      sensor.deviceId === news.deviceId ? { ...sensor, ...later(sensor, news.atMs) } : sensor,
    ),
  }));
  return heard({ ...view, overview }, news.atMs);
}

function later(
  { lastSeenAtMs = 0 }: { readonly lastSeenAtMs?: number | undefined },
  atMs: number | undefined,
): { readonly lastSeenAtMs?: number } {
  const latest = Math.max(lastSeenAtMs, atMs ?? 0);
  return latest === 0 ? {} : { lastSeenAtMs: latest };
}

function addRefusal(value: Refusals, news: Refusal, sameDay: SameDay): Refusals {
  const isNews = (known: Refusal) =>
    known.atMs === news.atMs && known.topic === news.topic && known.reason === news.reason;
  if (value.latest.some(isNews)) return value;
  const newest = value.latest[0];
  const isToday = newest === undefined || sameDay(newest.atMs, news.atMs);
  const today = isToday ? value.today : {};
  const isCounted = (known: Refusal) =>
    news.count !== undefined && known.deviceId === news.deviceId && known.reason === news.reason;
  const others = value.latest.filter((known) => !isCounted(known));
  return {
    atLeast: isToday && value.atLeast,
    today: { ...today, [news.reason]: (today[news.reason] ?? 0) + (news.more ?? 1) },
    latest: [news, ...others].slice(0, 50),
  };
}

function inFacility(
  view: EstateView,
  facilityId: string,
  change: (facility: Facility) => Facility,
): EstateView {
  const overview = mapReady(view.overview, (value) => ({
    ...value,
    facilities: value.facilities.map((facility) =>
      facility.facilityId === facilityId ? change(facility) : facility,
    ),
  }));
  return { ...view, overview };
}

function mapReady<T>(loadable: Loadable<T>, change: (value: T) => T): Loadable<T> {
  return loadable.state === 'ready' ? { state: 'ready', value: change(loadable.value) } : loadable;
}

function upsert<T>(list: readonly T[], item: T, keyOf: (item: T) => unknown): readonly T[] {
  const known = list.some((other) => keyOf(other) === keyOf(item));
  return known ? list.map((other) => (keyOf(other) === keyOf(item) ? item : other)) : [item, ...list];
}

function heard(view: EstateView, atMs: number): EstateView {
  return view.latestAtMs !== undefined && view.latestAtMs >= atMs ? view : { ...view, latestAtMs: atMs };
}

function latestOf({ overview, alerts, sessions, refusals, latestAtMs }: EstateView): number | undefined {
  const times: (number | undefined)[] = [latestAtMs];
  if (overview.state === 'ready') {
    times.push(overview.value.nowMs);
    for (const { boards, doors } of overview.value.facilities) {
      times.push(...boards.map((board) => board.lastSeenAtMs), ...doors.map((door) => door.last?.atMs));
    }
  }
  if (alerts.state === 'ready') times.push(...alerts.value.map((alert) => alert.createdAtMs));
  if (sessions.state === 'ready')
    times.push(...sessions.value.map((session) => session.endedAtMs ?? session.startedAtMs));
  if (refusals.state === 'ready') times.push(...refusals.value.latest.map((refusal) => refusal.atMs));
  const known = times.filter((atMs) => atMs !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
