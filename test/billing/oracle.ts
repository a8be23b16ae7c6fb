import Fraction from 'fraction.js';
import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { SessionToPrice } from '../../src/billing/bill.ts';
import { type ClockPiece, dateOf, kindOfDay, wallClockPieces } from './oracle-clock.ts';
import { exactEnergyAt, momentOf, powerOfStretch } from './oracle-meter.ts';

// The rules of docs/billing.md once more, in another way: a session is chopped at every moment that could matter, each
// piece is priced by itself in fractions of a fen, and nothing is ever merged. Only types are shared with src/.

type Line = 'electricity' | 'service';

/** A piece of a session in one line. */
export interface Piece {
  readonly line: Line;
  readonly fromMs: number;
  readonly toMs: number;
  readonly energyWh: Fraction;
  readonly fen: Fraction;
  readonly date: string;
}

export interface OracleBill {
  readonly pieces: readonly Piece[];
  readonly fees: readonly Piece[];
  /** What was added, so that both lines come to the minimum of a session. */
  readonly missingFen: Fraction;
  readonly overstayFen: Fraction;
  /** Exact, in fen, after caps. */
  readonly exact: Readonly<Record<Line, Fraction>>;
  readonly shownFen: Readonly<Record<Line, number>>;
  readonly totalFen: number;
  /** The lines of rule 9 without the overstay. */
  readonly chargingFen: Fraction;
  readonly remarks: readonly string[];
  /** In fen. */
  readonly spent: Readonly<Record<string, Fraction>>;
}

type PricedBand = { readonly upToW: number } & (
  | { readonly priceMilliYuanPerHour: number }
  | { readonly priceMilliYuanPerKWh: number }
);

const zero = new Fraction(0);
const grainsInAFen = 36_000_000;

