import type { SessionPackage, Tariff } from '../../../contract/shapes/tariff.ts';
import { textOfFen, textOfMilliYuan, textOfWh } from '../words/amount.ts';
import { localOf } from '../words/time.ts';
import { type DayPlans, type DraftPrice, plansOf } from './strip.ts';

export interface DraftBand {
  readonly key: string;
  readonly upToW: string;
  readonly price: string;
}

export interface DraftPackage {
  readonly key: string;
  readonly packageId: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly price: string;
  readonly kind: SessionPackage['kind'];
  /** Sessions, days, or kWh. */
  readonly amount: string;
  readonly validDays: string;
}

/** A tariff as it is being typed: every amount is still text, and an empty field is a component that is not used. */
export interface Draft {
  readonly tariffVersion: string;
  /** Empty: the whole estate. */
  readonly facilityId: string;
  readonly fromDate: string;
  readonly fromTime: string;
  readonly timeAlone: boolean;
  readonly acknowledged: boolean;
  readonly prices: readonly DraftPrice[];
  readonly plans: DayPlans;
  readonly serviceBy: Tariff['service']['by'];
  readonly servicePrice: string;
  readonly bands: readonly DraftBand[];
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
  readonly startFee: string;
  readonly minimumFee: string;
  readonly minimumMinutes: string;
  readonly freeMinutes: string;
  readonly minimumPerSession: string;
  readonly capPerSession: string;
  readonly capPerDay: string;
  readonly graceMinutes: string;
  readonly overstayPrice: string;
  readonly hold: string;
  readonly packages: readonly DraftPackage[];
}

const dayMs = 86_400_000;

/** What a new version begins with: all that the one before says, from the coming midnight but one. */
export function draftOf(tariff: Tariff, nowMs: number): Draft {
  const { date } = localOf(tariff.timeZone, nowMs + 2 * dayMs);
  const { prices, plans } = plansOf(tariff.electricity, textOfMilliYuan);
  const { service } = tariff;
  return {
    tariffVersion: date,
    facilityId: tariff.facilityId ?? '',
    fromDate: date,
    fromTime: '00:00',
    timeAlone: tariff.electricity.length === 0,
    acknowledged: false,
    prices,
    plans,
    serviceBy: service.by,
    servicePrice: servicePriceOf(service),
    bands: bandsOf(service).map(([upToW, priceMilliYuan], index) => ({
      key: `b${index}`,
      upToW: String(upToW),
      price: textOfMilliYuan(priceMilliYuan),
    })),
    holidays: tariff.calendar?.holidays ?? [],
    workdays: tariff.calendar?.workdays ?? [],
    startFee: optional(tariff.startFeeFen, textOfFen),
    minimumFee: optional(tariff.minimum?.feeFen, textOfFen),
    minimumMinutes: optional(tariff.minimum?.coversMinutes, String),
    freeMinutes: optional(tariff.freeMinutes, String),
    minimumPerSession: optional(tariff.minimumPerSessionFen, textOfFen),
    capPerSession: optional(tariff.capPerSessionFen, textOfFen),
    capPerDay: optional(tariff.capPerDayFen, textOfFen),
    graceMinutes: optional(tariff.overstay?.graceMinutes, String),
    overstayPrice: optional(tariff.overstay?.priceMilliYuanPerHour, textOfMilliYuan),
    hold: textOfFen(tariff.holdFen),
    packages: (tariff.packages ?? []).map(draftPackage),
  };
}

/** Without any tariff to copy: Shanghai's household times, and no price that anybody could save by mistake. */
export function emptyDraft(timeZone: string, nowMs: number): Draft {
  const { date } = localOf(timeZone, nowMs + 2 * dayMs);
  return {
    ...{ tariffVersion: date, facilityId: '', fromDate: date, fromTime: '00:00' },
    ...{ timeAlone: false, acknowledged: false },
    prices: [
      { priceId: 'p1', name: 'peak', price: '' },
      { priceId: 'p2', name: 'valley', price: '' },
    ],
    plans: {
      weekday: {
        stretches: [
          { from: 0, to: 12, priceId: 'p2' },
          { from: 12, to: 44, priceId: 'p1' },
          { from: 44, to: 48, priceId: 'p2' },
        ],
      },
      weekend: { sameAs: 'weekday' },
      holiday: { sameAs: 'weekday' },
    },
    ...{ serviceBy: 'energy', servicePrice: '', bands: [], holidays: [], workdays: [] },
    ...{ startFee: '', minimumFee: '', minimumMinutes: '', freeMinutes: '', minimumPerSession: '' },
    ...{ capPerSession: '', capPerDay: '', graceMinutes: '', overstayPrice: '', hold: '', packages: [] },
  };
}

function servicePriceOf(service: Tariff['service']): string {
  if (service.by === 'energy') return textOfMilliYuan(service.priceMilliYuanPerKWh);
  return service.by === 'time' ? textOfMilliYuan(service.priceMilliYuanPerHour) : '';
}

/** The bands of power, where a service price has them: up to how many W, and the price. */
export function bandsOf(service: Tariff['service']): (readonly [upToW: number, priceMilliYuan: number])[] {
  if (service.by === 'power')
    return service.bands.map(({ upToW, priceMilliYuanPerHour }) => [upToW, priceMilliYuanPerHour] as const);
  if (service.by === 'energy-by-power')
    return service.bands.map(({ upToW, priceMilliYuanPerKWh }) => [upToW, priceMilliYuanPerKWh] as const);
  return [];
}

/** Whether a service price of this kind is one of bands of power. */
export const isByPower = (by: Tariff['service']['by']): boolean => by === 'power' || by === 'energy-by-power';

/** Whether it is a price of energy; otherwise, of time. */
export const isByEnergy = (by: Tariff['service']['by']): boolean =>
  by === 'energy' || by === 'energy-by-power';

function draftPackage(offer: SessionPackage, index: number): DraftPackage {
  const { packageId, name, priceFen, kind, amount, validDays } = offer;
  return {
    ...{ key: `k${index}`, packageId, nameZh: name.zh, nameEn: name.en, price: textOfFen(priceFen), kind },
    amount: kind === 'energy' ? textOfWh(amount) : String(amount),
    validDays: String(validDays),
  };
}

function optional<T>(value: T | undefined, text: (value: T) => string): string {
  return value === undefined ? '' : text(value);
}
