import { electricityPriceAt, type Tariff } from './tariff.ts';

/** What a meter showed: energy of this charge so far. */
export interface Reading {
  readonly atMs: number;
  readonly energyWh: number;
}

/** A stretch of one charge under one price. */
export interface Slice {
  readonly fromMs: number;
  readonly toMs: number;
  readonly energyWh: number;
  readonly priceMilliYuanPerKWh: number;
  /** energyWh × priceMilliYuanPerKWh, exact. */
  readonly amountMicroYuan: number;
  /** Whether both ends were read from the meter; otherwise the energy at the boundary is interpolated. */
  readonly measured: boolean;
}

export interface Line {
  readonly line: 'electricity' | 'service';
  /** The sum of the slices, rounded once, half up, to the fen. */
  readonly amountFen: number;
  readonly slices: readonly Slice[];
}

export interface Bill {
  readonly lines: readonly Line[];
  readonly totalFen: number;
}

const microYuanPerFen = 10_000;

// Every offset of the IANA list since 1972 is a whole number of quarter hours, and prices change at local half hours,
// so a price can only change at a whole quarter hour of UTC: daylight saving needs no rule of its own.
const quarterHourMs = 900_000;

/**
 * What a charge costs under a tariff. Pure. `readings` are in the order of time, energy never falls, the first is the
 * start and the last the end. Slices are cut exactly at price boundaries in the tariff's zone; the energy at a
 * boundary is the meter's where it was read there, else interpolated between the two readings around it and marked.
 * The boundary's energy is rounded to the Wh once and used by both sides, so slices always add up to the charge.
 */
export function price(tariff: Tariff, readings: readonly Reading[]): Bill {
  const slices = cut(tariff, readings);
  const lines = [
    lineOf('electricity', slices),
    lineOf('service', mergeAt(slices, tariff.serviceMilliYuanPerKWh)),
  ];
  return { lines, totalFen: lines.reduce((sum, line) => sum + line.amountFen, 0) };
}

/**
 * The readings that a bill rests on: the first, the last, and those around each price boundary. Priced again, they
 * give the same bill; a receipt keeps these, however many there were.
 */
export function decisive(readings: readonly Reading[], { lines }: Bill): Reading[] {
  const boundaries = lines.flatMap(({ slices }) => slices.map(({ toMs }) => toMs));
  const kept = new Set<Reading | undefined>([readings[0], readings.at(-1)]);
  for (const boundaryMs of boundaries) {
    kept.add(readings.findLast(({ atMs }) => atMs < boundaryMs));
    kept.add(readings.find(({ atMs }) => atMs >= boundaryMs));
  }
  return readings.filter((reading) => kept.has(reading));
}

function cut(tariff: Tariff, readings: readonly Reading[]): Slice[] {
  const [first] = readings;
  const last = readings.at(-1);
  if (first === undefined || last === undefined) return [];
  const slices: Slice[] = [];
  let from = { atMs: first.atMs, energyWh: 0, measured: true };
  let priceNow = electricityPriceAt(tariff, first.atMs);
  const close = (to: { atMs: number; energyWh: number; measured: boolean }) => {
    slices.push(
      slice(from.atMs, to.atMs, to.energyWh - from.energyWh, priceNow, from.measured && to.measured),
    );
    from = to;
  };
  for (let atMs = nextQuarter(first.atMs); atMs < last.atMs; atMs += quarterHourMs) {
    const priceThere = electricityPriceAt(tariff, atMs);
    if (priceThere === priceNow) continue;
    close(energyAt(readings, atMs));
    priceNow = priceThere;
  }
  close({ atMs: last.atMs, energyWh: last.energyWh, measured: true });
  return slices;
}

/** The meter's energy at a moment inside the readings: read there, or interpolated and rounded half up to the Wh. */
function energyAt(
  readings: readonly Reading[],
  atMs: number,
): { atMs: number; energyWh: number; measured: boolean } {
  const after = readings.findIndex((reading) => reading.atMs >= atMs);
  const right = readings[after];
  const left = readings[after - 1];
  if (right === undefined) return { atMs, energyWh: readings.at(-1)?.energyWh ?? 0, measured: false };
  if (right.atMs === atMs || left === undefined)
    return { atMs, energyWh: right.energyWh, measured: right.atMs === atMs };
  const spanMs = right.atMs - left.atMs;
  const gained = (right.energyWh - left.energyWh) * (atMs - left.atMs);
  return {
    atMs,
    energyWh: left.energyWh + Math.floor((2 * gained + spanMs) / (2 * spanMs)),
    measured: false,
  };
}

/** The same stretch as one slice at one price: the service line does not know the hours. */
function mergeAt(slices: readonly Slice[], priceMilliYuanPerKWh: number): Slice[] {
  const first = slices[0];
  const last = slices.at(-1);
  if (first === undefined || last === undefined) return [];
  const energyWh = slices.reduce((sum, { energyWh }) => sum + energyWh, 0);
  return [slice(first.fromMs, last.toMs, energyWh, priceMilliYuanPerKWh, true)];
}

function slice(
  fromMs: number,
  toMs: number,
  energyWh: number,
  priceMilliYuanPerKWh: number,
  measured: boolean,
): Slice {
  return {
    fromMs,
    toMs,
    energyWh,
    priceMilliYuanPerKWh,
    amountMicroYuan: energyWh * priceMilliYuanPerKWh,
    measured,
  };
}

function lineOf(line: Line['line'], slices: readonly Slice[]): Line {
  const microYuan = slices.reduce((sum, { amountMicroYuan }) => sum + amountMicroYuan, 0);
  return { line, amountFen: Math.floor((microYuan + microYuanPerFen / 2) / microYuanPerFen), slices };
}

function nextQuarter(atMs: number): number {
  return (Math.floor(atMs / quarterHourMs) + 1) * quarterHourMs;
}
