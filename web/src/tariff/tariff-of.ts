import type { SessionPackage, Tariff } from '../../../contract/shapes/tariff.ts';
import { dayKinds, electricityRule } from '../../../contract/words/words.ts';
import { countOfText, fenOfText, milliYuanOfText, whOfText } from '../words/amount.ts';
import { msOfLocal } from '../words/time.ts';
import { type Draft, type DraftPackage, isByEnergy, isByPower } from './draft.ts';
import { classesOf, flawsOf, ownerOf, stretchesOf } from './strip.ts';

/** What is wrong with a field, by name; the page has the words. */
export type FieldProblem =
  | 'missing'
  | 'no-name'
  | 'no-amount'
  | 'no-count'
  | 'not-positive'
  | 'name-taken'
  | 'not-future'
  | 'not-rising'
  | 'needs-other'
  | 'flawed-day'
  | 'no-holidays'
  | 'not-acknowledged';

/** By the field's name in the draft, with its row where it has one: `bands.2.price`. */
export type Problems = Readonly<Record<string, FieldProblem>>;

interface Around {
  readonly timeZone: string;
  readonly nowMs: number;
  /** How long before it takes effect a version must be saved. */
  readonly noticeMs: number;
  readonly taken: readonly string[];
}

/** The draft as a tariff. It is complete only if there are no problems; the server judges it again when it is saved. */
export function tariffOf(draft: Draft, around: Around): { tariff: Tariff; problems: Problems } {
  const problems: Record<string, FieldProblem> = {};
  const read = reader(problems);
  const fromMs = msOfLocal(around.timeZone, draft.fromDate, draft.fromTime);
  const version = draft.tariffVersion.trim();
  if (!/^[A-Za-z0-9:._-]{1,40}$/.test(version))
    problems['tariffVersion'] = version === '' ? 'missing' : 'no-name';
  if (around.taken.includes(version)) problems['tariffVersion'] = 'name-taken';
  if (fromMs === undefined) problems['fromDate'] = 'missing';
  else if (fromMs <= around.nowMs + around.noticeMs) problems['fromDate'] = 'not-future';
  const minimumFee = read.fee('minimumFee', draft.minimumFee);
  const minimumMinutes = read.count('minimumMinutes', draft.minimumMinutes);
  const graceMinutes = read.countOrNone('graceMinutes', draft.graceMinutes);
  const overstayPrice = read.price('overstayPrice', draft.overstayPrice);
  together(problems, [
    ['minimumFee', draft.minimumFee],
    ['minimumMinutes', draft.minimumMinutes],
  ]);
  together(problems, [
    ['graceMinutes', draft.graceMinutes],
    ['overstayPrice', draft.overstayPrice],
  ]);
  const hasCalendar = draft.holidays.length + draft.workdays.length > 0;
  const packages = draft.packages.map((offer, index) => packageOf(offer, index, read, problems));
  const tariff: Tariff = {
    ...{ tariffVersion: version, timeZone: around.timeZone, currency: 'CNY' },
    ...(draft.facilityId === '' ? {} : { facilityId: draft.facilityId }),
    effectiveFromMs: fromMs ?? 0,
    electricity: electricityOf(draft, read, problems),
    service: serviceOf(draft, read, problems),
    ...(hasCalendar ? { calendar: { holidays: [...draft.holidays], workdays: [...draft.workdays] } } : {}),
    ...present('startFeeFen', read.fee('startFee', draft.startFee)),
    ...(minimumFee === undefined || minimumMinutes === undefined
      ? {}
      : { minimum: { feeFen: minimumFee, coversMinutes: minimumMinutes } }),
    ...present('freeMinutes', read.count('freeMinutes', draft.freeMinutes)),
    ...present('minimumPerSessionFen', read.fee('minimumPerSession', draft.minimumPerSession)),
    ...present('capPerSessionFen', read.fee('capPerSession', draft.capPerSession)),
    ...present('capPerDayFen', read.fee('capPerDay', draft.capPerDay)),
    ...(graceMinutes === undefined || overstayPrice === undefined
      ? {}
      : { overstay: { graceMinutes, priceMilliYuanPerHour: overstayPrice } }),
    ...(packages.length === 0 ? {} : { packages }),
    holdFen: read.needed('hold', draft.hold, read.fee) ?? 0,
    ...(draft.timeAlone && draft.acknowledged ? { timeAloneAcknowledged: electricityRule } : {}),
  };
  return { tariff, problems };
}

type Reader = ReturnType<typeof reader>;

