import type { CSSProperties } from 'react';
import type { SessionSummary as Session, Stay } from '../../../contract/shapes/session.ts';
import { useText } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';

interface StaySpanProps {
  readonly session: Session;
  readonly stay: Stay | undefined;
  readonly time: EstateTime;
}

/** The stay from door-in to door-out with the session inside it: drawn to scale, and said in words. */
export function StaySpan({ session, stay, time }: StaySpanProps) {
  const { text } = useText();
  if (stay === undefined) return <p className="quiet">{text.noStay}</p>;
  const endMs = stay.leftAtMs ?? Math.max(session.endedAtMs ?? session.startedAtMs, stay.enteredAtMs);
  const totalMs = Math.max(1, endMs - stay.enteredAtMs);
  const percent = (atMs: number) => Math.min(100, Math.max(0, ((atMs - stay.enteredAtMs) / totalMs) * 100));
  const from = percent(session.startedAtMs);
  const width = Math.max(1.5, percent(session.endedAtMs ?? endMs) - from);
  const duration = (fromMs: number, toMs: number) => {
    const minutes = Math.round((toMs - fromMs) / 60_000);
    return text.duration(Math.floor(minutes / 60), minutes % 60);
  };
  const stayed = stay.leftAtMs === undefined ? text.stillInside : duration(stay.enteredAtMs, stay.leftAtMs);
  return (
    <div className="span" data-testid="stay">
      <div
        className="span-bar"
        aria-hidden="true"
        style={{ '--from': `${from}%`, '--width': `${width}%` } as CSSProperties}
      >
        <span className={stay.leftAtMs === undefined ? 'span-stay span-running' : 'span-stay'} />
        <span className="span-session" />
      </div>
      <dl className="span-words">
        <div>
          <dt>{text.entered}</dt>
          <dd>{time.dayAndTime(stay.enteredAtMs)}</dd>
        </div>
        <div>
          <dt>{text.sessionSpan}</dt>
          <dd>
            {session.endedAtMs === undefined
              ? time.time(session.startedAtMs)
              : duration(session.startedAtMs, session.endedAtMs)}
          </dd>
        </div>
        <div>
          <dt>{text.stay}</dt>
          <dd>{stayed}</dd>
        </div>
        <div>
          <dt>{text.left}</dt>
          <dd>{stay.leftAtMs === undefined ? '–' : time.dayAndTime(stay.leftAtMs)}</dd>
        </div>
      </dl>
    </div>
  );
}
