import { useCallback, useMemo, useState } from 'react';
import type { PageProps } from '../cloud/page.ts';
import { Part } from '../parts/part.tsx';
import { Shown } from '../parts/shown.tsx';
import { useEvery, useLoaded } from '../parts/use-loaded.ts';
import { useText } from '../words/text.ts';
import { estateTime } from '../words/time.ts';
import { CashForm, CorrectionForm } from './cash-form.tsx';
import { Audit, WaitingChanges } from './changes.tsx';
import { LookUp } from './household-view.tsx';
import { officeApi } from './office-api.ts';
import { LatestOrders, Waiting } from './orders.tsx';
import { useOfficeWords } from './words.ts';

/** A colleague may ask for an approval at any moment. */
const lookAgainMs = 5_000;

/** The property office: cash in and out, four eyes on what is large, and a look at any household. */
export function OfficePage({ client, estate, person }: PageProps) {
  const { estateId, timeZone } = estate;
  const { language } = useText();
  const words = useOfficeWords();
  const time = useMemo(() => estateTime(timeZone, language), [timeZone, language]);
  const api = useMemo(() => officeApi(client, estateId), [client, estateId]);
  const { loaded, outdated, refresh } = useLoaded(
    useCallback(
      async (signal: AbortSignal) => {
        const [orders, waiting] = await Promise.all([api.orders(signal), api.changes(signal)]);
        return { orders, waiting };
      },
      [api],
    ),
  );
  const households = useLoaded(useCallback((signal: AbortSignal) => api.households('', signal), [api]));
  const hasNobody = households.loaded.state === 'ready' && households.loaded.value.length === 0;
  useEvery(lookAgainMs, hasNobody, households.refresh);
  const isOperator = person.roles.includes('operator');
  const [changes, setChanges] = useState(0);
  const changed = () => {
    setChanges((before) => before + 1);
    refresh();
  };
  useEvery(lookAgainMs, loaded.state === 'ready', refresh);
  return (
    <>
      <div className="section-head">
        <h1>{words.title}</h1>
      </div>
      {hasNobody && (
        <p className="note" data-testid="no-households">
          {words.noHouseholds}
        </p>
      )}
      <div className="columns">
        <Part id="cash" title={words.cash}>
          <p className="quiet">{words.intro}</p>
          <CashForm api={api} onAsked={changed} />
        </Part>
        <Part id="waiting" title={words.waiting}>
          <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
            {({ orders, waiting }) => (
              <>
                {waiting.length === 0 && orders.every(({ state }) => state !== 'awaiting-approval') && (
                  <p className="quiet">{words.nothingWaits}</p>
                )}
                <Waiting {...{ api, orders, time, onChanged: changed }} subject={person.subject} />
                <WaitingChanges
                  {...{ api, changes: waiting, time, onChanged: changed }}
                  subject={person.subject}
                />
              </>
            )}
          </Shown>
        </Part>
      </div>
      <Part id="look-up" title={words.lookUp}>
        <LookUp {...{ office: api, client, estateId, timeZone, time, changes }} canSetCredit={isOperator} />
      </Part>
      {isOperator && (
        <Part id="correction" title={words.correction}>
          <p className="quiet">{words.correctionHint}</p>
          <CorrectionForm api={api} onAsked={changed} />
        </Part>
      )}
      <Part id="latest" title={words.latest}>
        <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
          {({ orders }) => <LatestOrders {...{ api, orders, time }} />}
        </Shown>
      </Part>
      <Part id="audit" title={words.audit}>
        <Audit {...{ api, time, changes }} />
      </Part>
    </>
  );
}
