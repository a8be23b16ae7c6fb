import type { Facility } from '../../../contract/shapes/overview.ts';
import { useText } from '../words/text.ts';

/** What a port may be while it is not known to be off. */
const mayBeLive = ['starting', 'charging', 'in-use', 'unknown'];

/** How far an evacuation has come: only what devices have confirmed, and what has to be seen to by a person. */
export function EvacuationProgress({ facility }: { readonly facility: Facility }) {
  const { text } = useText();
  const { doors, boards } = facility;
  const holds = doors.flatMap(({ hold }) => (hold?.wanted === 'open' ? [hold.state] : []));
  const count = (state: string) => holds.filter((known) => known === state).length;
  const silent = count('unanswered');
  const failed = count('failed');
  const live = boards.flatMap(({ ports }) => ports).filter(({ state }) => mayBeLive.includes(state)).length;
  return (
    <ul
      className="progress"
      data-testid="evacuation"
      data-confirmed={count('confirmed')}
      data-silent={silent}
    >
      {doors.length > 0 && <li>{text.doorsConfirmed(count('confirmed'), doors.length)}</li>}
      {silent > 0 && (
        <li>
          <strong>{text.doorsSilent(silent)}</strong>
        </li>
      )}
      {failed > 0 && (
        <li>
          <strong>{text.doorsFailed(failed)}</strong>
        </li>
      )}
      {live > 0 && <li>{text.portsNotOff(live)}</li>}
    </ul>
  );
}
