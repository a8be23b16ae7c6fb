import type { ClosedCharge } from '../devices/juy-accounts.ts';
import type { Shed } from './shed.ts';

/** What the boards know of each finished charge, whatever became of the message that told it. */
export class DevicesTruth {
  /** An order that a board carried out twice has no single truth. */
  readonly #closed = new Map<string, ClosedCharge | 'several'>();
  readonly #tampered = new Set<string>();

  collect(shed: Shed): void {
    for (const { device } of shed.boards) {
      for (const charge of device.takeClosed()) {
        const name = `${device.connection}-${charge.order}`;
        this.#closed.set(name, this.#closed.has(name) ? 'several' : charge);
      }
    }
  }

  /** Its meter lied about this charge: what was billed then cannot be compared. */
  tampered(deviceId: string, order: number): void {
    this.#tampered.add(`${deviceId}-${order}`);
  }

  of(shed: Shed, deviceId: string, order: number): { readonly energyWh: number } | undefined {
    this.collect(shed);
    const name = `${deviceId}-${order}`;
    const known = this.#closed.get(name);
    if (known === undefined || known === 'several' || this.#tampered.has(name)) return undefined;
    return { energyWh: known.reportedWh };
  }
}
