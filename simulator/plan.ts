import { type DemoPackage, demoPackages } from './demo-tariff.ts';
import type { Battery } from './devices/battery.ts';
import { wallClock } from './devices/wall-clock.ts';
import type { CardHolder, DemoEstate } from './estate.ts';
import { type Random, seededRandom } from './random.ts';

/** One resident's coming, charging and going. */
export interface Visit {
  readonly atMs: number;
  readonly estateId: string;
  readonly facilityId: string;
  readonly holder: CardHolder;
  readonly battery: Battery;
  readonly startedBy: 'card' | 'phone';
  readonly throughGate: boolean;
  readonly leavesAtMs: number;
  /** Bought by phone on the way in. */
  readonly packageId?: DemoPackage;
}

export type IncidentKind =
  | 'unknown-card-at-door'
  | 'unknown-card-at-port'
  | 'revoked-card'
  | 'bike-in-corridor'
  | 'broken-frame'
  | 'unknown-device'
  | 'smoke'
  | 'car-at-gate'
  | 'ambulance-at-gate';

export interface Incident {
  readonly atMs: number;
  readonly kind: IncidentKind;
  readonly estateId: string;
  /** Which of the places that fit: taken modulo their number. */
  readonly where: number;
  readonly lastsMs: number;
}

export interface Plan {
  readonly visits: readonly Visit[];
  readonly incidents: readonly Incident[];
}

