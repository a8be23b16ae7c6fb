import type { Door } from '../../../contract/shapes/overview.ts';
import { Away } from '../parts/away.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';

/** One door: whether it is by its cards, or how far it has done what it was told, and who came last. */
export function DoorRow({ door, time }: { readonly door: Door; readonly time: EstateTime }) {
  const { text, name } = useText();
  const direction: IconName = door.direction === 'in' || door.direction === 'out' ? door.direction : 'both';
  const state = doorStateOf(door);
  const isOpen = state === 'open-confirmed';
  const isWrong = door.hold !== undefined && ['unanswered', 'failed'].includes(door.hold.state);
  return (
    <li
      className={door.hold?.wanted === 'open' || isWrong ? 'door door-held' : 'door'}
      data-testid={`door-${door.deviceId}-${door.door}`}
      data-state={state}
    >
      <span className="door-name">
        <Icon of={direction} />
        {name(door.name)}
        <span className="sr-only"> ({wordFor(text.words.directions, door.direction)})</span>
      </span>
      <span className="door-state">
        <Icon of={isWrong ? 'fault' : isOpen ? 'door-open' : state === 'unknown' ? 'unknown' : 'door-shut'} />
        {wordFor(text.words.doorStates, state)}
      </span>
      {!door.online && (
        <span className="door-away">
          <Icon of="fault" />
          <Away seen={door} time={time} />
        </span>
      )}
      <span className="door-last">
        {door.last === undefined ? text.noDoorPassed : <LastAtDoor last={door.last} time={time} />}
      </span>
    </li>
  );
}

/** `<wanted>-<state>` of what it was told; else by its cards, where anything of it is known. */
export function doorStateOf({ hold, online }: Pick<Door, 'hold' | 'online'>): string {
  if (hold !== undefined) return `${hold.wanted}-${hold.state}`;
  return online ? 'by-card' : 'unknown';
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
