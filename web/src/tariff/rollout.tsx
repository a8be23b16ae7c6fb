import { useCallback } from 'react';
import type { Place, Rollout } from '../../../contract/shapes/tariff-list.ts';
import { Icon, type IconName } from '../parts/icons.tsx';
import { Shown } from '../parts/shown.tsx';
import { useEvery, useLoaded } from '../parts/use-loaded.ts';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import type { TariffApi } from './tariff-api.ts';
import { useTariffWords } from './words.ts';

interface RolloutProps {
  readonly api: TariffApi;
  readonly tariffVersion: string;
  readonly places: readonly Place[];
  readonly time: EstateTime;
}

const lookAgainMs = 5_000;

/** How far a version has come on each board; looked at again for as long as it is in sight. */
export function RolloutTable({ api, tariffVersion, places, time }: RolloutProps) {
  const words = useTariffWords();
  const { loaded, outdated, refresh } = useLoaded(
    useCallback((signal: AbortSignal) => api.rollout(tariffVersion, signal), [api, tariffVersion]),
  );
  useEvery(lookAgainMs, true, refresh);
  return (
    <div className="stack" data-testid={`rollout-${tariffVersion}`}>
      <h3>{words.rollout}</h3>
      <p className="quiet">{words.rolloutHint}</p>
      <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
        {({ boards }) =>
          boards.length === 0 ? (
            <p className="quiet">{words.noDevices}</p>
          ) : (
            <ul className="rows">
              {boards.map((board) => (
                <BoardRow key={board.deviceId} board={board} places={places} time={time} />
              ))}
            </ul>
          )
        }
      </Shown>
    </div>
  );
}

const icons: Readonly<Record<string, IconName>> = {
  waiting: 'idle',
  sent: 'starting',
  accepted: 'check',
  refused: 'fault',
  superseded: 'in-use',
};

interface BoardRowProps {
  readonly board: Rollout['boards'][number];
  readonly places: readonly Place[];
  readonly time: EstateTime;
}

function BoardRow({ board, places, time }: BoardRowProps) {
  const words = useTariffWords();
  const { name } = useText();
  const facility = places.find(({ facilityId }) => facilityId === board.facilityId);
  const atMs = board.acceptedAtMs ?? board.sentAtMs;
  return (
    <li data-testid="rollout-board" data-state={board.state}>
      <span>
        {facility === undefined ? board.facilityId : name(facility.name)}{' '}
        <span className="device">{board.deviceId}</span>
      </span>
      <span className={`rollout-state rollout-${board.state}`}>
        <Icon of={icons[board.state] ?? 'unknown'} />
        {wordFor(words.rolloutStates, board.state)}
        {atMs !== undefined && ` · ${time.dayAndTime(atMs)}`}
      </span>
      {(board.detail !== undefined || board.supersededBy !== undefined || board.attempts > 1) && (
        <span className="quiet">
          {board.detail === undefined ? board.supersededBy : wordFor(words.rolloutDetails, board.detail)}{' '}
          {board.attempts > 1 && `(${words.attempts(board.attempts)})`}
        </span>
      )}
      {board.cannotShow.length > 0 && (
        <span className="quiet">
          {words.cannotShow(board.cannotShow.map((what) => wordFor(words.cannotShowWords, what)).join(' · '))}
        </span>
      )}
    </li>
  );
}
