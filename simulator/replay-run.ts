import type { DeviceConnection } from './connection.ts';
import type { JuyBoard } from './devices/juy-board.ts';
import type { ClosedSession } from './devices/juy-settlements.ts';
import type { Reader } from './devices/reader.ts';
import { wallClock } from './devices/wall-clock.ts';
import { REPLAY_TIME_ZONE, type ReplayGarage, type ReplayLayout } from './replay-layout.ts';
import { batteryFor } from './scaling.ts';
import type { Session } from './sessions.ts';
import { type SteppedWorld, traffic } from './stepped-world.ts';

export interface ReplayDevices {
  readonly readers: ReadonlyMap<string, { device: Reader; link: DeviceConnection }>;
  readonly boards: ReadonlyMap<string, { device: JuyBoard; link: DeviceConnection }>;
}

/** What became of one session. */
export interface Played {
  readonly session: Session;
  readonly imei: string;
  readonly port: number;
  order?: number;
  closed?: ClosedSession;
  /** What did not go as it should; a session with none of these is accounted for. */
  readonly problems: string[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Within a minute: who was there leaves first, then the others come; who only came for a moment leaves last. */
const AT_S = {
  unplug: 0,
  noticed: 12,
  swipeOut: 14,
  passOut: 16,
  swipeIn: 20,
  passIn: 22,
  plug: 25,
  brief: 40,
} as const;
const SESSION_BEGINS_S = AT_S.plug;
const FRAMES_EACH_HOUR_FOR_MS = 6 * 3_600_000;
const BOUNDARY_HOURS = ['06', '22'];

/** Plays sessions in the order of their time through readers, boards and the cloud. */
export class Replay {
  readonly #world: SteppedWorld;
  readonly #devices: ReplayDevices;
  readonly #layout: ReplayLayout;
  readonly #played: Played[] = [];
  readonly #open = new Map<string, Played>();
  /** Ports are taken from the plug-in to the plug-out, charging or not. */
  readonly #plugged = new Set<string>();

  constructor(world: SteppedWorld, devices: ReplayDevices, layout: ReplayLayout) {
    this.#world = world;
    this.#devices = devices;
    this.#layout = layout;
  }

  async run(
    sessions: readonly Session[],
    progress: (done: number) => Promise<void>,
  ): Promise<readonly Played[]> {
    const minutes = byMinute(sessions);
    for (const [index, [atMs, sessionsAt]] of minutes.entries()) {
      await this.#playMinute(atMs, sessionsAt);
      const nextMs = minutes[index + 1]?.[0];
      await this.#between(atMs, nextMs ?? atMs + DAY_MS);
      await progress(this.#played.length);
    }
    return this.#played;
  }

  async #playMinute(
    atMs: number,
    at: { readonly come: readonly Session[]; readonly leave: readonly Session[] },
  ): Promise<void> {
    const leaving = at.leave.flatMap(
      (session) => this.#played.findLast((played) => played.session === session) ?? [],
    );
    await this.#leave(leaving, atMs);
    const coming = at.come.map((session) => this.#take(session));
    await this.#come(coming, atMs);
    const brief = coming.filter(({ session }) => session.endMs === session.startMs);
    await this.#leave(brief, atMs + AT_S.brief * 1000);
    await this.#world.sweep(atMs);
  }

  async #come(coming: readonly Played[], atMs: number): Promise<void> {
    if (coming.length === 0) return;
    await this.#swipe(coming, 'in', atMs + AT_S.swipeIn * 1000, atMs + AT_S.passIn * 1000);
    await this.#at(atMs + AT_S.plug * 1000, coming, (played) => {
      const { device, link } = this.#board(played);
      device.plug(played.port, batteryFor(played.session, chargingS(played.session)));
      link.act((nowMs) => device.card(played.port, this.#cardNumber(played), nowMs));
    });
    for (const played of coming) {
      const { device } = this.#board(played);
      const session = device.ports[played.port - 1]?.session;
      if (session) {
        played.order = session.order;
        this.#open.set(`${played.imei}:${session.order}`, played);
      } else {
        played.problems.push(
          `the session did not start (answer ${device.cardAnswer(played.port) ?? 'none'})`,
        );
      }
    }
  }

  async #leave(leaving: readonly Played[], atMs: number): Promise<void> {
    if (leaving.length === 0) return;
    await this.#at(atMs + AT_S.unplug * 1000, leaving, (played) => {
      const { device, link } = this.#board(played);
      link.act((nowMs) => device.unplug(played.port, nowMs));
      this.#plugged.delete(socketOf(played));
    });
    await this.#at(atMs + AT_S.noticed * 1000, leaving, (played) => this.#board(played).link.tick());
    this.#collect();
    await this.#swipe(leaving, 'out', atMs + AT_S.swipeOut * 1000, atMs + AT_S.passOut * 1000);
  }

  async #swipe(
    people: readonly Played[],
    direction: 'in' | 'out',
    swipeMs: number,
    passMs: number,
  ): Promise<void> {
    const swipes = new Map<Played, string>();
    const readerOf = (played: Played) => {
      const garage = this.#garage(played.session);
      return required(this.#devices.readers, direction === 'in' ? garage.readerIn : garage.readerOut);
    };
    await this.#at(swipeMs, people, (played) => {
      const { device, link } = readerOf(played);
      link.act((nowMs) => {
        const { swipeId, messages } = device.swipe(this.#user(played.session).cardUid, nowMs);
        swipes.set(played, swipeId);
        return messages;
      });
    });
    await this.#at(passMs, people, (played) => {
      const { device, link } = readerOf(played);
      const swipeId = swipes.get(played) ?? '';
      const outcome = device.outcome(swipeId);
      if (outcome?.unlocked) link.act((nowMs) => device.pass(swipeId, nowMs));
      else played.problems.push(`swipe ${direction}: ${outcome?.reason ?? 'no answer'}`);
    });
  }

  /** The boards between two events: sessions that end by themselves, live data now and then. */
  async #between(fromMs: number, untilMs: number): Promise<void> {
    for (let atMs = fromMs + MINUTE_MS; atMs < untilMs && this.#open.size > 0; atMs += MINUTE_MS) {
      await this.#world.moveTo(atMs);
      const busy = new Set([...this.#open.values()].map((played) => this.#board(played)));
      const before = traffic(busy);
      for (const board of busy) {
        board.link.tick();
        if (this.#reports(board.device, atMs)) board.link.act((nowMs) => board.device.report(nowMs));
      }
      if (traffic(busy) === before) continue;
      await this.#world.quiet(busy);
      this.#collect();
      await this.#world.sweep(atMs);
    }
  }

  /** A minute after a start, on the hour for six hours, and at the hours at which the price changes. */
  #reports(board: JuyBoard, atMs: number): boolean {
    const [hour, minute] = wallClock(atMs, REPLAY_TIME_ZONE).slice(11, 16).split(':');
    return board.ports.some(({ session }) => {
      if (!session) return false;
      const ageMs = atMs - session.startedAtMs;
      if (ageMs > 0 && ageMs <= MINUTE_MS) return true;
      return minute === '00' && (ageMs <= FRAMES_EACH_HOUR_FOR_MS || BOUNDARY_HOURS.includes(hour ?? ''));
    });
  }

  async #at(atMs: number, people: readonly Played[], deed: (played: Played) => void): Promise<void> {
    await this.#world.moveTo(atMs);
    for (const played of people) deed(played);
    await this.#world.quiet(
      new Set(
        people.flatMap((played) => {
          const garage = this.#garage(played.session);
          const readers = [garage.readerIn, garage.readerOut].map((name) =>
            required(this.#devices.readers, name),
          );
          return [this.#board(played), ...readers];
        }),
      ),
    );
  }

  #collect(): void {
    for (const [imei, { device }] of this.#devices.boards) {
      for (const closed of device.takeClosed()) {
        const played = this.#open.get(`${imei}:${closed.order}`);
        this.#open.delete(`${imei}:${closed.order}`);
        if (played) played.closed = closed;
      }
    }
  }

  #take(session: Session): Played {
    for (const { imei } of this.#garage(session).boards) {
      const port = required(this.#devices.boards, imei).device.ports.find(
        (socket) => !this.#plugged.has(`${imei}:${socket.number}`) && !socket.session,
      );
      if (!port) continue;
      const played: Played = { session, imei, port: port.number, problems: [] };
      this.#plugged.add(socketOf(played));
      this.#played.push(played);
      return played;
    }
    throw new Error(`No port is free in ${session.garageId} at ${new Date(session.startMs).toISOString()}`);
  }

  #board(played: Played) {
    return required(this.#devices.boards, played.imei);
  }

  #garage(session: Session): ReplayGarage {
    const garage = this.#layout.garages.find((known) => known.garageId === session.garageId);
    if (!garage) throw new Error(`There is no garage ${session.garageId}`);
    return garage;
  }

  #user(session: Session) {
    const user = this.#layout.users.find((known) => known.userId === session.userId);
    if (!user) throw new Error(`There is no user ${session.userId}`);
    return user;
  }

  #cardNumber(played: Played): number {
    return Number.parseInt(this.#user(played.session).cardUid, 16);
  }
}

/** How long this session's bicycle is on power. */
export function chargingS(session: Session): number {
  const stayS = (session.endMs - session.startMs) / 1000;
  return stayS === 0 ? AT_S.brief - SESSION_BEGINS_S : stayS - SESSION_BEGINS_S;
}

function byMinute(sessions: readonly Session[]) {
  const minutes = new Map<number, { come: Session[]; leave: Session[] }>();
  const at = (atMs: number) => {
    const entry = minutes.get(atMs) ?? { come: [], leave: [] };
    minutes.set(atMs, entry);
    return entry;
  };
  for (const session of sessions) {
    at(session.startMs).come.push(session);
    if (session.endMs > session.startMs) at(session.endMs).leave.push(session);
  }
  return [...minutes].toSorted(([a], [b]) => a - b);
}

function socketOf(played: { readonly imei: string; readonly port: number }): string {
  return `${played.imei}:${played.port}`;
}

function required<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw new Error(`There is no device ${key}`);
  return value;
}
