import type { ApiFailure } from '../../../contract/client.ts';
import type { Refusals } from '../../../contract/shapes/refusal.ts';
import type { Loadable } from '../cloud/estate-view.ts';
import { Said } from '../parts/said.tsx';
import { Shown } from '../parts/shown.tsx';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';

interface RefusalListProps {
  readonly refusals: Loadable<Refusals>;
  readonly outdated: ApiFailure | undefined;
  readonly time: EstateTime;
  readonly onRetry: () => void;
}

const latestShown = 6;

/** What was refused and why: counted by reason, and the latest with what they were about. */
export function RefusalList({ refusals, outdated, time, onRetry }: RefusalListProps) {
  const { text } = useText();
  // A refused notice of a payment has the name of an error.
  const reasons = { ...text.words.errors, ...text.words.reasons };
  return (
    <section id="refusals" className="refusals" aria-labelledby="refusals-title">
      <div className="section-head">
        <h2 id="refusals-title">{text.refusals}</h2>
      </div>
      <Shown loadable={refusals} outdated={outdated} onRetry={onRetry}>
        {({ today, latest }) => (
          <>
            <h3 className="small-title">{text.refusalsToday}</h3>
            <Counts counts={today} />
            {latest.length > 0 && (
              <>
                <h3 className="small-title">{text.refusalsLatest}</h3>
                <ol className="refusal-list">
                  {latest.slice(0, latestShown).map((refusal) => (
                    <li
                      key={`${refusal.atMs} ${refusal.deviceId} ${refusal.topic} ${refusal.reason}`}
                      data-testid="refusal"
                    >
                      <time dateTime={new Date(refusal.atMs).toISOString()}>{time.time(refusal.atMs)}</time>
                      <strong>{wordFor(reasons, refusal.reason)}</strong>
                      {refusal.count !== undefined && (
                        <span className="count">{text.refusedTimes(refusal.count)}</span>
                      )}
                      <code>{refusal.topic}</code>
                      {refusal.detail !== undefined && refusal.detail !== '' && (
                        <span className="quiet">
                          <Said>{refusal.detail}</Said>
                        </span>
                      )}
                    </li>
                  ))}
                </ol>
              </>
            )}
          </>
        )}
      </Shown>
    </section>
  );
}

/** A bar per reason, as long as its share; the number beside it says the same. */
function Counts({ counts }: { readonly counts: Refusals['today'] }) {
  const { text } = useText();
  // A refused notice of a payment has the name of an error.
  const reasons = { ...text.words.errors, ...text.words.reasons };
  const sorted = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a);
  if (sorted.length === 0) return <p className="quiet">{text.noRefusals}</p>;
  const most = Math.max(...sorted.map(([, count]) => count));
  return (
    <dl className="counts">
      {sorted.map(([reason, count]) => (
        <div key={reason} data-testid={`refused-${reason}`}>
          <dt>{wordFor(reasons, reason)}</dt>
          <dd>
            <span
              className="count-bar"
              aria-hidden="true"
              style={{ inlineSize: `${(count / most) * 100}%` }}
            />
            <span className="count">{count}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