export function oracle(tariff: Tariff, session: SessionToPrice): OracleBill {
  const { readings } = session;
  const startMs = readings[0]?.atMs ?? 0;
  const endMs = readings.at(-1)?.atMs ?? 0;
  if (readings.length < 2 || startMs === endMs) return nothing;

  // Rule 3 to 6: what is free, and when.
  const freeEndMs = startMs + (tariff.freeMinutes ?? 0) * 60_000;
  const withinFree = endMs <= freeEndMs;
  const minimumEndMs = startMs + (tariff.minimum?.coversMinutes ?? 0) * 60_000;
  const wholePackage = session.allowance !== undefined && session.allowance.energyWh === undefined;
  const packageWh = session.allowance?.energyWh;
  const packageEndMs = packageWh === undefined ? startMs : momentOf(session, packageWh);
  const isFree = (atMs: number, line: Line) =>
    atMs < freeEndMs || wholePackage || atMs < packageEndMs || (line === 'service' && atMs < minimumEndMs);

  const energyAt = (atMs: number): Fraction => {
    if (packageWh !== undefined && atMs === packageEndMs) return new Fraction(packageWh);
    return roundHalfUp(exactEnergyAt(session, atMs));
  };
  const clock = wallClockPieces(tariff.timeZone, startMs, endMs);
  const edges = [
    ...new Set([
      ...clock.map((piece) => piece.fromMs),
      ...readings.map((reading) => reading.atMs),
      ...[freeEndMs, minimumEndMs, packageEndMs].filter((atMs) => startMs < atMs && atMs < endMs),
      endMs,
    ]),
  ].sort((a, b) => a - b);

  let beyond = false;
  const pieces: Piece[] = [];
  let clockIndex = 0;
  let energyBefore = zero;
  for (let index = 1; index < edges.length; index += 1) {
    const fromMs = edges[index - 1] as number;
    const toMs = edges[index] as number;
    while ((clock[clockIndex + 1]?.fromMs ?? Infinity) <= fromMs) clockIndex += 1;
    const { date, halfHour } = clock[clockIndex] as ClockPiece;
    const energyAfter = energyAt(toMs);
    const energyWh = energyAfter.sub(energyBefore);
    energyBefore = energyAfter;
    const common = { fromMs, toMs, energyWh, date };
    // A milli-yuan for a kWh is a ten-thousandth of a fen for a Wh, one for an hour a tenth of a fen.
    const byEnergy = (milliYuan: number) => energyWh.mul(milliYuan).div(10_000);
    const byTime = (milliYuan: number) => new Fraction(toMs - fromMs, 3_600_000).mul(milliYuan).div(10);

    if (tariff.electricity.length > 0) {
      const kind = kindOfDay(tariff, date);
      const inForce = tariff.electricity.filter(
        (one) =>
          (one.days ?? [kind]).includes(kind) && one.fromHalfHour <= halfHour && halfHour < one.toHalfHour,
      );
      if (inForce.length !== 1) throw new Error(`${inForce.length} classes at ${date} ${halfHour}`);
      const { priceMilliYuanPerKWh = 0 } = inForce[0] ?? {};
      const fen = isFree(fromMs, 'electricity') ? zero : byEnergy(priceMilliYuanPerKWh);
      pieces.push({ ...common, line: 'electricity', fen });
    }

    let fen = zero;
    const { service } = tariff;
    // A price in bands of power, of time or of energy.
    if (service.by === 'energy') fen = byEnergy(service.priceMilliYuanPerKWh);
    else if (service.by === 'time') fen = byTime(service.priceMilliYuanPerHour);
    else {
      const powerW = powerOfStretch(session, fromMs);
      const bands: readonly PricedBand[] = service.bands;
      const band = bands.find(({ upToW }) => powerW.lte(upToW));
      if (band === undefined) beyond = true;
      const inForce = band ?? bands.at(-1);
      fen =
        inForce !== undefined && 'priceMilliYuanPerKWh' in inForce
          ? byEnergy(inForce.priceMilliYuanPerKWh)
          : byTime(inForce?.priceMilliYuanPerHour ?? 0);
    }
    pieces.push({ ...common, line: 'service', fen: isFree(fromMs, 'service') ? zero : fen });
  }

  const feeFen = [tariff.startFeeFen, tariff.minimum?.feeFen].filter((fen) => fen !== undefined);
  const feeDate = dateOf(tariff.timeZone, freeEndMs);
  const fees = withinFree
    ? []
    : feeFen.map((fen): Piece => {
        const due = wholePackage ? zero : new Fraction(fen);
        return {
          line: 'service',
          fromMs: freeEndMs,
          toMs: freeEndMs,
          energyWh: zero,
          fen: due,
          date: feeDate,
        };
      });

  const owesMinimum = !withinFree && session.allowance === undefined;
  const leastFen = new Fraction(owesMinimum ? (tariff.minimumPerSessionFen ?? 0) : 0);
  return capped(tariff, session, pieces, { fees, leastFen }, beyond ? ['power-beyond-bands'] : []);
}

