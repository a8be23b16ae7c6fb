import { type Battery, drawnWh, powerW } from './battery.ts';
import type { PortCharge } from './juy-charge.ts';
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
  readonly chargeMaxS: number;
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
  chargeMaxS: 12 * 3600,
  fullBelowW: 45,
  fullWaitS: 45 * 60,
  fullMovesW: 6,
  unpluggedBelowW: 3,
  unplugDetectionS: 300,
  plugWaitS: 120,
};

const STEP_S = 10;

/** One socket of a board: what is plugged in, and the charge that runs on it. */
export class Port {
  readonly number: number;
  readonly #limits: PortLimits;
  readonly #tariff: BoardTariff;
  #plugged: { battery: Battery; poweredS: number } | undefined;
  #charge: PortCharge | undefined;
  fault: PortFault | undefined;

  constructor(number: number, limits: PortLimits, tariff: BoardTariff) {
    this.number = number;
    this.#limits = limits;
    this.#tariff = tariff;
  }

  get charge(): PortCharge | undefined {
    return this.#charge;
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
    if (this.#charge) this.#charge.powerW = 0;
  }

  begin(charge: Pick<PortCharge, 'order' | 'card' | 'mode' | 'parameter'>, nowMs: number): void {
    const charging: PortCharge = {
      ...charge,
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
    this.#charge = charging;
  }

  /** Takes the finished charge off the port. */
  end(): PortCharge | undefined {
    const charge = this.#charge;
    this.#charge = undefined;
    return charge;
  }

  /**
   * Runs the charge up to this moment in whole steps counted from its start, so that how often the board is looked at
   * changes nothing; `exactly` adds the part of a step, for the moments at which something is done to the port.
   */
  advance(nowMs: number, exactly = false): void {
    const charge = this.#charge;
    if (!charge) return;
    const elapsedS = Math.max(0, (nowMs - charge.startedAtMs) / 1000);
    while (charge.stopReason === undefined && charge.seconds + STEP_S <= elapsedS) this.#step(charge, STEP_S);
    if (exactly && charge.stopReason === undefined && charge.seconds < elapsedS) {
      this.#step(charge, elapsedS - charge.seconds);
    }
  }

  #draw(): number {
    return this.#plugged ? powerW(this.#plugged.battery, this.#plugged.poweredS) : 0;
  }

  #step(charge: PortCharge, seconds: number): void {
    const plugged = this.#plugged;
    if (plugged) {
      const beforeWh = drawnWh(plugged.battery, plugged.poweredS);
      plugged.poweredS += seconds;
      const gainedWh = drawnWh(plugged.battery, plugged.poweredS) - beforeWh;
      charge.energyWh += gainedWh;
      const priceClass = this.#tariff.classAt(charge.startedAtMs + charge.seconds * 1000);
      charge.classWh[priceClass] = (charge.classWh[priceClass] ?? 0) + gainedWh;
    }
    const band = this.#tariff.bandOf(charge.powerW);
    charge.bandSeconds[band] = (charge.bandSeconds[band] ?? 0) + seconds;
    charge.seconds += seconds;
    charge.powerW = this.#draw();
    charge.band = Math.max(charge.band, this.#tariff.bandOf(charge.powerW));
    this.#watch(charge, seconds);
  }

  #watch(charge: PortCharge, seconds: number): void {
    const limits = this.#limits;
    const low = charge.powerW < limits.unpluggedBelowW;
    charge.lowPowerS = low ? charge.lowPowerS + seconds : 0;
    charge.everDrew ||= !low;
    charge.stopReason =
      this.#limitReached(charge) ??
      (charge.powerW > limits.portMaxW ? STOP.overPower : undefined) ??
      (charge.seconds >= limits.chargeMaxS ? STOP.timeUsedUp : undefined) ??
      (charge.lowPowerS >= (charge.everDrew ? limits.unplugDetectionS : limits.plugWaitS)
        ? STOP.noCharger
        : undefined) ??
      (this.#isFull(charge) ? STOP.full : undefined);
  }

  #limitReached(charge: PortCharge): number | undefined {
    if (charge.mode === 'energy' && charge.energyWh >= charge.parameter * 10) {
      // The relay opens at the meter's pulse, between two looks at it.
      charge.energyWh = charge.parameter * 10;
      return STOP.energyUsedUp;
    }
    if (charge.mode === 'time' && charge.seconds >= charge.parameter) return STOP.timeUsedUp;
    return charge.mode === 'amount' && this.#tariff.claimedFen(charge) >= charge.parameter
      ? STOP.moneyUsedUp
      : undefined;
  }

  /** Full is low power for long enough; power that still moves is not full, and the wait begins again. */
  #isFull(charge: PortCharge): boolean {
    const limits = this.#limits;
    if (charge.powerW < limits.unpluggedBelowW || charge.powerW >= limits.fullBelowW) {
      charge.fullWait = undefined;
      return false;
    }
    if (!charge.fullWait || Math.abs(charge.fullWait.powerW - charge.powerW) > limits.fullMovesW) {
      charge.fullWait = { sinceS: charge.seconds, powerW: charge.powerW };
    }
    return charge.seconds - charge.fullWait.sinceS >= limits.fullWaitS;
  }
}
