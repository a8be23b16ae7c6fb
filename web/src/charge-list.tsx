import { useState } from 'react';
import type { ApiFailure } from '../../contract/client.ts';
import type { ChargeSummary as Charge } from '../../contract/shapes/charge.ts';
import type { Board, Facility } from '../../contract/shapes/overview.ts';
import type { Api } from './api.ts';
import { Away } from './away.tsx';
import { Bill } from './bill.tsx';
import type { Loadable } from './estate-view.ts';
import { Icon, type IconName } from './icons.tsx';
import { kWhOfWh, yuanOfFen } from './money.ts';
import { Shown } from './shown.tsx';
import { useText, wordFor } from './text.ts';
import type { EstateTime } from './time.ts';

interface ChargeListProps {
  readonly api: Api;
  readonly estateId: string;
  readonly charges: Loadable<readonly Charge[]>;
  readonly outdated?: ApiFailure | undefined;
  readonly facilities: readonly (Pick<Facility, 'facilityId' | 'name'> & Partial<Pick<Facility, 'boards'>>)[];
  readonly time: EstateTime;
  readonly onRetry: () => void;
}

/** Charges, newest first; each opens its bill where it stands. */
export function ChargeList(props: ChargeListProps) {
  const { api, estateId, charges, outdated, facilities, time, onRetry } = props;
  const { text, name } = useText();
  const [openId, setOpenId] = useState<string>();
  const boards = facilities.flatMap(({ boards: own = [] }) => own);
  const placeOf = ({ facilityId }: Charge) => {
    const facility = facilities.find((known) => known.facilityId === facilityId);
    return facility === undefined ? facilityId : name(facility.name);
  };
  return (
    <section id="charges" className="charges" aria-labelledby="charges-title">
      <div className="section-head">
        <h2 id="charges-title">{text.charges}</h2>
      </div>
      <Shown loadable={charges} outdated={outdated} onRetry={onRetry}>
        {(list) =>
          list.length === 0 ? (
            <p className="quiet">{text.noCharges}</p>
          ) : (
            <ul className="charge-list">
              {list.map((charge) => {
                const isOpen = charge.chargeId === openId;
                return (
                  <li key={charge.chargeId} className={isOpen ? 'charge charge-open' : 'charge'}>
                    <ChargeRow
                      charge={charge}
                      place={placeOf(charge)}
                      board={boards.find(({ deviceId }) => deviceId === charge.deviceId)}
                      time={time}
                      isOpen={isOpen}
                      onToggle={() => setOpenId(isOpen ? undefined : charge.chargeId)}
                    />
                    {isOpen && <Bill api={api} estateId={estateId} charge={charge} time={time} />}
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

interface ChargeRowProps {
  readonly charge: Charge;
  readonly place: string;
  /** Where it is known: what runs on a board that is away runs as far as was last heard. */
  readonly board: Board | undefined;
  readonly time: EstateTime;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function ChargeRow({ charge, place, board, time, isOpen, onToggle }: ChargeRowProps) {
  const { text } = useText();
  const isRunning = stateIcons[charge.state] === 'charging';
  return (
    <button
      type="button"
      className="charge-row"
      aria-expanded={isOpen}
      aria-controls={`bill-${charge.chargeId}`}
      onClick={onToggle}
      data-testid="charge"
      data-state={charge.state}
    >
      <span className="charge-when">
        {charge.endedAtMs === undefined
          ? time.dayAndTime(charge.startedAtMs)
          : `${time.day(charge.startedAtMs)} ${time.time(charge.startedAtMs)}–${time.time(charge.endedAtMs)}`}
      </span>
      <span className="charge-where">
        {place} · {text.port(charge.port)}
      </span>
      <span className={isRunning ? 'charge-state charge-running' : 'charge-state'}>
        <Icon of={stateIcons[charge.state] ?? 'starting'} />
        {wordFor(text.words.chargeStates, charge.state)}
      </span>
      {charge.endedAtMs === undefined && board?.online === false && (
        <span className="charge-away">
          <Away seen={board} time={time} />
        </span>
      )}
      <span className="charge-energy">
        {charge.energyWh !== undefined && `${kWhOfWh(charge.energyWh)} kWh`}
      </span>
      <span className="charge-total">{charge.totalFen !== undefined && yuanOfFen(charge.totalFen)}</span>
      <Icon of="chevron" className="charge-chevron" />
    </button>
  );
}
