import type { Tariff } from '../../contract/shapes/tariff.ts';
import type { PriceRemark, SessionToPrice, Slice } from './bill.ts';
import { momentsOf } from './calendar.ts';
import { grainsOfEnergy, grainsOfFen, grainsOfTime } from './grains.ts';
import { type Meter, meterOf } from './meter.ts';
import { type BandPrices, bandPrices, powerPricesOf } from './power-bands.ts';

/** Both lines of a session, exact, before any cap, the minimum of a session and rounding. */
export interface ExactSlices {
  readonly electricity: readonly Slice[];
  /** The start fee and the minimum first, then the stretches in order. */
  readonly service: readonly Slice[];
  /** The overstay belongs to the service line, but no cap limits it. */
  readonly overstay: readonly Slice[];
  readonly remarks: readonly PriceRemark[];
}

// Every offset of the IANA list since 1980 is a whole number of quarter hours, and prices change at local half hours,
// so a price, or a day, can only change at a whole quarter hour of UTC: daylight saving needs no rule of its own.
const quarterHourMs = 900_000;
const minuteMs = 60_000;
const milliYuanPerFen = 10;

/** What a stretch costs, and why not; a slice is the longest stretch on one set of terms. */
interface Terms {
  readonly priceMilliYuan: number;
  readonly free?: Slice['free'];
  /** Set where days are kept apart, for the cap of a day. */
  readonly date?: string | undefined;
}

interface Cutting {
  readonly tariff: Tariff;
  readonly session: SessionToPrice;
  readonly meter: Meter;
  readonly freeUntilMs: number;
  /** The service fee before this moment is in the minimum. */
  readonly minimumUntilMs: number;
  /** Quarter hours at which the price of electricity, or where it matters the day, changes. */
  readonly clockCuts: readonly number[];
  readonly priceAt: (atMs: number) => number;
  readonly dateAt: (atMs: number) => string | undefined;
  /** Moments at which every slice is cut, whatever its terms. */
  readonly windowCuts: readonly number[];
}

/**
 * Cuts a session by the rules of docs/billing.md. Pure. The session has a duration. With a window, only what lies in
 * it: the energy at its ends is the whole session's, so the parts of a session always add up to the whole.
 */
export function slicesOf(
  tariff: Tariff,
  session: SessionToPrice,
  window?: { readonly fromMs: number; readonly toMs: number },
): ExactSlices {
  const meter = meterOf(session.readings, session.allowance?.energyWh);
  const cutting = {
    ...cuttingOf(tariff, session, meter),
    windowCuts: window ? [window.fromMs, window.toMs] : [],
  };
  const powerPrices = powerPricesOf(tariff);
  const bands = powerPrices && bandPrices(powerPrices, session.readings);
  const all: ExactSlices = {
    electricity: tariff.electricity.length === 0 ? [] : electricitySlices(cutting),
    service: [...feeSlices(cutting), ...serviceSlices(cutting, bands)],
    overstay: overstaySlices(cutting),
    remarks: bands?.beyond ? ['power-beyond-bands'] : [],
  };
  if (window === undefined) return all;
  // A fee has a moment and no length: it is in the part that begins with it.
  const inside = ({ fromMs, toMs }: Slice) =>
    window.fromMs <= fromMs && toMs <= window.toMs && fromMs < window.toMs;
  return {
    ...all,
    electricity: all.electricity.filter(inside),
    service: all.service.filter(inside),
    overstay: all.overstay.filter(inside),
  };
}

function cuttingOf(tariff: Tariff, session: SessionToPrice, meter: Meter): Omit<Cutting, 'windowCuts'> {
  const { startMs, endMs } = meter;
  const momentAt = momentsOf(tariff);
  const priceAt = (atMs: number) => momentAt(atMs).electricity?.priceMilliYuanPerKWh ?? 0;
  const keepsDays = tariff.capPerDayFen !== undefined;
  const clockCuts: number[] = [];
  if (tariff.electricity.length > 0 || keepsDays) {
    let before = momentAt(startMs);
    for (let atMs = nextQuarter(startMs); atMs < endMs; atMs += quarterHourMs) {
      const now = momentAt(atMs);
      const priceChanges = now.electricity?.priceMilliYuanPerKWh !== before.electricity?.priceMilliYuanPerKWh;
      if (priceChanges || (keepsDays && now.date !== before.date)) clockCuts.push(atMs);
      before = now;
    }
  }
  return {
    tariff,
    session,
    meter,
    freeUntilMs: startMs + (tariff.freeMinutes ?? 0) * minuteMs,
    minimumUntilMs: startMs + (tariff.minimum?.coversMinutes ?? 0) * minuteMs,
    clockCuts,
    priceAt,
    dateAt: (atMs) => (keepsDays ? momentAt(atMs).date : undefined),
  };
}

function electricitySlices(cutting: Cutting): Slice[] {
  const { meter, freeUntilMs, clockCuts, priceAt, dateAt } = cutting;
  const marks = [...clockCuts, freeUntilMs, ...present(meter.usedUpAtMs)];
  return cut(cutting, marks, 'energy', (atMs) => ({
    priceMilliYuan: priceAt(atMs),
    free: freeAt(cutting, atMs),
    date: dateAt(atMs),
  }));
}

