import { type PortSlot, portSlotSchema } from '../../../src/charging/session.ts';
import { keys } from '../../../src/shared/keys.ts';
import { isPort, isWallet } from '../../../src/shared/keys-read.ts';
import type { Shed } from '../world/shed.ts';
import { estateId, facilityId } from '../world/small-estate.ts';
import type { Change, Store } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

/** How long a port may work without authorisation, counted while its board can be reached: several frames and stops. */
const STRAY_LIMIT_MS = 30 * 60_000;
/** How long a port may work in an evacuated facility, counted likewise. */
const EVACUATED_LIMIT_MS = 10 * 60_000;
/** How often the devices are looked at. */
const TICK_MS = 10_000;
/** A board opens its relay at the meter's next step. */
const TOLERANCE_WH = 15;
const PORT_LIMIT_W = 1100;
/** The few orders that a board gives out by itself, for a key of the house: an authority of its own. */
const isLocal = (order: number) => order >= 0x8000_0000 && order < 0x8000_0000 + 10_000;

/** I4 after every commit, I5 at every look at the devices. */
export class PortCheck {
  readonly #verdict: Verdict;
  readonly #store: Store;
  readonly #losesStops: (deviceId: string, port: number) => boolean;
  readonly #slots = new Map<string, PortSlot>();
  readonly #holds = new Map<string, string>();
  readonly #strayMs = new Map<string, number>();
  readonly #evacuatedMs = new Map<string, number>();

  constructor(verdict: Verdict, store: Store, losesStops: (deviceId: string, port: number) => boolean) {
    this.#verdict = verdict;
    this.#store = store;
    this.#losesStops = losesStops;
  }

  /** Whether any session is open: then a watchdog waits for it, and the world is not at rest. */
  anyOpen(): boolean {
    return this.#slots.values().some(({ open }) => open !== undefined);
  }

  see(changes: readonly Change[]): void {
    let touched = false;
    for (const { after } of changes) {
      if (after === undefined) continue;
      if (isPort(after)) {
        const slot = portSlotSchema.parse(after);
        this.#slots.set(slotName(slot.deviceId, slot.port), slot);
        touched = true;
      }
      if (isWallet(after)) {
        this.#seeHolds(String(after['householdId']), Object.keys((after['holds'] ?? {}) as object));
        touched = true;
      }
    }
    if (touched) this.#compare();
  }

  #seeHolds(householdId: string, sessionIds: readonly string[]): void {
    for (const [sessionId, owner] of this.#holds) if (owner === householdId) this.#holds.delete(sessionId);
    for (const sessionId of sessionIds) this.#holds.set(sessionId, householdId);
  }

  /** A session takes its port and its money in one transaction, and gives both back in one. */
  #compare(): void {
    const open = new Set<string>();
    for (const slot of this.#slots.values())
      if (slot.open !== undefined && slot.open.startedBy !== 'local') open.add(slot.open.sessionId);
    for (const sessionId of this.#holds.keys())
      if (!open.has(sessionId))
        this.#verdict.breach('I4', `Money is held for ${sessionId}, which has no port`);
    for (const sessionId of open)
      if (!this.#holds.has(sessionId))
        this.#verdict.breach('I4', `${sessionId} has a port and no money is held`);
  }

  /** The relays of all boards, against what is authorised. */
  look(shed: Shed): void {
    const facility = this.#store.peek(keys.facility(estateId, facilityId));
    for (const line of shed.boards) {
      const deviceId = line.device.connection;
      for (const { number, session } of line.device.ports) {
        if (session === undefined || session.stopReason !== undefined) continue;
        const open = this.#slots.get(slotName(deviceId, number))?.open;
        const name = `port ${number} of ${deviceId} under order ${session.order}`;
        const live = open?.order === session.order || isLocal(session.order);
        const reached = line.online && !this.#losesStops(deviceId, number);
        if (!live && reached) this.#count(this.#strayMs, name, STRAY_LIMIT_MS, 'works without authorisation');
        const unheard =
          isLocal(session.order) &&
          this.#store.peek(keys.session(deviceId, session.order, 'authorised')) === undefined;
        // A stop has to name the order: one that was never told cannot be stopped from afar.
        if (facility?.['evacuation'] !== undefined && reached && !unheard)
          this.#count(
            this.#evacuatedMs,
            name,
            EVACUATED_LIMIT_MS,
            'works although the facility is evacuated',
          );
        const limitWh = open?.order === session.order ? open.energyLimitWh : 0;
        if (limitWh > 0 && session.energyWh > limitWh + TOLERANCE_WH)
          this.#verdict.breach(
            'I5',
            `The ${name} has delivered ${session.energyWh} Wh, above its limit ${limitWh}`,
          );
        if (session.powerW > PORT_LIMIT_W)
          this.#verdict.breach('I5', `The ${name} delivers ${session.powerW} W, above its limit`);
      }
    }
  }

  #count(counter: Map<string, number>, name: string, limitMs: number, what: string): void {
    const lastedMs = (counter.get(name) ?? 0) + TICK_MS;
    counter.set(name, lastedMs);
    if (lastedMs > limitMs)
      this.#verdict.breach('I5', `The ${name} ${what}, for ${lastedMs / 60_000} minutes`);
  }
}

function slotName(deviceId: string, port: number): string {
  return `${deviceId}/${port}`;
}
