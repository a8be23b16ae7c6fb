import fc from 'fast-check';
import type { ElectricityClass, Tariff } from '../../contract/shapes/tariff.ts';
import { electricityRule } from '../../contract/words/words.ts';
import type { Reading, SessionToPrice } from '../../src/billing/bill.ts';

// Random tariffs that can be saved, and random sessions, around the moments at which clocks and days change.

export const portPowerW = 800;
export const zones = [
  'Asia/Shanghai',
  'Europe/Oslo',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'UTC',
  'Pacific/Chatham',
  // At midnight: a day begins at 01:00, and ends with the same hour twice, or begins with it twice.
  'America/Santiago',
  'Africa/Cairo',
  'America/Havana',
] as const;
type Zone = (typeof zones)[number];

interface Anchor {
  readonly atMs: number;
  /** The zone whose clock is put forward or back then. */
  readonly zone?: Zone;
}

/** Moments at which a clock of one of the zones is put forward or back, and common days: in 2026. */
export const anchors: readonly Anchor[] = [
  { zone: 'Europe/Oslo', atMs: Date.UTC(2026, 2, 29, 1) },
  { zone: 'Europe/Oslo', atMs: Date.UTC(2026, 9, 25, 1) },
  { zone: 'America/New_York', atMs: Date.UTC(2026, 2, 8, 7) },
  { zone: 'America/New_York', atMs: Date.UTC(2026, 10, 1, 6) },
  // By half an hour.
  { zone: 'Australia/Lord_Howe', atMs: Date.UTC(2026, 3, 4, 15) },
  { zone: 'Australia/Lord_Howe', atMs: Date.UTC(2026, 9, 3, 15, 30) },
  // 12:45 ahead.
  { zone: 'Pacific/Chatham', atMs: Date.UTC(2026, 3, 4, 14) },
  { zone: 'Pacific/Chatham', atMs: Date.UTC(2026, 8, 26, 14) },
  { zone: 'America/Santiago', atMs: Date.UTC(2026, 3, 5, 3) },
  { zone: 'America/Santiago', atMs: Date.UTC(2026, 8, 6, 4) },
  { zone: 'Africa/Cairo', atMs: Date.UTC(2026, 3, 23, 22) },
  { zone: 'Africa/Cairo', atMs: Date.UTC(2026, 9, 29, 21) },
  { zone: 'America/Havana', atMs: Date.UTC(2026, 2, 8, 5) },
  { zone: 'America/Havana', atMs: Date.UTC(2026, 10, 1, 5) },
  // The year's end in Shanghai, a leap day, a Friday and a Wednesday
  { atMs: Date.UTC(2026, 11, 31, 16) },
  { atMs: Date.UTC(2028, 1, 29) },
  { atMs: Date.UTC(2026, 5, 12, 16) },
  { atMs: Date.UTC(2026, 10, 25, 12) },
];
const dayMs = 86_400_000;
export const hourMs = 3_600_000;
const quarterMs = 900_000;

const prices = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 2000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
);
/** Now and then, rather than always: components are met alone and together. */
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** Classes of one kind of day: as many as there are cuts, and one. */
const dayClasses = (days: ElectricityClass['days']): fc.Arbitrary<ElectricityClass[]> =>
  fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 47 }), { maxLength: 5 }),
      fc.array(prices, { minLength: 6, maxLength: 6 }),
    )
    .map(([cuts, list]) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), 48];
      return edges.slice(1).map((toHalfHour, index) => ({
        ...(days === undefined ? {} : { days }),
        fromHalfHour: edges[index] ?? 0,
        toHalfHour,
        priceMilliYuanPerKWh: list[index] ?? 0,
      }));
    });

const classes = fc
  .oneof(
    dayClasses(undefined),
    fc.tuple(dayClasses(['weekday']), dayClasses(['weekend', 'holiday'])).map((parts) => parts.flat()),
    fc
      .tuple(dayClasses(['weekday']), dayClasses(['weekend']), dayClasses(['holiday']))
      .map((parts) => parts.flat()),
  )
  .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }));

