import { useState } from 'react';
import type { Month } from '../../../contract/shapes/books.ts';
import { Send, TextField } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import { Said } from '../parts/said.tsx';
import { useAction } from '../parts/use-loaded.ts';
import { wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import type { MonthApi } from './month-api.ts';
import { useMonthWords } from './words.ts';

interface ClosePartProps {
  readonly api: MonthApi;
  readonly month: string;
  /** Undefined while nobody has begun to close it. */
  readonly found: Month | undefined;
  readonly time: EstateTime;
  readonly onChanged: () => void;
}

/** Where a month stands, and the button that closes it, step by step. */
export function ClosePart({ api, month, found, time, onChanged }: ClosePartProps) {
  const words = useMonthWords();
  const [why, setWhy] = useState('');
  const [way, setWay] = useState<{ readonly done: number; readonly total: number }>();
  const { action, run } = useAction(async (_requestId, reason: string) => {
    await api.close(month, reason === '' ? undefined : reason, (done, total) => setWay({ done, total }));
    onChanged();
  });
  const state = found?.state ?? 'none';
  const done = way ?? (state === 'running' ? found : undefined);
  const mustSayWhy = action.state === 'failed' && action.failure.error === 'reconciliation-missing';
  return (
    <div className="stack" data-testid="month-state" data-state={state}>
      <p className="statement">
        <Icon of={state === 'closed' ? 'check' : state === 'running' ? 'starting' : 'idle'} /> {month}{' '}
        {wordFor(words.states, state)}
      </p>
      {found !== undefined && state === 'closed' && <ClosedFacts found={found} time={time} />}
      {state !== 'closed' && (
        <>
          {done !== undefined && done.total > 0 && (
            <div>
              <progress value={done.done} max={done.total} aria-label={wordFor(words.states, 'running')} />
              <p role="status">{words.closing(`${Math.floor((done.done * 100) / done.total)}%`)}</p>
            </div>
          )}
          {(mustSayWhy || why !== '') && (
            <TextField
              label={words.without}
              name="without-reconciliation"
              hint={words.withoutHint}
              value={why}
              onChange={setWhy}
            />
          )}
          <Send action={action} onClick={() => run(why.trim())}>
            {state === 'running' ? words.goOn : words.close}
          </Send>
        </>
      )}
    </div>
  );
}

function ClosedFacts({ found, time }: { readonly found: Month; readonly time: EstateTime }) {
  const words = useMonthWords();
  return (
    <>
      {found.closedBy !== undefined && found.closedAtMs !== undefined && (
        <p>
          <Said>{words.closedBy(found.closedBy, time.fullDayAndTime(found.closedAtMs))}</Said>
        </p>
      )}
      {found.withoutReconciliation !== undefined && (
        <p className="note note-problem">
          <Said>{words.withoutWas(found.withoutReconciliation)}</Said>
        </p>
      )}
      <dl className="figures">
        <div>
          <dt>{words.statements}</dt>
          <dd>{found.statements}</dd>
        </div>
        <div>
          <dt>{words.entries}</dt>
          <dd>{found.entries}</dd>
        </div>
        <div>
          <dt>{words.late}</dt>
          <dd>{found.lateEntries}</dd>
        </div>
      </dl>
      {found.hash !== undefined && (
        <p className="quiet">
          {words.hash} <code>{found.hash}</code>
        </p>
      )}
    </>
  );
}
