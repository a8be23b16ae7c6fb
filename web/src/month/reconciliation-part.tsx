import { useCallback, useState } from 'react';
import type { Reconciliation } from '../../../contract/shapes/books.ts';
import { type Provider, providerNames } from '../../../contract/words/words.ts';
import { Choices, Send } from '../parts/form.tsx';
import { Icon } from '../parts/icons.tsx';
import { Shown } from '../parts/shown.tsx';
import { useAction, useLoaded } from '../parts/use-loaded.ts';
import { yuanOfFen } from '../words/money.ts';
import { wordFor } from '../words/text.ts';
import { BillUpload } from './bill-upload.tsx';
import type { MonthApi } from './month-api.ts';
import { daysOfMonth } from './tables.ts';
import { useMonthWords } from './words.ts';

interface ReconciliationPartProps {
  readonly api: MonthApi;
  readonly month: string;
}

/** What a provider says it took and gave back, beside what our ledger says; every difference by its number. */
export function ReconciliationPart({ api, month }: ReconciliationPartProps) {
  const words = useMonthWords();
  const [provider, setProvider] = useState<Provider>('wechat-pay');
  const [way, setWay] = useState<{ readonly done: number; readonly total: number }>();
  const { loaded, outdated, refresh } = useLoaded(
    useCallback((signal: AbortSignal) => api.reconciliations(month, signal), [api, month]),
  );
  const { action, run } = useAction(async (_requestId, by: Provider) => {
    await api.reconcile(month, by, daysOfMonth(month), (done, total) => setWay({ done, total }));
    refresh();
  });
  return (
    <div className="stack">
      <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
        {(list) =>
          list.length === 0 ? (
            <p className="quiet">{words.noReconciliation}</p>
          ) : (
            list.map((one) => <Compared key={one.provider} reconciliation={one} />)
          )
        }
      </Shown>
      <Choices
        label={words.provider}
        value={provider}
        options={providerNames.map((one) => [one, wordFor(words.providers, one)])}
        onChange={setProvider}
      />
      {way !== undefined && action.state === 'sending' && (
        <div>
          <progress value={way.done} max={way.total} aria-label={words.reconcile} />
          <p role="status">{words.fetching(way.done, way.total)}</p>
        </div>
      )}
      <Send action={action} secondary onClick={() => run(provider)}>
        {words.reconcile}
      </Send>
      <BillUpload key={provider} {...{ api, month, provider, onCompared: refresh }} />
    </div>
  );
}

function Compared({ reconciliation }: { readonly reconciliation: Reconciliation }) {
  const words = useMonthWords();
  const { provider, billFen, ledgerFen, differenceFen, compared, differenceCount } = reconciliation;
  const { differences, missingDays } = reconciliation;
  return (
    <div className="group" data-testid="reconciliation" data-provider={provider}>
      <h3>{wordFor(words.providers, provider)}</h3>
      <dl className="figures">
        <div>
          <dt>{words.bill}</dt>
          <dd>{yuanOfFen(billFen)}</dd>
        </div>
        <div>
          <dt>{words.ledger}</dt>
          <dd>{yuanOfFen(ledgerFen)}</dd>
        </div>
        <div>
          <dt>{words.difference}</dt>
          <dd>{yuanOfFen(differenceFen)}</dd>
        </div>
      </dl>
      <p>
        <Icon of={differenceCount === 0 ? 'check' : 'fault'} />{' '}
        {differenceCount === 0 ? words.equal : words.differences(differenceCount)} ·{' '}
        {words.compared(compared)}
      </p>
      {missingDays.length > 0 && <p className="quiet">{words.missingDays(missingDays.join(' · '))}</p>}
      {differences.length > 0 && (
        <div className="table-frame">
          <table className="table table-stacked">
            <thead>
              <tr>
                <th scope="col">{words.what}</th>
                <th scope="col">{words.number}</th>
                <th scope="col" className="number">
                  {words.bill}
                </th>
                <th scope="col" className="number">
                  {words.ledger}
                </th>
              </tr>
            </thead>
            <tbody>
              {differences.map((one) => (
                <tr key={`${one.kind} ${one.number}`} data-testid="difference">
                  <td>
                    {wordFor(words.differenceKinds, one.difference)} · {wordFor(words.moveKinds, one.kind)}
                  </td>
                  <td>
                    <code>{one.number}</code>
                  </td>
                  <td className="number" data-label={words.bill}>
                    <span>
                      {yuanOfFen(one.billFen)} <span className="unit">{one.billDays.join(' ')}</span>
                    </span>
                  </td>
                  <td className="number" data-label={words.ledger}>
                    <span>
                      {yuanOfFen(one.ledgerFen)} <span className="unit">{one.ledgerDays.join(' ')}</span>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