/** Each reads one field; an empty one is undefined and no problem, unless it is `needed`. */
function reader(problems: Record<string, FieldProblem>) {
  const from =
    (ofText: (text: string) => number | undefined, problem: FieldProblem, least: number) =>
    (field: string, text: string): number | undefined => {
      if (text.trim() === '') return undefined;
      const value = ofText(text);
      if (value === undefined) problems[field] = problem;
      else if (value < least) problems[field] = 'not-positive';
      return value;
    };
  return {
    fee: from(fenOfText, 'no-amount', 1),
    price: from(milliYuanOfText, 'no-amount', 0),
    energy: from(whOfText, 'no-amount', 1),
    count: from(countOfText, 'no-count', 1),
    /** A grace of no minutes is one. */
    countOrNone: from(countOfText, 'no-count', 0),
    needed(field: string, text: string, read: (field: string, text: string) => number | undefined) {
      const value = read(field, text);
      if (text.trim() === '') problems[field] = 'missing';
      return value;
    },
  };
}

function electricityOf(
  draft: Draft,
  read: Reader,
  problems: Record<string, FieldProblem>,
): Tariff['electricity'] {
  if (draft.timeAlone) {
    if (!draft.acknowledged) problems['acknowledged'] = 'not-acknowledged';
    return [];
  }
  for (const { priceId, price } of draft.prices) read.needed(`prices.${priceId}`, price, read.price);
  for (const kind of dayKinds)
    if (flawsOf(stretchesOf(draft.plans, kind)).length > 0) problems[`plans.${kind}`] = 'flawed-day';
  const hasHolidays = draft.holidays.length > 0;
  // Holidays that nobody has named would be charged as working days.
  if (!hasHolidays && ownerOf(draft.plans, 'holiday') !== 'weekday') problems['holidays'] = 'no-holidays';
  return classesOf(draft.plans, draft.prices, milliYuanOfText, hasHolidays);
}

function serviceOf(draft: Draft, read: Reader, problems: Record<string, FieldProblem>): Tariff['service'] {
  if (!isByPower(draft.serviceBy)) {
    const price = read.needed('servicePrice', draft.servicePrice, read.price) ?? 0;
    return draft.serviceBy === 'energy'
      ? { by: 'energy', priceMilliYuanPerKWh: price }
      : { by: 'time', priceMilliYuanPerHour: price };
  }
  if (draft.bands.length === 0) problems['bands'] = 'missing';
  let below = 0;
  const bands = draft.bands.map((band, index) => {
    const upToW = read.needed(`bands.${index}.upToW`, band.upToW, read.count) ?? 0;
    if (band.upToW !== '' && upToW <= below) problems[`bands.${index}.upToW`] ??= 'not-rising';
    below = Math.max(below, upToW);
    return { upToW, price: read.needed(`bands.${index}.price`, band.price, read.price) ?? 0 };
  });
  return isByEnergy(draft.serviceBy)
    ? {
        by: 'energy-by-power',
        bands: bands.map(({ upToW, price }) => ({ upToW, priceMilliYuanPerKWh: price })),
      }
    : { by: 'power', bands: bands.map(({ upToW, price }) => ({ upToW, priceMilliYuanPerHour: price })) };
}

function packageOf(
  offer: DraftPackage,
  index: number,
  read: Reader,
  problems: Record<string, FieldProblem>,
): SessionPackage {
  const field = (name: string) => `packages.${index}.${name}`;
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/.test(offer.packageId)) problems[field('packageId')] = 'missing';
  if (offer.nameZh.trim() === '') problems[field('nameZh')] = 'missing';
  if (offer.nameEn.trim() === '') problems[field('nameEn')] = 'missing';
  const amount = read.needed(
    field('amount'),
    offer.amount,
    offer.kind === 'energy' ? read.energy : read.count,
  );
  return {
    packageId: offer.packageId,
    name: { zh: offer.nameZh.trim(), en: offer.nameEn.trim() },
    priceFen: read.needed(field('price'), offer.price, read.fee) ?? 0,
    kind: offer.kind,
    amount: amount ?? 0,
    validDays: read.needed(field('validDays'), offer.validDays, read.count) ?? 0,
  };
}

/** Two fields of which one without the other says nothing. */
function together(
  problems: Record<string, FieldProblem>,
  fields: readonly (readonly [string, string])[],
): void {
  const empty = fields.filter(([, text]) => text.trim() === '');
  if (empty.length === 0 || empty.length === fields.length) return;
  for (const [field] of empty) problems[field] ??= 'needs-other';
}

function present<K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, number>);
}
