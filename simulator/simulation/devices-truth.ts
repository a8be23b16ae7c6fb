import type { ClosedCharge } from '../devices/juy-accounts.ts';
import type { PortCharge } from '../devices/juy-charge.ts';
import type { Shed } from './shed.ts';

/** What a board itself knows of one charge under one order. */
export interface DeliveredCharge {
  readonly startedAtMs: number;
  /** What its meter had counted after so many of the board's seconds, as far as somebody looked then. */
  readonly metered: ReadonlyMap<number, number>;
  /** Its account, once it has ended. */
  readonly closed: Pick<ClosedCharge, 'seconds' | 'energyWh' | 'reportedWh'> | undefined;
  /** Its meter lied about this charge: the energy that was billed cannot be compared. */
  readonly tampered: boolean;
}

interface Known {
  readonly place: string;
  readonly startedAtMs: number;
  readonly metered: Map<number, number>;
  closed: ClosedCharge | undefined;
  /** An order that a board carried out twice has no single truth. */
  several: boolean;
}

/** What the boards know of each charge, whatever became of the messages that told it. */
export class DevicesTruth {
  readonly #shed: () => Shed;
  readonly #charges = new Map<string, Known>();
  readonly #tampered = new Set<string>();

  constructor(shed: () => Shed) {
    this.#shed = shed;
  }

  collect(): void {
    for (const { device } of this.#shed().boards) {
      for (const charge of device.takeClosed()) {
        const known = this.#charges.get(`${device.connection}-${charge.order}`);
        if (known === undefined) continue;
        known.several ||= known.closed !== undefined;
        known.closed = charge;
      }
      for (const { number, charge } of device.ports)
        if (charge !== undefined) this.#look(device.connection, number, charge);
    }
  }

  #look(deviceId: string, port: number, { order, startedAtMs, seconds, energyWh }: PortCharge): void {
    const name = `${deviceId}-${order}`;
    const fresh = {
      place: `${deviceId}/${port}`,
      startedAtMs,
      metered: new Map(),
      closed: undefined,
      several: false,
    };
    const known = this.#charges.get(name) ?? fresh;
    this.#charges.set(name, known);
    known.several ||= known.startedAtMs !== startedAtMs;
    known.metered.set(Math.round(seconds), energyWh);
  }

  tampered(deviceId: string, order: number): void {
    this.#tampered.add(`${deviceId}-${order}`);
  }

  /** What the meter of a port had counted so many seconds after the start of any charge on it. */
  meteredOn(deviceId: string, port: number, seconds: number): number[] {
    return [...this.#charges.values()].flatMap(({ place, metered }) =>
      place === `${deviceId}/${port}` ? (metered.get(seconds) ?? []) : [],
    );
  }

  of(deviceId: string, order: number): DeliveredCharge | undefined {
    this.collect();
    const name = `${deviceId}-${order}`;
    const known = this.#charges.get(name);
    if (known === undefined || known.several) return undefined;
    const { startedAtMs, metered, closed } = known;
    return { startedAtMs, metered, closed, tampered: this.#tampered.has(name) };
  }
}

/** No more than this had been delivered at a moment. */
export function deliveredUntil({ startedAtMs, metered, closed }: DeliveredCharge, atMs: number): number {
  const after = [...metered].filter(([seconds]) => startedAtMs + seconds * 1000 >= atMs).map(([, wh]) => wh);
  return Math.min(...after, closed?.energyWh ?? Number.POSITIVE_INFINITY);
}
