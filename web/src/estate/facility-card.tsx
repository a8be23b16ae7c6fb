import type { Board, Facility, Port } from '../../../contract/shapes/overview.ts';
import { Away } from '../parts/away.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import { DoorRow } from './door-row.tsx';
import { EvacuationProgress } from './evacuation-progress.tsx';

/** Above this many ports a card takes the whole width, so that its neighbours stay of one height. */
const widePorts = 12;

/** One shed or garage under its roof: how full, who charges, which doors. */
export function FacilityCard({ facility, time }: { readonly facility: Facility; readonly time: EstateTime }) {
  const { text, name } = useText();
  const ports = facility.boards.flatMap((board) => board.ports);
  const charging = ports.filter(({ state }) => state === 'charging').length;
  const unknown = ports.filter(({ state }) => state === 'unknown').length;
  const title = `facility-${facility.facilityId}`;
  const shape = ports.length > widePorts ? 'facility facility-wide' : 'facility';
  return (
    <article
      className={facility.alarm ? `${shape} facility-alarm` : shape}
      aria-labelledby={title}
      data-testid={title}
    >
      <header className="facility-head">
        <h3 id={title}>{name(facility.name)}</h3>
        <span className="tag">{wordFor(text.words.facilityKinds, facility.kind)}</span>
      </header>
      <p className="facility-figures">
        <span data-testid="occupancy" data-state={facility.occupancy.state}>
          <Inside facility={facility} time={time} />
        </span>
        {ports.length > 0 && <span>{text.chargingOf(charging, ports.length)}</span>}
        {unknown > 0 && <span>{text.unknownPorts(unknown)}</span>}
      </p>
      {facility.alarm && (
        <div className="note note-danger">
          <Icon of="flame" />
          <strong>{text.facilityAlarm}</strong>
          <EvacuationProgress facility={facility} />
        </div>
      )}
      {facility.boards.length === 0 && facility.doors.length === 0 && (
        <p className="quiet">{text.noBoardsNorDoors}</p>
      )}
      {facility.boards.map((board) => (
        <BoardPorts key={board.deviceId} board={board} time={time} />
      ))}
      {facility.doors.length > 0 && (
        <ul className="doors" aria-label={text.doors}>
          {facility.doors.map((door) => (
            <DoorRow key={`${door.deviceId}/${door.door}`} door={door} time={time} />
          ))}
        </ul>
      )}
    </article>
  );
}

/** How many are inside, only as far as somebody counts them. */
function Inside({ facility, time }: { readonly facility: Facility; readonly time: EstateTime }) {
  const { text } = useText();
  const { occupancy, bays } = facility;
  if (occupancy.state === 'not-counted') return text.insideNotCounted(bays);
  if (occupancy.state === 'counted') return text.insideOf(occupancy.inside, bays);
  const { inside, asOfMs } = occupancy;
  return asOfMs === undefined
    ? text.insideUnknown(bays)
    : text.insideAsOf(inside, bays, time.dayAndTime(asOfMs));
}

function BoardPorts({ board, time }: { readonly board: Board; readonly time: EstateTime }) {
  const { text } = useText();
  return (
    <section
      className={board.online ? 'board' : 'board board-offline'}
      aria-label={`${text.board} ${board.deviceId}`}
    >
      <p className="board-head">
        <span>
          {text.board} <span className="device">{board.deviceId}</span>
        </span>
        <span className="board-state">
          <Icon of={board.online ? 'check' : 'fault'} />
          {board.online ? text.online : <Away seen={board} time={time} />}
        </span>
      </p>
      <ul className="ports">
        {board.ports.map((port) => (
          <PortTile key={port.port} port={port} isAway={!board.online} time={time} />
        ))}
      </ul>
    </section>
  );
}

const portIcons: Readonly<Record<string, IconName>> = {
  idle: 'idle',
  starting: 'starting',
  charging: 'charging',
  'in-use': 'in-use',
  'fuse-blown': 'fault',
  'relay-stuck': 'fault',
  disabled: 'disabled',
};

interface PortTileProps {
  readonly port: Port;
  readonly isAway: boolean;
  readonly time: EstateTime;
}

function PortTile({ port, isAway, time }: PortTileProps) {
  const { text } = useText();
  const icon = portIcons[port.state] ?? 'unknown';
  return (
    <li
      className={isAway ? `port port-${icon} port-away` : `port port-${icon}`}
      data-testid={`port-${port.port}`}
      data-state={port.state}
    >
      <span className="port-head">
        <span className="sr-only">{text.port(port.port)} </span>
        <span className="port-number" aria-hidden="true">
          {port.port}
        </span>
        <Icon of={icon} />
      </span>
      <span className="port-word">{wordFor(text.words.portStates, port.state)}</span>
      {isAway
        ? port.state !== 'unknown' && (
            <span className="port-power">
              {port.asOfMs === undefined ? text.neverAsOf : text.asOf(time.time(port.asOfMs))}
            </span>
          )
        : port.powerW !== undefined && <span className="port-power">{port.powerW} W</span>}
    </li>
  );
}