export interface DayPlan extends Plan {
  readonly fromMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const VISITS_A_DAY = 110;
const EVENING_SHARE = 0.75;
const EVENING = { from: 17.5, to: 21.5 };
const REST_OF_DAY = { from: 6.5, to: 23.5 };
const MORNING = { from: 6.5, to: 8.75 };
const ACCOUNT_HOLDER_COMES = { from: 18.25, to: 18.75 };
const ACCOUNT_HOLDER_STAYS_MINUTES = [90, 150] as const;
const BUYS_PACKAGE_SHARE = 0.05;
const CHARGER_W = [120, 150, 180, 250, 350];
const LARGEST_BATTERY_WH = 960;
const TAPER_S = 1200;

interface Trouble {
  readonly kind: IncidentKind;
  readonly estateId: string;
  readonly times: number;
  readonly from: number;
  readonly to: number;
  readonly lastsMinutes: readonly [number, number];
}

const TROUBLES: readonly Trouble[] = [
  { kind: 'unknown-card-at-door', estateId: 'ziyun', times: 2, from: 17.5, to: 22, lastsMinutes: [0, 0] },
  { kind: 'unknown-card-at-port', estateId: 'youyi', times: 1, from: 17.5, to: 22, lastsMinutes: [0, 0] },
  { kind: 'revoked-card', estateId: 'ziyun', times: 1, from: 17.5, to: 21, lastsMinutes: [0, 0] },
  { kind: 'bike-in-corridor', estateId: 'ziyun', times: 2, from: 17.5, to: 22, lastsMinutes: [20, 45] },
  { kind: 'bike-in-corridor', estateId: 'youyi', times: 1, from: 18, to: 22, lastsMinutes: [20, 45] },
  { kind: 'broken-frame', estateId: 'youyi', times: 2, from: 17, to: 22, lastsMinutes: [0, 0] },
  { kind: 'unknown-device', estateId: 'ziyun', times: 1, from: 17, to: 22, lastsMinutes: [0, 0] },
  { kind: 'smoke', estateId: 'youyi', times: 1, from: 19.5, to: 20.5, lastsMinutes: [6, 12] },
  { kind: 'car-at-gate', estateId: 'ziyun', times: 10, from: 17, to: 22, lastsMinutes: [0, 0] },
  { kind: 'car-at-gate', estateId: 'youyi', times: 6, from: 17, to: 22, lastsMinutes: [0, 0] },
  { kind: 'ambulance-at-gate', estateId: 'ziyun', times: 1, from: 17, to: 23, lastsMinutes: [0, 0] },
];

/**
 * The 24 hours that begin at `fromMs`, told by the seed: the same seed and the same beginning give the same plan.
 * `already`: visits of that day that are planned; who makes one comes no second time, but the account holder, whose
 * pages are looked at, comes every evening.
 */
export function planDay(
  seed: number,
  estates: readonly DemoEstate[],
  fromMs: number,
  already: readonly Visit[] = [],
): DayPlan {
  const random = seededRandom(seed, `day ${Math.floor(fromMs / MINUTE_MS)}`);
  const accountVisits = estates.flatMap((estate) => accountHolderVisit(estate, fromMs, already, random));
  const known = new Set([...already, ...accountVisits].map(({ holder }) => holder));
  const people = shuffled(
    estates.flatMap((estate) =>
      estate.cardHolders.filter((holder) => !known.has(holder)).map((holder) => ({ estate, holder })),
    ),
    random,
  );
  const visits = people.slice(0, VISITS_A_DAY).map(({ estate, holder }): Visit => {
    const hours = random.chance(EVENING_SHARE) ? EVENING : REST_OF_DAY;
    const atMs = nextTimeOfDay(fromMs, hoursBetween(hours, random), estate.timeZone);
    return {
      ...visit(estate, holder, atMs, leaving(atMs, estate.timeZone, random), random),
      ...(random.chance(BUYS_PACKAGE_SHARE) ? { packageId: random.pick(demoPackages).packageId } : {}),
    };
  });
  const incidents = TROUBLES.flatMap((trouble) =>
    Array.from({ length: trouble.times }, (): Incident => {
      const estate = estates.find((known) => known.estateId === trouble.estateId);
      const atMs = nextTimeOfDay(fromMs, hoursBetween(trouble, random), estate?.timeZone ?? 'Asia/Shanghai');
      const lastsMs = random.int(...trouble.lastsMinutes) * MINUTE_MS;
      return {
        atMs,
        kind: trouble.kind,
        estateId: trouble.estateId,
        where: random.int(0, 1_000_000),
        lastsMs,
      };
    }),
  );
  return {
    fromMs,
    visits: [...accountVisits, ...visits].toSorted(byTime),
    incidents: incidents.toSorted(byTime),
  };
}

/** Long enough for a bill, and gone before night; not while an earlier visit lasts. */
function accountHolderVisit(
  estate: DemoEstate,
  fromMs: number,
  already: readonly Visit[],
  random: Random,
): Visit[] {
  const { accountHolder: holder } = estate;
  if (!holder) return [];
  const atMs = nextTimeOfDay(fromMs, hoursBetween(ACCOUNT_HOLDER_COMES, random), estate.timeZone);
  const leavesAtMs = atMs + random.int(...ACCOUNT_HOLDER_STAYS_MINUTES) * MINUTE_MS;
  const isThere = already.some((known) => known.holder === holder && known.leavesAtMs >= atMs);
  return isThere ? [] : [visit(estate, holder, atMs, leavesAtMs, random)];
}

/**
 * What happens in the first seconds after a start, whatever the hour, so that nobody has to wait to see something:
 * a few people come, two of them charge for a moment only, the first of them the account holder; one buys a package, a
 * stranger's card is refused, a bike is left in a corridor.
 * `speed`: world seconds in a real one; the plan counts the spectator's seconds.
 */
export function planOpening(
  seed: number,
  estates: readonly DemoEstate[],
  fromMs: number,
  speed: number,
): Plan {
  const random = seededRandom(seed, 'opening');
  const afterRealS = (seconds: number) => fromMs + seconds * 1000 * speed;
  const visits = [2, 3, 4, 7, 10, 13, 17].map((seconds, index): Visit => {
    const estate = estates[(index + 1) % estates.length] ?? random.pick(estates);
    const anybody = random.pick(estate.cardHolders);
    const holder = index === 0 ? (estate.accountHolder ?? anybody) : anybody;
    const leavesAtMs = index < 2 ? afterRealS(seconds + 12) : afterRealS(seconds + 60 + index * 20);
    return {
      ...visit(estate, holder, afterRealS(seconds), leavesAtMs, random),
      startedBy: 'card',
      ...(index === 2 ? { packageId: 'month-card' } : {}),
    };
  });
  const where = random.int(0, 1_000_000);
  return {
    visits,
    incidents: [
      { atMs: afterRealS(1), kind: 'unknown-card-at-door', estateId: 'ziyun', where, lastsMs: 0 },
      { atMs: afterRealS(11), kind: 'bike-in-corridor', estateId: 'ziyun', where, lastsMs: 40_000 * speed },
      { atMs: afterRealS(15), kind: 'broken-frame', estateId: 'youyi', where, lastsMs: 0 },
      { atMs: afterRealS(19), kind: 'unknown-device', estateId: 'ziyun', where, lastsMs: 0 },
    ],
  };
}

function visit(
  estate: DemoEstate,
  holder: CardHolder,
  atMs: number,
  leavesAtMs: number,
  random: Random,
): Visit {
  const chargerW = random.pick(CHARGER_W);
  const hours = 1 + random.fraction() * 4;
  return {
    atMs,
    estateId: estate.estateId,
    facilityId: random.pick(holder.facilities),
    holder,
    battery: {
      needWh: Math.min(LARGEST_BATTERY_WH, Math.round(chargerW * hours)),
      chargerW,
      taperS: TAPER_S,
    },
    startedBy: random.chance(0.12) ? 'phone' : 'card',
    throughGate: random.chance(0.25),
    leavesAtMs,
  };
}

function leaving(atMs: number, timeZone: string, random: Random): number {
  if (random.chance(0.3)) return atMs + random.int(90, 180) * MINUTE_MS;
  return nextTimeOfDay(atMs + HOUR_MS, hoursBetween(MORNING, random), timeZone);
}

function hoursBetween(range: { readonly from: number; readonly to: number }, random: Random): number {
  return range.from + random.fraction() * (range.to - range.from);
}

/** The first moment from `fromMs` on at which the clock on the wall there shows this time. */
function nextTimeOfDay(fromMs: number, hours: number, timeZone: string): number {
  const [hour = 0, minute = 0, second = 0] = wallClock(fromMs, timeZone).slice(11).split(':').map(Number);
  const nowMs = ((hour * 60 + minute) * 60 + second) * 1000;
  return fromMs + ((Math.round(hours * HOUR_MS) - nowMs + DAY_MS) % DAY_MS);
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((item) => ({ item, order: random.fraction() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function byTime(a: { readonly atMs: number }, b: { readonly atMs: number }): number {
  return a.atMs - b.atMs;
}
