import type { Tariff } from '../../contract/shapes/tariff.ts';
import { wallClock } from '../shared/local-time.ts';
import type { PriceRemark, SessionToPrice, Slice } from './bill.ts';
import { fenOf, grainsOfFen, sumOf, wholeFenOf } from './grains.ts';
import type { ExactSlices } from './slices.ts';

/** What caps take off each line, what is missing to the minimum, and what then counts towards the cap of each day. */
export interface Capped {
  readonly electricity: readonly Slice[];
  readonly service: readonly Slice[];
  readonly remarks: readonly PriceRemark[];
  readonly spent: Readonly<Record<string, number>>;
}

/** What one local day of a session costs, and may cost: grains. */
interface Day {
  readonly date: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly electricity: number;
  readonly service: number;
  readonly left: number;
}

/**
 * First each local day is limited to what its cap has left, in grains; then the two rounded lines are limited to the
 * cap of the session and to what its days had left together, in fen, so that what is shown never exceeds a cap. The
 * service line gives way first: electricity is passed on. Last, what both lines lack of the minimum of a session is added
 * to the service line, as far as the caps let it.
 */
export function capped(tariff: Tariff, session: SessionToPrice, slices: ExactSlices): Capped {
  const days = daysOf(tariff, session, slices);
  const afterDays = days.map((day) => {
    const electricity = Math.min(day.electricity, day.left);
    const service = Math.min(day.service, day.left - electricity);
    return {
      ...day,
      electricity,
      service,
      offElectricity: day.electricity - electricity,
      offService: day.service - service,
    };
  });
  const dayCaps = {
    electricity: afterDays.flatMap(({ fromMs, toMs, offElectricity }) =>
      capSlice(fromMs, toMs, offElectricity),
    ),
    service: afterDays.flatMap(({ fromMs, toMs, offService }) => capSlice(fromMs, toMs, offService)),
  };

  const electricity = sumOf(slices.electricity) + sumOf(dayCaps.electricity);
  const service = sumOf(slices.service) + sumOf(dayCaps.service);
  const limits = {
    session: tariff.capPerSessionFen ?? Number.POSITIVE_INFINITY,
    days: days.length === 0 ? Number.POSITIVE_INFINITY : wholeFenOf(sum(days.map(({ left }) => left))),
  };
  const limitFen = Math.min(limits.session, limits.days);
  const electricityFen = Math.min(fenOf(electricity), limitFen);
  const serviceFen = Math.min(fenOf(service), limitFen - electricityFen);
  const lineCap = (exact: number, fen: number) =>
    fen < fenOf(exact)
      ? capSlice(session.readings[0]?.atMs ?? 0, session.readings.at(-1)?.atMs ?? 0, exact - grainsOfFen(fen))
      : [];
  const lineCaps = {
    electricity: lineCap(electricity, electricityFen),
    service: lineCap(service, serviceFen),
  };

  const missingFen = missingTo(Math.min(minimumOf(tariff, session), limitFen), electricityFen + serviceFen);

  const byLimit = lineCaps.electricity.length + lineCaps.service.length > 0;
  const byDay = dayCaps.electricity.length + dayCaps.service.length > 0;
  const remarks: PriceRemark[] = [];
  if (byDay || (byLimit && limits.days < limits.session)) remarks.push('capped-per-day');
  if (byLimit && limits.session <= limits.days) remarks.push('capped-per-session');
  return {
    electricity: [...dayCaps.electricity, ...lineCaps.electricity],
    service: [...dayCaps.service, ...lineCaps.service, ...upToMinimum(tariff, session, missingFen)],
    remarks,
    spent: spentBy(afterDays, grainsOfFen(electricityFen + serviceFen), grainsOfFen(missingFen)),
  };
}

/** The least that both lines together come to, in fen: due as the fees are, and paid before where a package pays. */
function minimumOf({ minimumPerSessionFen = 0, freeMinutes = 0 }: Tariff, session: SessionToPrice): number {
  const { readings, allowance } = session;
  const lastedMs = (readings.at(-1)?.atMs ?? 0) - (readings[0]?.atMs ?? 0);
  return lastedMs <= freeMinutes * 60_000 || allowance !== undefined ? 0 : minimumPerSessionFen;
}

const missingTo = (leastFen: number, fen: number): number => Math.max(0, leastFen - fen);

/** In whole fen, so that the two rounded lines come to exactly the minimum. */
function upToMinimum(
  { minimumPerSessionFen = 0, freeMinutes = 0 }: Tariff,
  { readings }: SessionToPrice,
  missingFen: number,
): Slice[] {
  if (missingFen === 0) return [];
  const atMs = (readings[0]?.atMs ?? 0) + freeMinutes * 60_000;
  return [
    {
      kind: 'up-to-minimum',
      fromMs: atMs,
      toMs: atMs,
      energyWh: 0,
      priceMilliYuan: minimumPerSessionFen * 10,
      per: 'once',
      amountGrains: grainsOfFen(missingFen),
      measured: true,
    },
  ];
}

/** The local days of a session under a cap of the day; its slices were cut at their midnights. */
function daysOf(tariff: Tariff, { spentBefore }: SessionToPrice, slices: ExactSlices): Day[] {
  if (tariff.capPerDayFen === undefined) return [];
  const cap = grainsOfFen(tariff.capPerDayFen);
  const { electricity, service } = slices;
  const dated = [
    ...electricity.map((slice) => ({ slice, electricity: slice.amountGrains, service: 0 })),
    ...service.map((slice) => ({ slice, electricity: 0, service: slice.amountGrains })),
  ];
  const dateOf = ({ slice }: { slice: Slice }) => wallClock(slice.fromMs, tariff.timeZone).date;
  return [...Map.groupBy(dated, dateOf)].sort().map(([date, parts]) => ({
    date,
    fromMs: Math.min(...parts.map(({ slice }) => slice.fromMs)),
    toMs: Math.max(...parts.map(({ slice }) => slice.toMs)),
    electricity: sum(parts.map((part) => part.electricity)),
    service: sum(parts.map((part) => part.service)),
    // What a day has left is rounded down to the fen: nobody pays a part of one.
    left: grainsOfFen(wholeFenOf(Math.max(0, cap - (spentBefore?.[date] ?? 0)))),
  }));
}

/**
 * What is shown is what counts: each day takes what it cost after its own cap, in order, until the sum is used up;
 * what rounding adds goes to the last day. What was missing to the minimum goes to the days that have something left,
 * in order.
 */
function spentBy(days: readonly Day[], shown: number, missing: number): Record<string, number> {
  const spent: Record<string, number> = {};
  let [ofShown, ofMissing] = [shown, missing];
  for (const [index, { date, electricity, service, left }] of days.entries()) {
    const part = index === days.length - 1 ? ofShown : Math.min(electricity + service, ofShown);
    const more = Math.min(Math.max(0, left - part), ofMissing);
    spent[date] = part + more;
    ofShown -= part;
    ofMissing -= more;
  }
  return spent;
}

function capSlice(fromMs: number, toMs: number, off: number): Slice[] {
  if (off === 0) return [];
  return [
    {
      kind: 'cap',
      fromMs,
      toMs,
      energyWh: 0,
      priceMilliYuan: 0,
      per: 'once',
      amountGrains: -off,
      measured: true,
    },
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
