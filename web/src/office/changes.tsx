import { useCallback, useState } from 'react';
import type { AuditLine, ChangeShown as Change } from '../../../contract/shapes/change.ts';
import { Said } from '../parts/said.tsx';
import { Problem, Shown } from '../parts/shown.tsx';
import { useAction, useEvery, useLoaded } from '../parts/use-loaded.ts';
import { useText, wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import { Decide } from './decide.tsx';
import type { AuditPage, OfficeApi } from './office-api.ts';
import { useSettingText } from './setting-text.ts';
import { useOfficeWords } from './words.ts';

interface WaitingChangesProps {
  readonly api: OfficeApi;
  readonly changes: readonly Change[];
  readonly time: EstateTime;
  /** Who looks: what they asked for themselves is not theirs to decide. */
  readonly subject: string | undefined;
  readonly onChanged: () => void;
}

/** What was asked to be changed, and waits for a second person. */
export function WaitingChanges({ api, changes, time, subject, onChanged }: WaitingChangesProps) {
  const words = useOfficeWords();
  if (changes.length === 0) return null;
  return (
    <ul className="stack">
      {changes.map(({ changeId, setting, before, after, askedBy, askedAtMs }) => (
        <li key={changeId} className="group" data-testid="waiting-change">
          <What about={setting} before={before} after={after} time={time} />
          <p className="quiet">
            <Said>{words.askedBy(askedBy, time.dayAndTime(askedAtMs))}</Said>
          </p>
          {askedBy === subject ? (
            <p className="quiet">{words.othersDecide}</p>
          ) : (
            <Decide decide={(decision) => api.decideChange(changeId, decision)} onDecided={onChanged} />
          )}
        </li>
      ))}
    </ul>
  );
}

/** A line is listed a moment after it was written. */
const lookAgainMs = 5_000;

/** The list of what was changed in the configuration, by whom and when, newest first. */
export function Audit({ api, time, changes }: { api: OfficeApi; time: EstateTime; changes: number }) {
  const words = useOfficeWords();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was changed on this page is read at once.
  const read = useCallback((signal: AbortSignal) => api.audit(undefined, signal), [api, changes]);
  const { loaded, outdated, refresh } = useLoaded(read);
  useEvery(lookAgainMs, loaded.state === 'ready', refresh);
  return (
    <div className="stack">
      <p className="quiet">{words.auditNote}</p>
      <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
        {(first) => <AuditLines key={first.lines[0]?.atMs} {...{ api, time, first }} />}
      </Shown>
    </div>
  );
}

function AuditLines({ api, time, first }: { api: OfficeApi; time: EstateTime; first: AuditPage }) {
  const words = useOfficeWords();
  const [older, setOlder] = useState<AuditPage>();
  const { action, run } = useAction(async (_requestId, before: string) => {
    const page = await api.audit(before);
    setOlder((known) => ({ ...page, lines: [...(known?.lines ?? []), ...page.lines] }));
  });
  const lines = [...first.lines, ...(older?.lines ?? [])];
  const next = older === undefined ? first.next : older.next;
  if (lines.length === 0) return <p className="quiet">{words.noAudit}</p>;
  return (
    <>
      <ul className="rows">
        {lines.map((line) => (
          <Line
            key={`${line.atMs} ${line.about.kind} ${line.about.id} ${line.outcome}`}
            line={line}
            time={time}
          />
        ))}
      </ul>
      {action.state === 'failed' && <Problem failure={action.failure} />}
      {next !== undefined && (
        <button type="button" className="button" onClick={() => run(next)}>
          {words.more}
        </button>
      )}
    </>
  );
}

function Line({ line, time }: { readonly line: AuditLine; readonly time: EstateTime }) {
  const words = useOfficeWords();
  return (
    <li data-testid="audit-line" data-outcome={line.outcome}>
      <div className="order">
        <What about={line.about} before={line.before} after={line.after} time={time} />
        <p className="quiet">
          {wordFor(words.outcomes, line.outcome)}
          {' · '}
          <Said>{words.changedBy(line.by, time.dayAndTime(line.atMs))}</Said>
        </p>
      </div>
    </li>
  );
}

interface WhatProps extends Pick<AuditLine, 'about' | 'before' | 'after'> {
  readonly time: EstateTime;
}

/** What is changed: from what, to what, a line for each member. */
function What({ about, before, after, time }: WhatProps) {
  const words = useOfficeWords();
  const { text } = useText();
  const { memberName, valueText } = useSettingText(time);
  const isNew = Object.keys(before).length === 0;
  return (
    <>
      <p>
        <strong>{wordFor(words.settings, about.kind)}</strong> <code>{about.id}</code>
      </p>
      {[...new Set([...Object.keys(before), ...Object.keys(after)])].map((member) => (
        <p key={member}>
          <Said>{`${memberName(member)}${text.colon}`}</Said>
          {!isNew && (
            <>
              <Said>{valueText(member, before[member])}</Said>
              {' → '}
            </>
          )}
          <Said>{valueText(member, after[member])}</Said>
        </p>
      ))}
    </>
  );
}
