import type { Tariff } from '../../contract/shapes/tariff.ts';
import { grainsOfFen, wholeTimes } from './grains.ts';
import { powerPricesOf } from './power-bands.ts';
import { most } from './price.ts';

/** What a session can be stopped at so that its hold always pays for it. */
export interface Affordable {
  readonly energyWh: number;
  /** Set where energy alone does not bound the cost: the port must also be stopped after so long. */
  readonly ms?: number;
}

/** Where time is charged too, a charger of so much power comes to both limits at once (e-bikes draw 100 to 400 W). */
const usualPowerW = 300;
const msPerHour = 3_600_000;

/**
 * The energy, and where time is charged the time, that a hold can always pay for, whatever the hour, the kind of day
 * and the power. Free minutes, packages and the fee that a minimum covers are left out: they only make it cheaper.
 * The fee for overstaying is no part of a hold's promise; nobody knows it before.
 */
export function affordable(tariff: Tariff, holdFen: number): Affordable {
  if (tariff.capPerSessionFen !== undefined && tariff.capPerSessionFen <= holdFen)
    return { energyWh: most.energyWh };
  const { perWh, perMs } = dearest(tariff);
  // Each of the two lines may be rounded up by half a fen, so one fen is kept back; fees alone are whole.
  const reserveFen = perWh + perMs === 0 ? 0 : 1;
  const left = grainsOfFen(holdFen - feesFen(tariff) - reserveFen);
  if (left < 0 || holdFen < dueFen(tariff)) return { energyWh: 0, ...(perMs === 0 ? {} : { ms: 0 }) };
  if (perMs === 0) return { energyWh: mostWh(left, perWh) };
  const perMsAtUsualPower = perMs + (perWh * usualPowerW) / msPerHour;
  const ms = Math.min(most.sessionMs, Math.floor(left / perMsAtUsualPower));
  return { energyWh: mostWh(left - ms * perMs, perWh), ms };
}

/** The start fee and the fee of a minimum: due once, beside what energy and time cost. */
const feesFen = ({ startFeeFen = 0, minimum }: Tariff): number => startFeeFen + (minimum?.feeFen ?? 0);

/** What a session comes to at least, in fen, once it lasts longer than its free minutes and no package pays. */
export const dueFen = (tariff: Tariff): number => Math.max(feesFen(tariff), tariff.minimumPerSessionFen ?? 0);

export function affordableWh(tariff: Tariff, holdFen: number): number {
  return affordable(tariff, holdFen).energyWh;
}

/** Undefined where the energy alone bounds the cost. */
export function affordableMs(tariff: Tariff, holdFen: number): number | undefined {
  return affordable(tariff, holdFen).ms;
}

/**
 * Grains for each Wh and each ms at which no session costs more. Time in a higher band needs energy of at least the
 * band below for as long: so the first band's price is for the time, and what a higher one adds is for the energy.
 */
function dearest(tariff: Tariff): { perWh: number; perMs: number } {
  const { electricity, service } = tariff;
  const electricityPerWh = 3600 * Math.max(0, ...electricity.map((entry) => entry.priceMilliYuanPerKWh));
  if (service.by === 'energy')
    return { perWh: electricityPerWh + 3600 * service.priceMilliYuanPerKWh, perMs: 0 };
  if (service.by === 'time') return { perWh: electricityPerWh, perMs: service.priceMilliYuanPerHour };
  const { per, bands } = powerPricesOf(tariff) ?? { per: 'hour', bands: [] };
  if (per === 'kWh')
    return {
      perWh: electricityPerWh + 3600 * Math.max(...bands.map(({ priceMilliYuan }) => priceMilliYuan)),
      perMs: 0,
    };
  const perMs = bands[0]?.priceMilliYuan ?? 0;
  const added = bands.slice(1).map((band, index) => {
    const aboveW = bands[index]?.upToW ?? 1;
    return ((band.priceMilliYuan - perMs) * msPerHour) / aboveW;
  });
  return { perWh: electricityPerWh + Math.ceil(Math.max(0, ...added)), perMs };
}

function mostWh(grains: number, perWh: number): number {
  return perWh === 0 ? most.energyWh : Math.min(most.energyWh, wholeTimes(grains, perWh));
}
