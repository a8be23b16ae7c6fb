import type { Tariff } from '../../../contract/shapes/tariff.ts';
import { dayKinds } from '../../../contract/words/words.ts';
import { Icon } from '../parts/icons.tsx';
import { textOfMilliYuan, textOfWh } from '../words/amount.ts';
import { yuanOfFen } from '../words/money.ts';
import { useText } from '../words/text.ts';
import { spansOf } from './dates.ts';
import { DayStrip, markOf } from './day-strip.tsx';
import { bandsOf, isByEnergy } from './draft.ts';
import { clockOf, ownerOf, plansOf, stretchesOf } from './strip.ts';
import { useTariffWords } from './words.ts';

/** Everything that a version says, to be read. */
export function TariffSummary({ tariff }: { readonly tariff: Tariff }) {
  const words = useTariffWords();
  const { name, text } = useText();
  const { minimum, overstay, calendar, packages = [] } = tariff;
  const fees: readonly (readonly [string, string | undefined])[] = [
    [words.hold, yuanOfFen(tariff.holdFen)],
    [words.startFee, fen(tariff.startFeeFen)],
    [words.freeMinutes, minutes(tariff.freeMinutes, words.minutes)],
    [
      words.minimumFee,
      minimum === undefined
        ? undefined
        : `${yuanOfFen(minimum.feeFen)} / ${minimum.coversMinutes} ${words.minutes}`,
    ],
    [words.minimumPerSession, fen(tariff.minimumPerSessionFen)],
    [words.capPerSession, fen(tariff.capPerSessionFen)],
    [words.capPerDay, fen(tariff.capPerDayFen)],
    [
      words.overstayPrice,
      overstay === undefined
        ? undefined
        : `${textOfMilliYuan(overstay.priceMilliYuanPerHour)} ${words.perHour}${text.comma}${words.graceMinutes} ${overstay.graceMinutes}`,
    ],
    [words.holidays, dates(calendar?.holidays)],
    [words.workdays, dates(calendar?.workdays)],
  ];
  return (
    <div className="stack tariff-summary">
      <Electricity tariff={tariff} />
      <dl className="facts">
        <div>
          <dt>{words.service}</dt>
          <dd>
            <Service tariff={tariff} />
          </dd>
        </div>
        {fees.map(
          ([word, value]) =>
            value !== undefined && (
              <div key={word}>
                <dt>{word}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
        {packages.map((offer) => (
          <div key={offer.packageId}>
            <dt>{name(offer.name)}</dt>
            <dd>
              {yuanOfFen(offer.priceFen)} · {offer.kind === 'energy' ? textOfWh(offer.amount) : offer.amount}{' '}
              {words.packageUnits[offer.kind]} · {words.validDays} {offer.validDays} {words.dayUnit}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Electricity({ tariff }: { readonly tariff: Tariff }) {
  const words = useTariffWords();
  const { prices, plans } = plansOf(tariff.electricity, textOfMilliYuan);
  if (tariff.electricity.length === 0)
    return (
      <p className="note note-problem">
        <Icon of="fault" />
        <span>
          {words.timeAlone}
          {tariff.timeAloneAcknowledged !== undefined && ` (${tariff.timeAloneAcknowledged})`}
        </span>
      </p>
    );
  const owners = dayKinds.filter((day) => ownerOf(plans, day) === day);
  return owners.map((owner) => (
    <div key={owner} className="stack">
      <h3>
        {words.electricity}
        {owners.length > 1 &&
          ` · ${dayKinds
            .filter((day) => ownerOf(plans, day) === owner)
            .map((day) => words.days[day])
            .join(' · ')}`}
      </h3>
      <DayStrip day={owner} stretches={stretchesOf(plans, owner)} prices={prices} />
      <ul className="price-words">
        {stretchesOf(plans, owner).map(({ from, to, priceId }) => {
          const index = prices.findIndex((price) => price.priceId === priceId);
          const price = prices[index];
          return (
            <li key={from}>
              {clockOf(from)}–{clockOf(to)} <strong>{price?.price}</strong> {words.perKWh}{' '}
              {price?.name !== '' && markOf(words.priceNames, price, index)}
            </li>
          );
        })}
      </ul>
    </div>
  ));
}

function Service({ tariff: { service } }: { readonly tariff: Tariff }) {
  const words = useTariffWords();
  if (service.by === 'energy') return `${textOfMilliYuan(service.priceMilliYuanPerKWh)} ${words.perKWh}`;
  if (service.by === 'time') return `${textOfMilliYuan(service.priceMilliYuanPerHour)} ${words.perHour}`;
  const unit = isByEnergy(service.by) ? words.perKWh : words.perHour;
  return bandsOf(service)
    .map(([upToW, price]) => `${words.upTo} ${upToW} W: ${textOfMilliYuan(price)} ${unit}`)
    .join(' · ');
}

const fen = (amount: number | undefined) => (amount === undefined ? undefined : yuanOfFen(amount));

const minutes = (count: number | undefined, word: string) =>
  count === undefined ? undefined : `${count} ${word}`;

function dates(list: readonly string[] | undefined): string | undefined {
  if (list === undefined || list.length === 0) return undefined;
  return spansOf(list)
    .map(({ first, last }) => (first === last ? first : `${first} – ${last}`))
    .join(' · ');
}
