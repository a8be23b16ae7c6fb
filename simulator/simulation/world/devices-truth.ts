import type { PortSession } from '../../devices/juy-session.ts';
import type { ClosedSession } from '../../devices/juy-settlements.ts';
import type { Shed } from './shed.ts';

/** What a board itself knows of one session under one order. */
export interface DeliveredSession {
  readonly startedAtMs: number;
  /** What its meter had counted after so many of the board's seconds, as far as somebody looked then. */
  readonly metered: ReadonlyMap<number, number>;
  /** Its account, once it has ended. */
  readonly closed: Pick<ClosedSession, 'seconds' | 'energyWh' | 'reportedWh'> | undefined;
  /** Its meter lied about this session: the energy that was billed cannot be compared. */
  readonly tampered: boolean;
}

interface Known {
  readonly place: string;
  readonly startedAtMs: number;
  readonly metered: Map<number, number>;
  closed: ClosedSession | undefined;
  /** An order that a board carried out twice has no single truth. */
  several: boolean;
}

/** What the boards know of each session, whatever became of the messages that told it. */
export class DevicesTruth {
  readonly #shed: () => Shed;
  readonly #sessions = new Map<string, Known>();
  readonly #tampered = new Set<string>();
  /** Begun and ended between two looks. */
  readonly #unseen = new Set<string>();

  constructor(shed: () => Shed) {
    this.#shed = shed;
  }

  collect(): void {
    for (const { device } of this.#shed().boards) {
      for (const session of device.takeClosed()) {
        const name = `${device.connection}-${session.order}`;
        const known = this.#sessions.get(name);
        if (known === undefined) {
          this.#unseen.add(name);
          continue;
        }
        known.several ||= known.closed !== undefined;
        known.closed = session;
      }
      for (const { number, session } of device.ports)
        if (session !== undefined) this.#look(device.connection, number, session);
    }
  }

  #look(deviceId: string, port: number, { order, startedAtMs, seconds, energyWh }: PortSession): void {
    const name = `${deviceId}-${order}`;
    const fresh = {
      place: `${deviceId}/${port}`,
      startedAtMs,
      metered: new Map(),
      closed: undefined,
      several: this.#unseen.has(name),
    };
    const known = this.#sessions.get(name) ?? fresh;
    this.#sessions.set(name, known);
    known.several ||= known.startedAtMs !== startedAtMs;
    known.metered.set(Math.round(seconds), energyWh);
  }

  tampered(deviceId: string, order: number): void {
    this.#tampered.add(`${deviceId}-${order}`);
  }

  /** What the meter of a port had counted so many seconds after the start of any session on it. */
  meteredOn(deviceId: string, port: number, seconds: number): number[] {
    return [...this.#sessions.values()].flatMap(({ place, metered }) =>
      place === `${deviceId}/${port}` ? (metered.get(seconds) ?? []) : [],
    );
  }

  of(deviceId: string, order: number): DeliveredSession | undefined {
    this.collect();
    const name = `${deviceId}-${order}`;
    const known = this.#sessions.get(name);
    if (known === undefined || known.several) return undefined;
    const { startedAtMs, metered, closed } = known;
    return { startedAtMs, metered, closed, tampered: this.#tampered.has(name) };
  }
}

/** No more than this had been delivered at a moment. */
export function deliveredUntil({ startedAtMs, metered, closed }: DeliveredSession, atMs: number): number {
  const after = [...metered].filter(([seconds]) => startedAtMs + seconds * 1000 >= atMs).map(([, wh]) => wh);
  return Math.min(...after, closed?.energyWh ?? Number.POSITIVE_INFINITY);
}
