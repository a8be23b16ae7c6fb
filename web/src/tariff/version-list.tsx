import { useState } from 'react';
import type { Tariff } from '../../../contract/shapes/tariff.ts';
import type { Tariffs } from '../../../contract/shapes/tariff-list.ts';
import { Icon, type IconName } from '../parts/icons.tsx';
import { useText } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import { RolloutTable } from './rollout.tsx';
import type { TariffApi } from './tariff-api.ts';
import { TariffSummary } from './tariff-summary.tsx';
import { useTariffWords } from './words.ts';

export type VersionState = 'inForce' | 'future' | 'past';

/** Where a version stands, by what the server says is in force and what comes next. */
export function stateOf({ tariffVersion, effectiveFromMs }: Tariff, list: Tariffs): VersionState {
  if (list.inForce.some((place) => place.tariffVersion === tariffVersion)) return 'inForce';
  const isNext = list.inForce.some(({ next }) => next?.tariffVersion === tariffVersion);
  return isNext || effectiveFromMs > list.nowMs ? 'future' : 'past';
}

interface VersionListProps {
  readonly api: TariffApi;
  readonly list: Tariffs;
  readonly time: EstateTime;
  /** Opened at first: the one that was just saved. */
  readonly openVersion: string | undefined;
  readonly onCopy: (tariff: Tariff) => void;
}

const icons: Readonly<Record<VersionState, IconName>> = {
  inForce: 'check',
  future: 'starting',
  past: 'idle',
};

/** All versions, newest first: what each says, and how far it has come on the boards. */
export function VersionList(props: VersionListProps) {
  const { list, time, openVersion, onCopy, api } = props;
  const places = list.inForce;
  const words = useTariffWords();
  const { name } = useText();
  const [openId, setOpenId] = useState(openVersion);
  return (
    <ul className="stack">
      {list.tariffs
        .toSorted((a, b) => b.effectiveFromMs - a.effectiveFromMs)
        .map((tariff) => {
          const state = stateOf(tariff, list);
          const { tariffVersion } = tariff;
          const isOpen = tariffVersion === openId;
          const facility = places.find((known) => known.facilityId === tariff.facilityId);
          return (
            <li key={tariffVersion} className="card" data-testid="tariff-version" data-state={state}>
              <div className="card-row">
                <h2>
                  <code>{tariffVersion}</code>
                </h2>
                <span className={`tag tag-${state}`}>
                  <Icon of={icons[state]} /> {words[state]}
                </span>
              </div>
              <dl className="facts">
                <div>
                  <dt>{words.from}</dt>
                  <dd>{time.fullDayAndTime(tariff.effectiveFromMs)}</dd>
                </div>
                <div>
                  <dt>{words.scope}</dt>
                  <dd>
                    {facility === undefined ? (tariff.facilityId ?? words.wholeEstate) : name(facility.name)}
                  </dd>
                </div>
              </dl>
              <div className="buttons">
                <button
                  type="button"
                  className="button"
                  aria-expanded={isOpen}
                  onClick={() => setOpenId(isOpen ? undefined : tariffVersion)}
                >
                  {isOpen ? words.hideDetails : words.showDetails}
                </button>
                <button type="button" className="button" onClick={() => onCopy(tariff)}>
                  {words.copy}
                </button>
              </div>
              {isOpen && (
                <>
                  <TariffSummary tariff={tariff} />
                  <RolloutTable {...{ api, tariffVersion, places, time }} />
                </>
              )}
            </li>
          );
        })}
    </ul>
  );
}
