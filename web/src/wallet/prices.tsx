import type { Tariffs } from '../../../contract/shapes/tariff-list.ts';
import { TariffSummary } from '../tariff/tariff-summary.tsx';
import { useTariffWords } from '../tariff/words.ts';
import { useText } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';

interface PricesProps {
  readonly list: Tariffs;
  readonly time: EstateTime;
}

/** What charging costs, shed by shed: those with the same prices together, and what is announced. */
export function Prices({ list: { tariffs, inForce }, time }: PricesProps) {
  const words = useTariffWords();
  const { name } = useText();
  const used = tariffs.filter(({ tariffVersion }) =>
    inForce.some((place) => place.tariffVersion === tariffVersion),
  );
  if (used.length === 0) return <p className="quiet">{words.none}</p>;
  return (
    <ul className="stack">
      {used.map((tariff) => {
        const places = inForce.filter((place) => place.tariffVersion === tariff.tariffVersion);
        const [next] = places.flatMap((place) => place.next ?? []);
        return (
          <li key={tariff.tariffVersion} className="group" data-testid="prices">
            <p>
              <strong>
                {used.length === 1 ? words.wholeEstate : places.map((place) => name(place.name)).join(' · ')}
              </strong>{' '}
              <code>{tariff.tariffVersion}</code>
            </p>
            <TariffSummary tariff={tariff} />
            {next !== undefined && (
              <p className="note">
                {words.future}: {next.tariffVersion}, {time.fullDayAndTime(next.effectiveFromMs)}
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}