const bands = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: portPowerW - 1 }), { maxLength: 4 }),
    fc.integer({ min: portPowerW, max: 1000 }),
    fc.array(prices, { minLength: 5, maxLength: 5 }),
  )
  .map(([limits, last, list]) => {
    const ascending = list.sort((a, b) => a - b);
    return [...limits.sort((a, b) => a - b), last].map((upToW, index) => ({
      upToW,
      priceMilliYuanPerHour: ascending[index] ?? 0,
    }));
  });

/** The same bands with prices of energy. */
const energyBands = bands.map((list) =>
  list.map(({ upToW, priceMilliYuanPerHour }) => ({ upToW, priceMilliYuanPerKWh: priceMilliYuanPerHour })),
);

const services: fc.Arbitrary<Tariff['service']> = fc.oneof(
  fc.record({ by: fc.constant('energy' as const), priceMilliYuanPerKWh: prices }),
  fc.record({ by: fc.constant('time' as const), priceMilliYuanPerHour: prices }),
  fc.record({ by: fc.constant('power' as const), bands }),
  fc.record({ by: fc.constant('energy-by-power' as const), bands: energyBands }),
);

const dates = new Map<number, string>();
const dateOf = (atMs: number): string => {
  const day = Math.floor(atMs / dayMs);
  const date = dates.get(day) ?? new Date(day * dayMs).toISOString().slice(0, 10);
  dates.set(day, date);
  return date;
};

/** Holidays, and weekend days that are worked, in the days around a moment. */
const calendars = (anchorMs: number) =>
  fc.array(fc.constantFrom('holiday', 'workday', 'neither'), { minLength: 7, maxLength: 7 }).map((marks) => {
    const days = marks.map((mark, index) => ({ mark, atMs: anchorMs + (index - 3) * dayMs }));
    const isWeekend = (atMs: number) => [0, 6].includes(new Date(atMs).getUTCDay());
    return {
      // One holiday at least, so that a price for holidays has a meaning.
      holidays: [
        '2025-01-01',
        ...days.filter(({ mark }) => mark === 'holiday').map(({ atMs }) => dateOf(atMs)),
      ],
      workdays: days
        .filter(({ mark, atMs }) => mark === 'workday' && isWeekend(atMs))
        .map(({ atMs }) => dateOf(atMs)),
    };
  });

const fees = fc.integer({ min: 1, max: 300 });
const components = fc.record({
  startFeeFen: sometimes(fees),
  freeMinutes: sometimes(fc.integer({ min: 1, max: 90 })),
  minimum: sometimes(fc.record({ feeFen: fees, extraMinutes: fc.integer({ min: 1, max: 180 }) })),
  minimumPerSessionFen: sometimes(fc.integer({ min: 1, max: 600 })),
  capAboveFees: sometimes(fc.integer({ min: 0, max: 400 })),
  dayCapAboveFees: sometimes(fc.integer({ min: 0, max: 600 })),
  overstay: sometimes(
    fc.record({
      graceMinutes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 120 })),
      priceMilliYuanPerHour: prices,
    }),
  ),
});

export function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** Every other tariff is of the zone in which something happens then. */
const zonesAt = ({ zone }: Anchor): fc.Arbitrary<Zone> =>
  fc.oneof(fc.constantFrom(...zones), zone === undefined ? fc.constantFrom(...zones) : fc.constant(zone));

