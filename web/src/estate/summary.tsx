import type { EstateView } from '../cloud/estate-view.ts';
import { useText, wordFor } from '../words/text.ts';

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
  const unknown = ports?.filter(({ state }) => state === 'unknown').length ?? 0;
  const lastHeard =
    ports?.filter(({ state, asOfMs }) => state === 'charging' && asOfMs !== undefined).length ?? 0;
  // Who is inside is known only where somebody counts.
  const counted = facilities?.filter(
    ({ occupancy }) =>
      occupancy.state === 'counted' || (occupancy.state === 'last-known' && occupancy.asOfMs !== undefined),
  );
  const inside = counted?.reduce(
    (sum, { occupancy }) => sum + ('inside' in occupancy ? occupancy.inside : 0),
    0,
  );
  const isSomewhere = facilities?.some(({ occupancy }) => occupancy.state !== 'not-counted') === true;
  const nowhere = isSomewhere ? wordFor(text.words.portStates, 'unknown') : text.notCounted;
  const lastKnown = counted?.filter(({ occupancy }) => occupancy.state === 'last-known').length ?? 0;
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
        <Figure
          id="charging"
          word={text.charging}
          figure={charging}
          of={[
            text.ofPorts(ports?.length ?? 0),
            ...(unknown === 0 ? [] : [text.unknownPorts(unknown)]),
            ...(lastHeard === 0 ? [] : [text.asLastHeardPorts(lastHeard)]),
          ].join(text.comma)}
        />
        {facilities?.length !== 0 && (
          <Figure
            id="inside"
            word={text.inside}
            figure={counted?.length === 0 ? nowhere : inside}
            of={
              counted?.length === 0
                ? ''
                : [
                    text.ofBays(bays ?? 0),
                    ...(counted?.length === facilities?.length
                      ? []
                      : [text.countedOf(counted?.length ?? 0, facilities?.length ?? 0)]),
                    ...(lastKnown === 0 ? [] : [text.lastKnownOf(lastKnown)]),
                  ].join(text.comma)
            }
          />
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
  readonly figure: number | string | undefined;
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
