import type { ElectricityClass, Tariff } from '../../contract/shapes/tariff.ts';
import type { CannotShow, DayKind } from '../../contract/words/words.ts';
import { clock, dayKindOf, isInForce } from '../billing/calendar.ts';
import {
  type PowerBand,
  type PriceClass,
  type PriceTable,
  priceClassNames,
} from '../devices/board-tables.ts';
import { addDays, startOfDay, wallClock } from '../shared/local-time.ts';

/** What a tariff becomes on a board, on one kind of day. */
export interface WantedTables {
  readonly prices: PriceTable;
  /** Where the service is priced by time: the eight power bands of the board's parameters. */
  readonly bands?: readonly PowerBand[];
  /** What the board cannot show or claim by. The bill is ours, so this is a remark and never an error. */
  readonly cannotShow: readonly CannotShow[];
}

const classCount = priceClassNames.length;
const halfHoursOfDay = 48;
const highestPrice = 0xffff;
const bandCount = 8;

/** The limits of the bands of a real board, for a price that is the same in all of them. */
const usualLimitsW = [200, 300, 500, 800, 1000, 1500, 2000, 2500];

/** Where prices without names go: cheapest last, and what is neither peak nor valley is flat. */
const placesOf: Readonly<Record<number, readonly number[]>> = {
  1: [2],
  2: [1, 3],
  3: [1, 2, 3],
  4: [0, 1, 2, 3],
  5: [0, 1, 2, 3, 4],
};

/** The tables of a board for a kind of day. Pure; a tariff that can be saved always becomes some table. */
export function wantedTables(tariff: Tariff, kind: DayKind): WantedTables {
  const cannot = new Set<CannotShow>(unknownToBoards(tariff));
  const day = Array.from({ length: halfHoursOfDay }, (_, halfHour) => classAt(tariff, kind, halfHour));
  const servicePrice = servicePricePerKWh(tariff, cannot);
  const placed = placePrices(day, cannot);
  const classes = placed.prices.map((price): PriceClass => {
    if (Math.max(price, servicePrice ?? 0) > highestPrice) cannot.add('price-of-a-kwh-above-65.535');
    return {
      energyMilliYuanPerKWh: Math.min(price, highestPrice),
      serviceMilliYuanPerKWh: Math.min(servicePrice ?? 0, highestPrice),
    };
  });
  const mode =
    servicePrice !== undefined ? 'peak-valley' : tariff.electricity.length === 0 ? 'off' : 'energy-and-time';
  const bands = bandsOf(tariff, cannot);
  if (isDayDependent(tariff)) cannot.add('other-days');
  return {
    prices: { mode, classes, halfHours: placed.halfHours },
    ...(bands === undefined ? {} : { bands }),
    cannotShow: [...cannot].sort(),
  };
}

/** The kind of the local day at a moment, by the tariff's calendar. */
export function dayKindAt(tariff: Tariff, atMs: number): DayKind {
  return dayKindOf(tariff, wallClock(atMs, tariff.timeZone).date);
}

/**
 * The next local midnight at which a board needs another table of the same tariff, or undefined where every day is
 * like this one. Calendars are looked at so many days ahead; a day further off is found when one before it is.
 */
export function nextTableChange(tariff: Tariff, atMs: number): number | undefined {
  if (!isDayDependent(tariff)) return undefined;
  const { date } = wallClock(atMs, tariff.timeZone);
  const today = JSON.stringify(wantedTables(tariff, dayKindOf(tariff, date)).prices);
  for (let ahead = 1; ahead <= daysAhead; ahead += 1) {
    const day = addDays(date, ahead);
    const then = JSON.stringify(wantedTables(tariff, dayKindOf(tariff, day)).prices);
    if (then !== today || ahead === daysAhead) return startOfDay(day, tariff.timeZone);
  }
  return undefined;
}

const daysAhead = 30;

/** Whether any kind of day has another table than another kind. */
function isDayDependent({ electricity }: Tariff): boolean {
  return electricity.some(({ days }) => days !== undefined && days.length < 3);
}

function classAt(tariff: Tariff, kind: DayKind, halfHour: number): ElectricityClass {
  const found = tariff.electricity.find((entry) => isInForce(entry, kind, halfHour));
  if (found !== undefined) return found;
  if (tariff.electricity.length > 0) throw new RangeError(`No electricity price at ${clock(halfHour)}`);
  return { fromHalfHour: 0, toHalfHour: halfHoursOfDay, priceMilliYuanPerKWh: 0 };
}

