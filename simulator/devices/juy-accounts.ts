import type { PortCharge } from './juy-charge.ts';
import { encodeLive, type LivePort, type SettlementReport } from './juy-frames.ts';
import { type Port, STOP } from './juy-port.ts';
import { encodeLivePeakValley, type PeakValleyPort } from './juy-table-frames.ts';
import { type BoardTariff, wholeUnits } from './juy-tariff.ts';

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

const LIVE_UNIT_WH = 10;

/** The board's closing account of one charge. */
export function closeAccount(
  port: number,
  charge: PortCharge,
  unitWh: number,
  tariff: BoardTariff,
): { readonly closed: ClosedCharge; readonly report: SettlementReport } {
  const energyUnits = wholeUnits(charge.energyWh, unitWh);
  const seconds = Math.round(charge.seconds);
  const stopReason = charge.stopReason ?? STOP.manual;
  const { order, card, energyWh } = charge;
  const { fen, pairs } = tariff.claim(charge, unitWh);
  return {
    closed: { port, order, seconds, energyWh, reportedWh: energyUnits * unitWh, stopReason },
    report: {
      port,
      order,
      seconds,
      energyUnits,
      moneyFen: fen,
      stopReason,
      powerW: Math.round(charge.powerW),
      card,
      // In peak-valley mode the same two fields are energy and money.
      bands: pairs.map(([seconds, priceFenPerHour]) => ({ seconds, priceFenPerHour })),
    },
  };
}

const VOLTAGE_DECI_V = 2215;

/** The live data of the ports that work, as the board's prices want it told; undefined where none works. */
export function liveData(
  ports: readonly Port[],
  tariff: BoardTariff,
  boardTemperatureC: number,
  nowMs: number,
): Uint8Array | undefined {
  const busy = ports.flatMap(({ number, charge }) => (charge ? [{ number, charge }] : []));
  if (busy.length === 0) return undefined;
  if (tariff.mode !== 1) {
    const rows = busy.map(({ number, charge }) => livePort(number, charge, boardTemperatureC, tariff));
    return encodeLive(VOLTAGE_DECI_V, boardTemperatureC, rows);
  }
  const rows = busy.map(({ number, charge }) => peakValleyPort(number, charge, boardTemperatureC, tariff));
  const priceNow = tariff.classPrice(tariff.classAt(nowMs));
  return encodeLivePeakValley(VOLTAGE_DECI_V, boardTemperatureC, priceNow, rows);
}

/** One row of the live data. */
function livePort(
  port: number,
  charge: PortCharge,
  boardTemperatureC: number,
  tariff: BoardTariff,
): LivePort {
  return {
    port,
    band: charge.band,
    priceFen: tariff.bandPriceFen(charge.band),
    powerW: Math.round(charge.powerW),
    seconds: Math.round(charge.seconds),
    moneyFen: tariff.claimedFen(charge),
    energyCentiKWh: wholeUnits(charge.energyWh, LIVE_UNIT_WH),
    temperatureC: portTemperature(charge, boardTemperatureC),
  };
}

/** One row of the live data of a board with prices by the half hour. */
function peakValleyPort(
  port: number,
  charge: PortCharge,
  boardTemperatureC: number,
  tariff: BoardTariff,
): PeakValleyPort {
  const classes = charge.classWh.map(
    (energyWh, it) => [wholeUnits(energyWh, 1), tariff.classMilliYuan(charge, it)] as const,
  );
  return {
    port,
    priceClass: tariff.classAt(charge.startedAtMs + charge.seconds * 1000),
    powerW: charge.powerW,
    seconds: charge.seconds,
    moneyMilliYuan: classes.reduce((sum, [, milliYuan]) => sum + milliYuan, 0),
    classes,
    temperatureC: portTemperature(charge, boardTemperatureC),
  };
}

function portTemperature(charge: PortCharge, boardTemperatureC: number): number {
  return boardTemperatureC + Math.round(charge.powerW / 100);
}