const tariffs = (anchor: Anchor): fc.Arbitrary<Tariff> =>
  fc
    .record({
      timeZone: zonesAt(anchor),
      electricity: classes,
      service: services,
      isTimeAlone: fc.integer({ min: 0, max: 7 }).map((number) => number === 0),
      calendar: calendars(anchor.atMs),
      components,
    })
    .map(({ timeZone, electricity, service, isTimeAlone, calendar, components }): Tariff => {
      const { startFeeFen, freeMinutes, minimum, capAboveFees, dayCapAboveFees, overstay } = components;
      const { minimumPerSessionFen } = components;
      const feesFen = Math.max((startFeeFen ?? 0) + (minimum?.feeFen ?? 0), minimumPerSessionFen ?? 0);
      const byEnergy = service.by === 'energy' || service.by === 'energy-by-power';
      // Prices of 0 are none: energy cannot be sold under them, and time must be acknowledged.
      const isPriced = electricity.some(({ priceMilliYuanPerKWh }) => priceMilliYuanPerKWh > 0);
      const sold =
        isPriced || !byEnergy ? electricity : electricity.map((one) => ({ ...one, priceMilliYuanPerKWh: 1 }));
      const hasNoClasses = isTimeAlone && !byEnergy;
      const timeAlone = hasNoClasses || (!isPriced && !byEnergy);
      const capOf = (above: number | undefined) => (above === undefined ? undefined : feesFen + 1 + above);
      return {
        tariffVersion: 'random',
        timeZone,
        currency: 'CNY',
        effectiveFromMs: 0,
        electricity: hasNoClasses ? [] : sold,
        service,
        calendar,
        holdFen: 100_000,
        ...withoutUndefined({
          startFeeFen,
          freeMinutes,
          minimum: minimum && {
            feeFen: minimum.feeFen,
            coversMinutes: (freeMinutes ?? 0) + minimum.extraMinutes,
          },
          minimumPerSessionFen,
          capPerSessionFen: capOf(capAboveFees),
          capPerDayFen: capOf(dayCapAboveFees),
          overstay,
          timeAloneAcknowledged: timeAlone ? (electricityRule as typeof electricityRule) : undefined,
        }),
      };
    });

const steps = fc.array(
  fc.record({
    ms: fc.oneof(
      fc.constantFrom(60_000, quarterMs, 2 * quarterMs, hourMs),
      fc.integer({ min: 1, max: 3 * hourMs }),
    ),
    wh: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 700 })),
    powerW: sometimes(fc.integer({ min: 0, max: 1100 })),
  }),
  { minLength: 1, maxLength: 8 },
);

const sessions = (anchorMs: number): fc.Arbitrary<SessionToPrice> =>
  fc
    .record({
      startMs: fc.oneof(
        fc.integer({ min: -60, max: 40 }).map((quarters) => anchorMs + quarters * quarterMs),
        fc.integer({ min: -15 * hourMs, max: 10 * hourMs }).map((ms) => anchorMs + ms),
      ),
      steps,
      stayMs: sometimes(fc.integer({ min: 0, max: 8 * hourMs })),
      allowance: sometimes(
        fc.record({ purchaseId: fc.constant('p'), energyWh: sometimes(fc.integer({ min: 1, max: 3000 })) }),
      ),
      spent: sometimes(
        fc.array(fc.integer({ min: 0, max: 700 * 36_000_000 }), { minLength: 5, maxLength: 5 }),
      ),
    })
    .map(({ startMs, steps, stayMs, allowance, spent }): SessionToPrice => {
      const readings: Reading[] = [{ atMs: startMs, energyWh: 0 }];
      let last = { atMs: startMs, energyWh: 0 };
      for (const { ms, wh, powerW } of steps) {
        last = { atMs: last.atMs + ms, energyWh: last.energyWh + wh };
        readings.push(withoutUndefined({ ...last, powerW }));
      }
      return withoutUndefined({
        readings,
        removedAtMs: stayMs === undefined ? undefined : last.atMs + stayMs,
        allowance: allowance && withoutUndefined(allowance),
        spentBefore:
          spent &&
          Object.fromEntries(spent.map((grains, index) => [dateOf(startMs + (index - 1) * dayMs), grains])),
      });
    });

export interface Case {
  readonly tariff: Tariff;
  readonly session: SessionToPrice;
}

/** A tariff and a session under it, near the same moment. */
export const cases: fc.Arbitrary<Case> = fc
  .constantFrom(...anchors)
  .chain((anchor) => fc.record({ tariff: tariffs(anchor), session: sessions(anchor.atMs) }));
