import type { ElectricityClass } from '../../../contract/shapes/tariff.ts';
import { type DayKind, dayKinds } from '../../../contract/words/words.ts';

/** A stretch of the local day, in half hours, under one of the draft's prices. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Which of the draft's prices. */
  readonly priceId: string;
}

/** The stretches of one kind of day, or which other kind's it shares. */
export type DayPlan =
  | { readonly sameAs: DayKind }
  | { readonly sameAs?: undefined; readonly stretches: readonly Stretch[] };
export type DayPlans = Readonly<Record<DayKind, DayPlan>>;

export const halfHoursOfDay = 48;

/** Whose stretches a kind of day has in the end: its own, or those of the kind that it shares. */
export function ownerOf(plans: DayPlans, kind: DayKind): DayKind {
  const { sameAs } = plans[kind];
  return sameAs === undefined ? kind : ownerOf(plans, sameAs);
}

export function stretchesOf(plans: DayPlans, kind: DayKind): readonly Stretch[] {
  const plan = plans[ownerOf(plans, kind)];
  return plan.sameAs === undefined ? plan.stretches : [];
}

/** For every half hour, the stretches that claim it: none is a gap, several an overlap. */
export function coverage(stretches: readonly Stretch[]): readonly (readonly Stretch[])[] {
  return Array.from({ length: halfHoursOfDay }, (_, halfHour) =>
    stretches.filter(({ from, to }) => from <= halfHour && halfHour < to),
  );
}

export interface Flaw {
  readonly kind: 'gap' | 'overlap';
  readonly from: number;
  readonly to: number;
}

/** Everything that keeps a day from having exactly one price at any time. */
export function flawsOf(stretches: readonly Stretch[]): Flaw[] {
  const flaws: Flaw[] = [];
  for (const [halfHour, claims] of coverage(stretches).entries()) {
    if (claims.length === 1) continue;
    const kind = claims.length === 0 ? 'gap' : 'overlap';
    const last = flaws.at(-1);
    if (last?.kind === kind && last.to === halfHour) flaws[flaws.length - 1] = { ...last, to: halfHour + 1 };
    else flaws.push({ kind, from: halfHour, to: halfHour + 1 });
  }
  return flaws;
}

/** Gives a range one price: what was there gives way, and equal neighbours become one stretch. */
export function paint(stretches: readonly Stretch[], stroke: Stretch): Stretch[] {
  const { from, to } = stroke;
  if (from >= to) return [...stretches];
  const around = stretches.flatMap((stretch): Stretch[] => [
    { ...stretch, to: Math.min(stretch.to, from) },
    { ...stretch, from: Math.max(stretch.from, to) },
  ]);
  const sorted = [...around.filter((part) => part.from < part.to), stroke].sort((a, b) => a.from - b.from);
  const joined: Stretch[] = [];
  for (const stretch of sorted) {
    const last = joined.at(-1);
    if (last?.priceId === stretch.priceId && last.to === stretch.from)
      joined[joined.length - 1] = { ...last, to: stretch.to };
    else joined.push(stretch);
  }
  return joined;
}

/** One of the draft's prices of electricity, as typed. */
export interface DraftPrice {
  readonly priceId: string;
  readonly name: NonNullable<ElectricityClass['name']> | '';
  readonly price: string;
}

/** The classes of a tariff, as kinds of day with their stretches. */
export function plansOf(
  electricity: readonly ElectricityClass[],
  textOfPrice: (milliYuan: number) => string,
): { readonly prices: readonly DraftPrice[]; readonly plans: DayPlans } {
  const prices: DraftPrice[] = [];
  const priceIdOf = (entry: ElectricityClass): string => {
    const name: DraftPrice['name'] = entry.name ?? '';
    const price = textOfPrice(entry.priceMilliYuanPerKWh);
    const known = prices.find((other) => other.name === name && other.price === price);
    if (known !== undefined) return known.priceId;
    const priceId = `p${prices.length + 1}`;
    prices.push({ priceId, name, price });
    return priceId;
  };
  const own = (kind: DayKind): Stretch[] =>
    electricity
      .filter(({ days }) => days === undefined || days.includes(kind))
      .map((entry) => ({ from: entry.fromHalfHour, to: entry.toHalfHour, priceId: priceIdOf(entry) }))
      .sort((a, b) => a.from - b.from);
  const [weekday, weekend, holiday] = [own('weekday'), own('weekend'), own('holiday')];
  const planLike = (stretches: Stretch[], others: readonly (readonly [DayKind, Stretch[]])[]): DayPlan => {
    // A tariff without holidays in its calendar need not speak of them.
    if (stretches.length === 0) return { sameAs: 'weekday' };
    const like = others.find(([, other]) => JSON.stringify(other) === JSON.stringify(stretches));
    return like === undefined ? { stretches } : { sameAs: like[0] };
  };
  return {
    prices,
    plans: {
      weekday: { stretches: weekday },
      weekend: planLike(weekend, [['weekday', weekday]]),
      holiday: planLike(holiday, [
        ['weekday', weekday],
        ['weekend', weekend],
      ]),
    },
  };
}

/**
 * The way back: each plan once, for all kinds of day that share it. `priceOf` is undefined for what is no price.
 * Without a holiday in the calendar, holidays are working days and are not spoken of apart.
 */
export function classesOf(
  plans: DayPlans,
  prices: readonly DraftPrice[],
  priceOf: (text: string) => number | undefined,
  hasHolidays: boolean,
): ElectricityClass[] {
  return dayKinds.flatMap((owner) => {
    const sharing = dayKinds.filter((kind) => ownerOf(plans, kind) === owner);
    const everyDay = sharing.length === dayKinds.length;
    const days = owner === 'weekday' && !hasHolidays ? sharing.filter((kind) => kind !== 'holiday') : sharing;
    const plan = plans[owner];
    if (plan.sameAs !== undefined) return [];
    return plan.stretches.flatMap(({ from, to, priceId }): ElectricityClass[] => {
      const price = prices.find((known) => known.priceId === priceId);
      const priceMilliYuanPerKWh = priceOf(price?.price ?? '');
      if (priceMilliYuanPerKWh === undefined) return [];
      return [
        {
          ...(everyDay ? {} : { days }),
          ...{ fromHalfHour: from, toHalfHour: to, priceMilliYuanPerKWh },
          ...(price === undefined || price.name === '' ? {} : { name: price.name }),
        },
      ];
    });
  });
}

/** 12 → 06:00; 48 is 24:00, the end of the day. */
export function clockOf(halfHour: number): string {
  return `${String(Math.floor(halfHour / 2)).padStart(2, '0')}:${halfHour % 2 === 0 ? '00' : '30'}`;
}
