import { type Battery, drawnWh } from './devices/battery.ts';
import type { Session } from './sessions.ts';

/** These are cars: their median is 9 kWh, and an e-bike's battery holds 0.5 to 1. */
export const ENERGY_DIVISOR = 20;
const PORT_MAX_W = 1100;
const USUAL_CHARGER_W = 180;
/** The tail takes a fifth of the energy, and a charger has some power to spare. */
const TAIL_SHARE = 0.2;
const SPARE = 1.6;
const LONGEST_TAPER_S = 1200;
const SHORTEST_TAPER_S = 10;

/** What this session would be for a bicycle. */
export function scaledWh(session: Session): number {
  return (session.carKWh * 1000) / ENERGY_DIVISOR;
}

/** A battery and charger that would take the scaled energy in the time of the session, within a port's limit. */
export function batteryFor(session: Session, chargingS: number): Battery {
  const needWh = scaledWh(session);
  const hours = Math.max(chargingS, 60) / 3600;
  const chargerW = Math.min(PORT_MAX_W, Math.max(USUAL_CHARGER_W, (needWh / hours) * SPARE));
  const taperS = Math.max(
    SHORTEST_TAPER_S,
    Math.min(LONGEST_TAPER_S, ((TAIL_SHARE * needWh) / chargerW) * 3600),
  );
  return { needWh: Math.max(needWh, 1), chargerW, taperS };
}

/** The most that a port can deliver of it in the time. */
export function deliverableWh(session: Session, chargingS: number): number {
  return Math.min(scaledWh(session), drawnWh(batteryFor(session, chargingS), chargingS));
}