function serviceSlices(cutting: Cutting, bands: BandPrices | undefined): Slice[] {
  const { tariff, session, meter, freeUntilMs, minimumUntilMs, clockCuts, dateAt } = cutting;
  const { service } = tariff;
  const marks = [
    ...(tariff.capPerDayFen === undefined ? [] : clockCuts),
    ...(bands === undefined ? [] : session.readings.map(({ atMs }) => atMs)),
    ...present(meter.usedUpAtMs),
    freeUntilMs,
    minimumUntilMs,
  ];
  const priceAt = (atMs: number) => {
    if (service.by === 'energy') return service.priceMilliYuanPerKWh;
    if (service.by === 'time') return service.priceMilliYuanPerHour;
    return bands?.priceAt(atMs) ?? 0;
  };
  const kind = service.by === 'energy' || service.by === 'energy-by-power' ? 'energy' : 'time';
  return cut(cutting, marks, kind, (atMs) => ({
    priceMilliYuan: priceAt(atMs),
    free: freeAt(cutting, atMs) ?? (atMs < minimumUntilMs ? 'minimum' : undefined),
    date: dateAt(atMs),
  }));
}

/** Why nothing is due at a moment, in both lines. */
function freeAt({ session, meter, freeUntilMs }: Cutting, atMs: number): Slice['free'] {
  if (atMs < freeUntilMs) return 'free-minutes';
  if (session.allowance === undefined) return undefined;
  if (session.allowance.energyWh === undefined) return 'package';
  return meter.usedUpAtMs === undefined || atMs < meter.usedUpAtMs ? 'package' : undefined;
}

/** The start fee and the minimum are due once, at the end of the free minutes, if the session goes on from there. */
function feeSlices({ tariff, session, meter, freeUntilMs }: Cutting): Slice[] {
  if (meter.endMs <= freeUntilMs) return [];
  const paidByPackage = session.allowance !== undefined && session.allowance.energyWh === undefined;
  const fees = [
    ['start-fee', tariff.startFeeFen],
    ['minimum', tariff.minimum?.feeFen],
  ] as const;
  return fees.flatMap(([kind, fen]): Slice[] => {
    if (fen === undefined) return [];
    return [
      {
        kind,
        fromMs: freeUntilMs,
        toMs: freeUntilMs,
        energyWh: 0,
        priceMilliYuan: fen * milliYuanPerFen,
        per: 'once',
        amountGrains: paidByPackage ? 0 : grainsOfFen(fen),
        measured: true,
        ...(paidByPackage ? { free: 'package' } : {}),
      },
    ];
  });
}

function overstaySlices({ tariff, session, meter, windowCuts }: Cutting): Slice[] {
  const { overstay } = tariff;
  if (overstay === undefined || session.removedAtMs === undefined) return [];
  const fromMs = meter.endMs + overstay.graceMinutes * minuteMs;
  const toMs = session.removedAtMs;
  if (toMs <= fromMs) return [];
  const edges = [fromMs, ...windowCuts.filter((atMs) => fromMs < atMs && atMs < toMs), toMs];
  const priceMilliYuan = overstay.priceMilliYuanPerHour;
  return pairs(edges).map(([from, to]) => ({
    kind: 'overstay',
    fromMs: from,
    toMs: to,
    energyWh: 0,
    priceMilliYuan,
    per: 'hour',
    amountGrains: grainsOfTime(to - from, priceMilliYuan),
    measured: true,
  }));
}

function cut(
  { meter, windowCuts }: Cutting,
  marks: readonly number[],
  kind: 'energy' | 'time',
  termsAt: (atMs: number) => Terms,
): Slice[] {
  const { startMs, endMs } = meter;
  const inner = [...new Set([...marks, ...windowCuts])].filter((atMs) => startMs < atMs && atMs < endMs);
  const stretches: { fromMs: number; toMs: number; terms: Terms }[] = [];
  for (const [fromMs, toMs] of pairs([startMs, ...inner.sort((a, b) => a - b), endMs])) {
    const terms = termsAt(fromMs);
    const last = stretches.at(-1);
    if (last !== undefined && sameTerms(last.terms, terms) && !windowCuts.includes(fromMs)) last.toMs = toMs;
    else stretches.push({ fromMs, toMs, terms });
  }
  return stretches.map(({ fromMs, toMs, terms: { priceMilliYuan, free } }) => {
    const from = meter.at(fromMs);
    const to = meter.at(toMs);
    const energyWh = to.energyWh - from.energyWh;
    const amountGrains =
      kind === 'energy'
        ? grainsOfEnergy(energyWh, priceMilliYuan)
        : grainsOfTime(toMs - fromMs, priceMilliYuan);
    return {
      kind,
      fromMs,
      toMs,
      energyWh,
      priceMilliYuan,
      per: kind === 'energy' ? 'kWh' : 'hour',
      amountGrains: free === undefined ? amountGrains : 0,
      measured: from.measured && to.measured,
      ...(free === undefined ? {} : { free }),
    };
  });
}

function sameTerms(a: Terms, b: Terms): boolean {
  return a.priceMilliYuan === b.priceMilliYuan && a.free === b.free && a.date === b.date;
}

function pairs(edges: readonly number[]): [number, number][] {
  return edges.slice(1).map((to, index) => [edges[index] ?? to, to]);
}

function present(atMs: number | undefined): number[] {
  return atMs === undefined ? [] : [atMs];
}

function nextQuarter(atMs: number): number {
  return (Math.floor(atMs / quarterHourMs) + 1) * quarterHourMs;
}
