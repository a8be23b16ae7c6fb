import { type Battery, drawnWh, powerW } from './battery.ts';
import type { PortSession } from './juy-session.ts';
import { type BoardTariff, PRICE_CLASSES } from './juy-tariff.ts';

/** Stop reasons of the vendor's table that this board gives. */
export const STOP = {
  full: 0,
  timeUsedUp: 1,
  moneyUsedUp: 2,
  manual: 3,
  energyUsedUp: 4,
  overPower: 5,
  // The vendor has no reason for a plug pulled out; the nearest is "no charger found".
  noCharger: 6,
} as const;

/** Heartbeat states of the vendor's table. */
export type PortFault = 'fuse-blown' | 'relay-stuck' | 'disabled';

export interface PortLimits {
  readonly portMaxW: number;
  readonly sessionMaxS: number;
  readonly fullBelowW: number;
  readonly fullWaitS: number;
  readonly fullMovesW: number;
  readonly unpluggedBelowW: number;
  readonly unplugDetectionS: number;
  readonly plugWaitS: number;
}

/** Defaults of shipped firmware. Versions differ in the time after which a plug counts as pulled. */
export const PORT_LIMITS: PortLimits = {
  portMaxW: 1100,
  sessionMaxS: 12 * 3600,
  fullBelowW: 45,
  fullWaitS: 45 * 60,
  fullMovesW: 6,
  unpluggedBelowW: 3,
  unplugDetectionS: 300,
  plugWaitS: 120,
};

const STEP_S = 10;

/** One socket of a board: what is plugged in, and the session that runs on it. */
export class Port {
  readonly number: number;
  readonly #limits: PortLimits;
  readonly #tariff: BoardTariff;
  #plugged: { battery: Battery; poweredS: number } | undefined;
  #session: PortSession | undefined;
  fault: PortFault | undefined;

  constructor(number: number, limits: PortLimits, tariff: BoardTariff) {
    this.number = number;
    this.#limits = limits;
    this.#tariff = tariff;
  }

  get session(): PortSession | undefined {
    return this.#session;
  }

  get plugged(): boolean {
    return this.#plugged !== undefined;
  }

  plug(battery: Battery): void {
    if (this.#plugged) throw new Error(`Port ${this.number} is taken`);
    this.#plugged = { battery, poweredS: 0 };
  }

  unplug(nowMs: number): void {
    this.advance(nowMs, true);
    this.#plugged = undefined;
    if (this.#session) this.#session.powerW = 0;
  }

  begin(session: Pick<PortSession, 'order' | 'card' | 'mode' | 'parameter'>, nowMs: number): void {
    const charging: PortSession = {
      ...session,
      startedAtMs: nowMs,
      seconds: 0,
      energyWh: 0,
      powerW: this.#draw(),
      band: 0,
      bandSeconds: [],
      classWh: Array.from({ length: PRICE_CLASSES }, () => 0),
      everDrew: false,
      lowPowerS: 0,
      fullWait: undefined,
      stopReason: undefined,
    };
    charging.band = this.#tariff.bandOf(charging.powerW);
    this.#session = charging;
  }

  /** Takes the finished session off the port. */
  end(): PortSession | undefined {
    const session = this.#session;
    this.#session = undefined;
    return session;
  }

  /**
   * Runs the session up to this moment in whole steps counted from its start, so that how often the board is looked at
   * changes nothing; `exactly` adds the part of a step, for the moments at which something is done to the port.
   */
  advance(nowMs: number, exactly = false): void {
    const session = this.#session;
    if (!session) return;
    const elapsedS = Math.max(0, (nowMs - session.startedAtMs) / 1000);
    while (session.stopReason === undefined && session.seconds + STEP_S <= elapsedS)
      this.#step(session, STEP_S);
    if (exactly && session.stopReason === undefined && session.seconds < elapsedS) {
      this.#step(session, elapsedS - session.seconds);
    }
  }

  #draw(): number {
    return this.#plugged ? powerW(this.#plugged.battery, this.#plugged.poweredS) : 0;
  }

  #step(session: PortSession, seconds: number): void {
    const plugged = this.#plugged;
    if (plugged) {
      const beforeWh = drawnWh(plugged.battery, plugged.poweredS);
      plugged.poweredS += seconds;
      const gainedWh = drawnWh(plugged.battery, plugged.poweredS) - beforeWh;
      session.energyWh += gainedWh;
      const priceClass = this.#tariff.classAt(session.startedAtMs + session.seconds * 1000);
      session.classWh[priceClass] = (session.classWh[priceClass] ?? 0) + gainedWh;
    }
    const band = this.#tariff.bandOf(session.powerW);
    session.bandSeconds[band] = (session.bandSeconds[band] ?? 0) + seconds;
    session.seconds += seconds;
    session.powerW = this.#draw();
    session.band = Math.max(session.band, this.#tariff.bandOf(session.powerW));
    this.#watch(session, seconds);
  }

  #watch(session: PortSession, seconds: number): void {
    const limits = this.#limits;
    const low = session.powerW < limits.unpluggedBelowW;
    session.lowPowerS = low ? session.lowPowerS + seconds : 0;
    session.everDrew ||= !low;
    session.stopReason =
      this.#limitReached(session) ??
      (session.powerW > limits.portMaxW ? STOP.overPower : undefined) ??
      (session.seconds >= limits.sessionMaxS ? STOP.timeUsedUp : undefined) ??
      (session.lowPowerS >= (session.everDrew ? limits.unplugDetectionS : limits.plugWaitS)
        ? STOP.noCharger
        : undefined) ??
      (this.#isFull(session) ? STOP.full : undefined);
  }

  #limitReached(session: PortSession): number | undefined {
    if (session.mode === 'energy' && session.energyWh >= session.parameter * 10) {
      // The relay opens at the meter's pulse, between two looks at it.
      session.energyWh = session.parameter * 10;
      return STOP.energyUsedUp;
    }
    if (session.mode === 'time' && session.seconds >= session.parameter) return STOP.timeUsedUp;
    return session.mode === 'amount' && this.#tariff.claimedFen(session) >= session.parameter
      ? STOP.moneyUsedUp
      : undefined;
  }

  /** Full is low power for long enough; power that still moves is not full, and the wait begins again. */
  #isFull(session: PortSession): boolean {
    const limits = this.#limits;
    if (session.powerW < limits.unpluggedBelowW || session.powerW >= limits.fullBelowW) {
      session.fullWait = undefined;
      return false;
    }
    if (!session.fullWait || Math.abs(session.fullWait.powerW - session.powerW) > limits.fullMovesW) {
      session.fullWait = { sinceS: session.seconds, powerW: session.powerW };
    }
    return session.seconds - session.fullWait.sinceS >= limits.fullWaitS;
  }
}
