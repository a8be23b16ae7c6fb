import type { LivePort, SettlementReport } from './juy-frames.ts';
import { bandPriceFen, claimedFen, type PortCharge, STOP } from './juy-port.ts';

/** A finished charge as the board accounted for it, for whoever compares that with the bill. */
export interface ClosedCharge {
  readonly port: number;
  readonly order: number;
  readonly seconds: number;
  /** What went through the meter. */
  readonly energyWh: number;
  /** What the settlement says of it, in whole units of this board model. */
  readonly reportedWh: number;
  readonly stopReason: number;
}

/** A closing account in a board's flash. */
export interface KeptAccount {
  readonly key: string;
  readonly frameHex: string;
}

/** Sums of many small steps: a millionth of a Wh must not cost a whole unit. */
const METER_TOLERANCE_WH = 1e-6;
const LIVE_UNIT_WH = 10;

/** The board's closing account of one charge. */
export function closeAccount(
  port: number,
  charge: PortCharge,
  unitWh: number,
): { readonly closed: ClosedCharge; readonly report: SettlementReport } {
  const energyUnits = wholeUnits(charge.energyWh, unitWh);
  const seconds = Math.round(charge.seconds);
  const stopReason = charge.stopReason ?? STOP.manual;
  const { order, card, energyWh } = charge;
  const bands = charge.bandSeconds.flatMap((bandS, band) =>
    bandS > 0 ? [{ seconds: Math.round(bandS), priceFenPerHour: bandPriceFen(band) }] : [],
  );
  return {
    closed: { port, order, seconds, energyWh, reportedWh: energyUnits * unitWh, stopReason },
    report: {
      port,
      order,
      seconds,
      energyUnits,
      moneyFen: claimedFen(charge),
      stopReason,
      powerW: Math.round(charge.powerW),
      card,
      bands,
    },
  };
}

/** One row of the live data. */
export function livePort(port: number, charge: PortCharge, boardTemperatureC: number): LivePort {
  return {
    port,
    band: charge.band,
    priceFen: bandPriceFen(charge.band),
    powerW: Math.round(charge.powerW),
    seconds: Math.round(charge.seconds),
    moneyFen: claimedFen(charge),
    energyCentiKWh: wholeUnits(charge.energyWh, LIVE_UNIT_WH),
    temperatureC: boardTemperatureC + Math.round(charge.powerW / 100),
  };
}

function wholeUnits(energyWh: number, unitWh: number): number {
  return Math.floor((energyWh + METER_TOLERANCE_WH) / unitWh);
}
