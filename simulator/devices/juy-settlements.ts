import { encodeLive, type LivePort, type SettlementReport } from './juy-frames.ts';
import { type Port, STOP } from './juy-port.ts';
import type { PortSession } from './juy-session.ts';
import { encodeLivePeakValley, type PeakValleyPort } from './juy-table-frames.ts';
import { type BoardTariff, wholeUnits } from './juy-tariff.ts';

/** A finished session as the board accounted for it, for whoever compares that with the bill. */
export interface ClosedSession {
  readonly port: number;
  readonly order: number;
  readonly seconds: number;
  /** What went through the meter. */
  readonly energyWh: number;
  /** What the settlement says of it, in whole units of this board model. */
  readonly reportedWh: number;
  readonly stopReason: number;
}

/** A settlement in a board's flash. */
export interface KeptSettlement {
  readonly key: string;
  readonly frameHex: string;
}

const LIVE_UNIT_WH = 10;

/** The board's settlement of one session. */
export function settlementOf(
  port: number,
  session: PortSession,
  unitWh: number,
  tariff: BoardTariff,
): { readonly closed: ClosedSession; readonly report: SettlementReport } {
  const energyUnits = wholeUnits(session.energyWh, unitWh);
  const seconds = Math.round(session.seconds);
  const stopReason = session.stopReason ?? STOP.manual;
  const { order, card, energyWh } = session;
  const { fen, pairs } = tariff.claim(session, unitWh);
  return {
    closed: { port, order, seconds, energyWh, reportedWh: energyUnits * unitWh, stopReason },
    report: {
      port,
      order,
      seconds,
      energyUnits,
      moneyFen: fen,
      stopReason,
      powerW: Math.round(session.powerW),
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
  const busy = ports.flatMap(({ number, session }) => (session ? [{ number, session }] : []));
  if (busy.length === 0) return undefined;
  if (tariff.mode !== 1) {
    const rows = busy.map(({ number, session }) => livePort(number, session, boardTemperatureC, tariff));
    return encodeLive(VOLTAGE_DECI_V, boardTemperatureC, rows);
  }
  const rows = busy.map(({ number, session }) => peakValleyPort(number, session, boardTemperatureC, tariff));
  const priceNow = tariff.classPrice(tariff.classAt(nowMs));
  return encodeLivePeakValley(VOLTAGE_DECI_V, boardTemperatureC, priceNow, rows);
}

/** One row of the live data. */
function livePort(
  port: number,
  session: PortSession,
  boardTemperatureC: number,
  tariff: BoardTariff,
): LivePort {
  return {
    port,
    band: session.band,
    priceFen: tariff.bandPriceFen(session.band),
    powerW: Math.round(session.powerW),
    seconds: Math.round(session.seconds),
    moneyFen: tariff.claimedFen(session),
    energyCentiKWh: wholeUnits(session.energyWh, LIVE_UNIT_WH),
    temperatureC: portTemperature(session, boardTemperatureC),
  };
}

/** One row of the live data of a board with prices by the half hour. */
function peakValleyPort(
  port: number,
  session: PortSession,
  boardTemperatureC: number,
  tariff: BoardTariff,
): PeakValleyPort {
  const classes = session.classWh.map(
    (energyWh, it) => [wholeUnits(energyWh, 1), tariff.classMilliYuan(session, it)] as const,
  );
  return {
    port,
    priceClass: tariff.classAt(session.startedAtMs + session.seconds * 1000),
    powerW: session.powerW,
    seconds: session.seconds,
    moneyMilliYuan: classes.reduce((sum, [, milliYuan]) => sum + milliYuan, 0),
    classes,
    temperatureC: portTemperature(session, boardTemperatureC),
  };
}

function portTemperature(session: PortSession, boardTemperatureC: number): number {
  return boardTemperatureC + Math.round(session.powerW / 100);
}
