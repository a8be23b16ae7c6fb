import type { EstateView } from './estate-view.ts';
import { useText } from './text.ts';

interface SummaryProps {
  readonly view: EstateView;
  /** Whether refused messages are this person's to see. */
  readonly seesAll: boolean;
}

/** A few numbers, each with what it is out of. */
export function Summary({ view, seesAll }: SummaryProps) {
  const { text } = useText();
  const facilities = view.overview.state === 'ready' ? view.overview.value.facilities : undefined;
  const ports = facilities?.flatMap(({ boards }) => boards.flatMap((board) => board.ports));
  const charging = ports?.filter(({ state }) => state === 'charging').length;
  // Who is inside is known only where there are doors.
  const counted = facilities?.filter(({ doors }) => doors.length > 0);
  const inside = counted?.reduce((sum, facility) => sum + facility.inside, 0);
  const bays = counted?.reduce((sum, facility) => sum + facility.bays, 0);
  const open =
    view.alerts.state === 'ready'
      ? view.alerts.value.filter(({ state }) => state === 'open').length
      : undefined;
  const refused =
    view.refusals.state === 'ready'
      ? Object.values(view.refusals.value.today).reduce((sum, count) => sum + count, 0)
      : undefined;
  return (
    <section className="summary wide" aria-label={text.summary}>
      <dl>
        <Figure id="charging" word={text.charging} figure={charging} of={text.ofPorts(ports?.length ?? 0)} />
        {counted?.length !== 0 && (
          <Figure id="inside" word={text.inside} figure={inside} of={text.ofBays(bays ?? 0)} />
        )}
        <Figure
          id="open-alerts"
          word={text.openAlerts}
          figure={open}
          of={open === 0 ? text.allHandled : text.unhandled}
        />
        {seesAll && (
          <Figure
            id="refused"
            word={text.refusedToday}
            figure={refused}
            atLeast={view.refusals.state === 'ready' && view.refusals.value.atLeast === true}
            of={text.messages}
          />
        )}
      </dl>
    </section>
  );
}

interface FigureProps {
  readonly id: string;
  readonly word: string;
  readonly figure: number | undefined;
  readonly atLeast?: boolean;
  readonly of: string;
}

function Figure({ id, word, figure, atLeast = false, of }: FigureProps) {
  return (
    <div className="figure" data-testid={`figure-${id}`}>
      <dt>{word}</dt>
      <dd>
        <span className="figure-number">
          {atLeast && '≥ '}
          {figure ?? '–'}
        </span>{' '}
        {figure !== undefined && <span className="figure-of">{of}</span>}
      </dd>
    </div>
  );
}