/** Puts the prices of a day into the five places of a board: by their names where those fit, else by their order. */
function placePrices(day: readonly ElectricityClass[], cannot: Set<CannotShow>) {
  const placeOf = namedPlaces(day) ?? orderedPlaces(day, cannot);
  const halfHours = day.map(({ priceMilliYuanPerKWh }) => placeOf.get(priceMilliYuanPerKWh) ?? 0);
  const prices: (number | undefined)[] = Array.from({ length: classCount }, () => undefined);
  // Of prices that share a place the highest is shown: nobody pays more than the board says.
  for (const [price, place] of placeOf) prices[place] = Math.max(price, prices[place] ?? 0);
  const highest = Math.max(...placeOf.keys());
  // A place that no half hour has shows a price of the day all the same, in case a board reads the day differently.
  return { halfHours, prices: prices.map((price) => price ?? highest) };
}

/** Price to place, where every class has a name, one for each price and one price for each. */
function namedPlaces(day: readonly ElectricityClass[]): Map<number, number> | undefined {
  const places = new Map<number, number>();
  for (const { name, priceMilliYuanPerKWh } of day) {
    if (name === undefined) return undefined;
    const place = priceClassNames.indexOf(name);
    const known = places.get(priceMilliYuanPerKWh);
    if (known !== undefined && known !== place) return undefined;
    places.set(priceMilliYuanPerKWh, place);
  }
  return new Set(places.values()).size === places.size ? places : undefined;
}

function orderedPlaces(day: readonly ElectricityClass[], cannot: Set<CannotShow>): Map<number, number> {
  const different = [...new Set(day.map(({ priceMilliYuanPerKWh }) => priceMilliYuanPerKWh))];
  different.sort((a, b) => b - a);
  if (different.length > classCount) cannot.add('more-than-five-prices');
  const places = placesOf[Math.min(different.length, classCount)] ?? [];
  return new Map(
    different.map((price, index) => [price, places[Math.min(index, places.length - 1)] ?? 0] as const),
  );
}

/** The service price of a kWh; undefined where service is priced by time. */
function servicePricePerKWh(tariff: Tariff, cannot: Set<CannotShow>): number | undefined {
  const { service } = tariff;
  if (service.by === 'energy') return service.priceMilliYuanPerKWh;
  if (service.by !== 'energy-by-power') return undefined;
  const prices = service.bands.map(({ priceMilliYuanPerKWh }) => priceMilliYuanPerKWh);
  if (new Set(prices).size > 1) cannot.add('price-of-a-kwh-by-power');
  // Nobody pays more than the board says.
  return Math.max(...prices);
}

function bandsOf({ service }: Tariff, cannot: Set<CannotShow>): PowerBand[] | undefined {
  if (service.by === 'energy' || service.by === 'energy-by-power') return undefined;
  const inFen = (priceMilliYuanPerHour: number) => {
    if (priceMilliYuanPerHour % 10 !== 0) cannot.add('fraction-of-a-fen-an-hour');
    return Math.floor((priceMilliYuanPerHour + 5) / 10);
  };
  if (service.by === 'time') {
    const priceFenPerHour = inFen(service.priceMilliYuanPerHour);
    return usualLimitsW.map((upToW) => ({ upToW, priceFenPerHour }));
  }
  const bands = service.bands.map(({ upToW, priceMilliYuanPerHour }) => ({
    upToW,
    priceFenPerHour: inFen(priceMilliYuanPerHour),
  }));
  // What is left of the eight repeats the last one.
  const last = bands.at(-1);
  while (last !== undefined && bands.length < bandCount) bands.push(last);
  return bands;
}

function unknownToBoards(tariff: Tariff): CannotShow[] {
  const components = {
    'start-fee': tariff.startFeeFen,
    minimum: tariff.minimum,
    'minimum-per-session': tariff.minimumPerSessionFen,
    'free-minutes': tariff.freeMinutes,
    'cap-per-session': tariff.capPerSessionFen,
    'cap-per-day': tariff.capPerDayFen,
    overstay: tariff.overstay,
    packages: tariff.packages?.[0],
  } as const;
  return (Object.keys(components) as (keyof typeof components)[]).filter(
    (name) => components[name] !== undefined,
  );
}
