import { useState } from 'react';
import type { ApiFailure } from '../../../contract/client.ts';
import type { Board, Facility } from '../../../contract/shapes/overview.ts';
import type { SessionSummary as Session } from '../../../contract/shapes/session.ts';
import type { Api } from '../cloud/api.ts';
import type { Loadable } from '../cloud/estate-view.ts';
import { Away } from '../parts/away.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { Shown } from '../parts/shown.tsx';
import { kWhOfWh, yuanOfFen } from '../words/money.ts';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import { Bill } from './bill.tsx';

interface SessionListProps {
  readonly api: Api;
  readonly estateId: string;
  readonly sessions: Loadable<readonly Session[]>;
  readonly outdated?: ApiFailure | undefined;
  readonly facilities: readonly (Pick<Facility, 'facilityId' | 'name'> & Partial<Pick<Facility, 'boards'>>)[];
  readonly time: EstateTime;
  readonly onRetry: () => void;
}

/** Sessions, newest first; each opens its bill where it stands. */
export function SessionList(props: SessionListProps) {
  const { api, estateId, sessions, outdated, facilities, time, onRetry } = props;
  const { text, name } = useText();
  const [openId, setOpenId] = useState<string>();
  const boards = facilities.flatMap(({ boards: own = [] }) => own);
  const placeOf = ({ facilityId }: Session) => {
    const facility = facilities.find((known) => known.facilityId === facilityId);
    return facility === undefined ? facilityId : name(facility.name);
  };
  return (
    <section id="sessions" className="sessions" aria-labelledby="sessions-title">
      <div className="section-head">
        <h2 id="sessions-title">{text.sessions}</h2>
      </div>
      <Shown loadable={sessions} outdated={outdated} onRetry={onRetry}>
        {(list) =>
          list.length === 0 ? (
            <p className="quiet">{text.noSessions}</p>
          ) : (
            <ul className="session-list">
              {list.map((session) => {
                const isOpen = session.sessionId === openId;
                return (
                  <li key={session.sessionId} className={isOpen ? 'session session-open' : 'session'}>
                    <SessionRow
                      session={session}
                      place={placeOf(session)}
                      board={boards.find(({ deviceId }) => deviceId === session.deviceId)}
                      time={time}
                      isOpen={isOpen}
                      onToggle={() => setOpenId(isOpen ? undefined : session.sessionId)}
                    />
                    {isOpen && <Bill api={api} estateId={estateId} session={session} time={time} />}
                  </li>
                );
              })}
            </ul>
          )
        }
      </Shown>
    </section>
  );
}

const stateIcons: Readonly<Record<string, IconName>> = {
  charging: 'charging',
  settled: 'check',
  estimated: 'check',
  'not-started': 'cross',
};

interface SessionRowProps {
  readonly session: Session;
  readonly place: string;
  /** Where it is known: what runs on a board that is away runs as far as was last heard. */
  readonly board: Board | undefined;
  readonly time: EstateTime;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function SessionRow({ session, place, board, time, isOpen, onToggle }: SessionRowProps) {
  const { text } = useText();
  const isRunning = stateIcons[session.state] === 'charging';
  return (
    <button
      type="button"
      className="session-row"
      aria-expanded={isOpen}
      aria-controls={`bill-${session.sessionId}`}
      onClick={onToggle}
      data-testid="session"
      data-state={session.state}
    >
      <span className="session-when">
        {session.endedAtMs === undefined
          ? time.dayAndTime(session.startedAtMs)
          : `${time.day(session.startedAtMs)} ${time.time(session.startedAtMs)}–${time.time(session.endedAtMs)}`}
      </span>
      <span className="session-where">
        {place} · {text.port(session.port)}
      </span>
      <span className={isRunning ? 'session-state session-running' : 'session-state'}>
        <Icon of={stateIcons[session.state] ?? 'starting'} />
        {wordFor(text.words.sessionStates, session.state)}
      </span>
      {session.endedAtMs === undefined && board?.online === false && (
        <span className="session-away">
          <Away seen={board} time={time} />
        </span>
      )}
      <span className="session-energy">
        {session.energyWh !== undefined && `${kWhOfWh(session.energyWh)} kWh`}
      </span>
      <span className="session-total">{session.totalFen !== undefined && yuanOfFen(session.totalFen)}</span>
      <Icon of="chevron" className="session-chevron" />
    </button>
  );
}