/** Rules 7 to 9. */
function capped(
  tariff: Tariff,
  session: SessionToPrice,
  pieces: readonly Piece[],
  { fees, leastFen }: { readonly fees: readonly Piece[]; readonly leastFen: Fraction },
  remarks: readonly string[],
): OracleBill {
  const all = [...fees, ...pieces];
  const cost = (line: Line, date?: string) =>
    all
      .filter((piece) => piece.line === line && (date === undefined || piece.date === date))
      .reduce((sum, { fen }) => sum.add(fen), zero);
  let electricity = cost('electricity');
  let service = cost('service');
  const notes = [...remarks];
  const dates = [...new Set(all.map(({ date }) => date))].sort();
  const afterCap: Record<string, Fraction> = {};
  const dayMay: Record<string, Fraction> = {};
  let daysHave: Fraction | undefined;
  if (tariff.capPerDayFen !== undefined) {
    daysHave = zero;
    electricity = zero;
    service = zero;
    for (const date of dates) {
      const before = new Fraction(session.spentBefore?.[date] ?? 0, grainsInAFen);
      const left = larger(new Fraction(tariff.capPerDayFen).sub(before), zero).floor();
      const e = smaller(cost('electricity', date), left);
      const s = smaller(cost('service', date), left.sub(e));
      if (e.add(s).lt(cost('electricity', date).add(cost('service', date)))) notes.push('capped-per-day');
      afterCap[date] = e.add(s);
      dayMay[date] = left;
      daysHave = daysHave.add(left);
      electricity = electricity.add(e);
      service = service.add(s);
    }
  }
  let e = roundHalfUp(electricity);
  let s = roundHalfUp(service);
  const sessionMay =
    tariff.capPerSessionFen === undefined ? undefined : new Fraction(tariff.capPerSessionFen);
  const limit = [sessionMay, daysHave].filter((fen) => fen !== undefined).reduce(smaller, e.add(s));
  if (e.add(s).gt(limit)) {
    notes.push(sessionMay?.equals(limit) ? 'capped-per-session' : 'capped-per-day');
    const limitedE = smaller(e, limit);
    const limitedS = limit.sub(limitedE);
    // A line that is limited is whole fen; one that is not keeps what it exactly is.
    if (limitedE.lt(e)) electricity = limitedE;
    if (limitedS.lt(s)) service = limitedS;
    e = limitedE;
    s = limitedS;
  }

  // Rule 5, the minimum of a session: no cap is gone beyond for it.
  const may = [sessionMay, daysHave].filter((fen) => fen !== undefined).reduce(smaller, leastFen);
  const missingFen = larger(may.sub(e).sub(s), zero);
  const spent: Record<string, Fraction> = {};
  if (tariff.capPerDayFen !== undefined) {
    let shown = e.add(s);
    let missing = missingFen;
    for (const date of dates) {
      const part = date === dates.at(-1) ? shown : smaller(afterCap[date] ?? zero, shown);
      const more = smaller(larger((dayMay[date] ?? zero).sub(part), zero), missing);
      spent[date] = part.add(more);
      shown = shown.sub(part);
      missing = missing.sub(more);
    }
  }
  service = service.add(missingFen);

  const overstayFen = overstay(tariff, session);
  const shownFen = {
    electricity: roundHalfUp(electricity).valueOf(),
    service: roundHalfUp(service.add(overstayFen)).valueOf(),
  };
  return {
    pieces,
    fees,
    missingFen,
    overstayFen,
    exact: { electricity, service: service.add(overstayFen) },
    shownFen,
    totalFen: shownFen.electricity + shownFen.service,
    chargingFen: roundHalfUp(electricity).add(roundHalfUp(service)),
    remarks: [...new Set(notes)],
    spent,
  };
}

export interface OracleSession {
  readonly chargedFen: Readonly<Record<Line, number>>;
  readonly notChargedFen: number;
}

/** Rule 10: what is charged of a bill for which so much was held. */
export function oracleSession(
  { totalFen, chargingFen, shownFen }: OracleBill,
  held: { readonly tariffHoldFen: number; readonly heldFen: number },
): OracleSession {
  const heldFen = new Fraction(held.heldFen);
  const charging = chargingFen.gt(heldFen) ? heldFen : chargingFen;
  const stay = new Fraction(totalFen).sub(chargingFen);
  const most = larger(new Fraction(held.tariffHoldFen), heldFen);
  const charged = smaller(charging.add(stay), most);
  const electricity = smaller(new Fraction(shownFen.electricity), charged);
  return {
    chargedFen: { electricity: electricity.valueOf(), service: charged.sub(electricity).valueOf() },
    notChargedFen: charged.sub(totalFen).valueOf(),
  };
}

function overstay({ overstay }: Tariff, { readings, removedAtMs }: SessionToPrice): Fraction {
  if (overstay === undefined || removedAtMs === undefined) return zero;
  const fromMs = (readings.at(-1)?.atMs ?? 0) + overstay.graceMinutes * 60_000;
  if (removedAtMs <= fromMs) return zero;
  return new Fraction(removedAtMs - fromMs, 3_600_000).mul(overstay.priceMilliYuanPerHour).div(10);
}

function roundHalfUp(amount: Fraction): Fraction {
  return amount.add(new Fraction(1, 2)).floor();
}

const smaller = (a: Fraction, b: Fraction) => (a.lt(b) ? a : b);
const larger = (a: Fraction, b: Fraction) => (a.lt(b) ? b : a);

const nothing: OracleBill = {
  pieces: [],
  fees: [],
  missingFen: zero,
  overstayFen: zero,
  exact: { electricity: zero, service: zero },
  shownFen: { electricity: 0, service: 0 },
  totalFen: 0,
  chargingFen: zero,
  remarks: [],
  spent: {},
};
