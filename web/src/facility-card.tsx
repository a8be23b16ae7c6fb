import type { Board, Door, Facility, Port } from './contract.ts';
import { Icon, type IconName } from './icons.tsx';
import { useText, wordFor } from './text.ts';
import type { EstateTime } from './time.ts';

/** Above this many ports a card takes the whole width, so that its neighbours stay of one height. */
const widePorts = 12;

/** One shed or garage under its roof: how full, who charges, which doors. */
export function FacilityCard({ facility, time }: { readonly facility: Facility; readonly time: EstateTime }) {
  const { text, name } = useText();
  const ports = facility.boards.flatMap((board) => board.ports);
  const charging = ports.filter(({ state }) => state === 'charging').length;
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
        {/* Where nobody passes a door of ours, nobody is counted: 0 would be no figure but a guess. */}
        <span>
          {facility.doors.length > 0
            ? text.insideOf(facility.inside, facility.bays)
            : text.baysOnly(facility.bays)}
        </span>
        {ports.length > 0 && <span>{text.chargingOf(charging, ports.length)}</span>}
      </p>
      {facility.alarm && (
        <p className="note note-danger">
          <Icon of="flame" />
          <strong>{text.facilityAlarm}</strong>
        </p>
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
          {board.online ? text.online : text.offline}
          {!board.online &&
            board.lastSeenAtMs !== undefined &&
            ` · ${text.lastSeen(time.time(board.lastSeenAtMs))}`}
        </span>
      </p>
      <ul className="ports">
        {board.ports.map((port) => (
          <PortTile key={port.port} port={port} />
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

function PortTile({ port }: { readonly port: Port }) {
  const { text } = useText();
  const icon = portIcons[port.state] ?? 'unknown';
  return (
    <li className={`port port-${icon}`} data-testid={`port-${port.port}`} data-state={port.state}>
      <span className="port-head">
        <span className="sr-only">{text.port(port.port)} </span>
        <span className="port-number" aria-hidden="true">
          {port.port}
        </span>
        <Icon of={icon} />
      </span>
      <span className="port-word">{wordFor(text.words.portStates, port.state)}</span>
      {port.state === 'charging' && port.powerW !== undefined && (
        <span className="port-power">{port.powerW} W</span>
      )}
    </li>
  );
}

function DoorRow({ door, time }: { readonly door: Door; readonly time: EstateTime }) {
  const { text, name } = useText();
  const direction: IconName = door.direction === 'in' || door.direction === 'out' ? door.direction : 'both';
  return (
    <li
      className={door.heldOpen ? 'door door-held' : 'door'}
      data-testid={`door-${door.deviceId}-${door.door}`}
    >
      <span className="door-name">
        <Icon of={direction} />
        {name(door.name)}
        <span className="sr-only"> ({wordFor(text.words.directions, door.direction)})</span>
      </span>
      <span className="door-state">
        <Icon of={door.heldOpen ? 'door-open' : 'door-shut'} />
        {door.heldOpen ? text.doorHeldOpen : text.doorControlled}
      </span>
      <span className="door-last">
        {door.last === undefined ? text.noPassage : <LastAtDoor last={door.last} time={time} />}
      </span>
    </li>
  );
}

function LastAtDoor({ last, time }: { readonly last: NonNullable<Door['last']>; readonly time: EstateTime }) {
  const { text } = useText();
  const reason = last.reason === undefined ? '' : `${text.colon}${wordFor(text.words.reasons, last.reason)}`;
  return (
    <span className={`outcome outcome-${last.outcome}`}>
      <time dateTime={new Date(last.atMs).toISOString()}>{time.time(last.atMs)}</time>{' '}
      <Icon of={last.outcome === 'refused' ? 'cross' : 'check'} />
      {wordFor(text.words.outcomes, last.outcome)}
      {reason}
    </span>
  );
}
