import { useState } from 'react';
import type { ApiFailure } from '../../../contract/client.ts';
import type { Alert } from '../../../contract/shapes/alert.ts';
import type { Loadable } from '../cloud/estate-view.ts';
import { Icon, type IconName } from '../parts/icons.tsx';
import { Said } from '../parts/said.tsx';
import { Problem, Shown } from '../parts/shown.tsx';
import { failureFrom } from '../parts/use-loaded.ts';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import { Deliveries } from './deliveries.tsx';

interface AlertListProps {
  readonly alerts: Loadable<readonly Alert[]>;
  readonly outdated: ApiFailure | undefined;
  readonly time: EstateTime;
  /** Undefined for whoever may only look on. */
  readonly onAcknowledge: ((alert: Alert) => Promise<void>) | undefined;
  readonly onRetry: () => void;
}

const shownAtFirst = 5;

/** The latest alerts, those that nobody has acknowledged first. */
export function AlertList({ alerts, outdated, time, onAcknowledge, onRetry }: AlertListProps) {
  const { text } = useText();
  const [all, setAll] = useState(false);
  return (
    <section id="alerts" className="alerts" aria-labelledby="alerts-title">
      <div className="section-head">
        <h2 id="alerts-title">{text.alerts}</h2>
      </div>
      <Shown loadable={alerts} outdated={outdated} onRetry={onRetry}>
        {(list) => {
          if (list.length === 0) return <p className="quiet">{text.noAlerts}</p>;
          const sorted = list.toSorted((a, b) => urgency(b) - urgency(a) || b.createdAtMs - a.createdAtMs);
          const open = sorted.filter(({ state }) => state === 'open').length;
          const shown = all ? sorted : sorted.slice(0, Math.max(shownAtFirst, open));
          return (
            <>
              <ul className="alert-list">
                {shown.map((alert) => (
                  <AlertRow key={alert.alertId} alert={alert} time={time} onAcknowledge={onAcknowledge} />
                ))}
              </ul>
              {shown.length < sorted.length && (
                <button type="button" className="button button-plain more" onClick={() => setAll(true)}>
                  {text.moreAlerts(sorted.length - shown.length)}
                </button>
              )}
            </>
          );
        }}
      </Shown>
    </section>
  );
}

const severityRank: Readonly<Record<string, number>> = { life: 3, urgent: 2, notice: 1 };

function urgency({ state, severity }: Alert): number {
  return state === 'open' ? (severityRank[severity] ?? 1) : 0;
}

const severityIcons: Readonly<Record<string, IconName>> = { life: 'flame', urgent: 'fault', notice: 'bell' };

interface AlertRowProps {
  readonly alert: Alert;
  readonly time: EstateTime;
  readonly onAcknowledge: AlertListProps['onAcknowledge'];
}

function AlertRow({ alert, time, onAcknowledge }: AlertRowProps) {
  const { text, name } = useText();
  const isOpen = alert.state === 'open';
  return (
    <li
      id={`alert-${alert.alertId}`}
      className={`alert alert-${isOpen ? alert.severity : 'handled'}`}
      data-testid="alert"
      data-state={alert.state}
    >
      <p className="alert-head">
        <span className="alert-severity">
          <Icon of={severityIcons[alert.severity] ?? 'bell'} />
          {wordFor(text.words.severities, alert.severity)} · {wordFor(text.words.alertKinds, alert.kind)}
        </span>
        <time dateTime={new Date(alert.createdAtMs).toISOString()}>{time.dayAndTime(alert.createdAtMs)}</time>
      </p>
      <p className="alert-place">{name(alert.place)}</p>
      <p className="alert-text">{name(alert.text)}</p>
      {isOpen && onAcknowledge !== undefined && <Acknowledge alert={alert} onAcknowledge={onAcknowledge} />}
      {isOpen && onAcknowledge === undefined && <p className="quiet">{text.othersAcknowledge}</p>}
      {!isOpen && (
        <p className="alert-done">
          <Icon of="check" />
          <Said>
            {alert.acknowledgedBy === undefined || alert.acknowledgedAtMs === undefined
              ? wordFor(text.words.alertStates, alert.state)
              : text.acknowledgedBy(alert.acknowledgedBy, time.time(alert.acknowledgedAtMs))}
          </Said>
        </p>
      )}
      <Deliveries alert={alert} time={time} />
    </li>
  );
}

interface AcknowledgeProps {
  readonly alert: Alert;
  readonly onAcknowledge: (alert: Alert) => Promise<void>;
}

function Acknowledge({ alert, onAcknowledge }: AcknowledgeProps) {
  const { text, name } = useText();
  const [state, setState] = useState<'idle' | 'sending' | ApiFailure>('idle');
  const acknowledge = async () => {
    if (state === 'sending') return;
    setState('sending');
    try {
      await onAcknowledge(alert);
    } catch (thrown) {
      setState(failureFrom(thrown));
    }
  };
  return (
    <>
      <button
        type="button"
        className="button"
        aria-disabled={state === 'sending'}
        onClick={() => void acknowledge()}
        aria-label={`${text.acknowledge}${text.colon}${name(alert.place)}`}
      >
        <Icon of="check" />
        {state === 'sending' ? text.acknowledging : text.acknowledge}
      </button>
      {typeof state === 'object' && <Problem failure={state} />}
    </>
  );
}
