import { useCallback, useMemo, useState } from 'react';
import type { PageProps } from '../cloud/page.ts';
import { TextField } from '../parts/form.tsx';
import { Part } from '../parts/part.tsx';
import { Shown } from '../parts/shown.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { tariffApi } from '../tariff/tariff-api.ts';
import { useText } from '../words/text.ts';
import { estateTime, localOf, monthOf } from '../words/time.ts';
import { ClosePart } from './close-part.tsx';
import { FilesPart } from './files-part.tsx';
import { monthApi } from './month-api.ts';
import { ReconciliationPart } from './reconciliation-part.tsx';
import { RevenuePart, SplitPart } from './revenue-part.tsx';
import { SplitRulePart } from './split-rule.tsx';
import { StatementsPart } from './statements-part.tsx';
import { useMonthWords } from './words.ts';

/** One month: compared with the providers, closed, and then read in every way it is asked about. */
export function MonthPage({ client, estate, person }: PageProps) {
  const { estateId, timeZone } = estate;
  const { language } = useText();
  const words = useMonthWords();
  const time = useMemo(() => estateTime(timeZone, language), [timeZone, language]);
  const api = useMemo(() => monthApi(client, estateId), [client, estateId]);
  const { loaded, outdated, refresh } = useLoaded(
    useCallback(
      async (signal: AbortSignal) => {
        const [{ months, splitRules }, { inForce, nowMs }] = await Promise.all([
          api.months(signal),
          tariffApi(client, estateId).list(signal),
        ]);
        const today = localOf(timeZone, nowMs).date;
        const [lastMonth, nextMonth] = [monthOf(today, -1), monthOf(today, 1)];
        return { months, splitRules, places: inForce, lastMonth, nextMonth };
      },
      [api, client, estateId, timeZone],
    ),
  );
  const [chosen, setChosen] = useState<string>();
  return (
    <>
      <div className="section-head">
        <h1>{words.title}</h1>
      </div>
      <p className="quiet">{words.intro}</p>
      <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
        {({ months, splitRules, places, lastMonth, nextMonth }) => {
          const month = chosen ?? lastMonth;
          const field = (
            <div className="fields">
              <TextField label={words.month} name="month" kind="month" value={month} onChange={setChosen} />
            </div>
          );
          if (!/^\d{4}-\d{2}$/.test(month)) return field;
          const found = months.find((one) => one.month === month);
          const isClosed = found?.state === 'closed';
          const own = { api, month, time };
          return (
            <div className="stack">
              {field}
              <div className="columns" key={month}>
                <Part id="close" title={words.closeTitle}>
                  <ClosePart {...own} found={found} onChanged={refresh} />
                </Part>
                <Part id="reconciliation" title={words.reconciliation}>
                  <ReconciliationPart {...own} />
                </Part>
              </div>
              {isClosed ? (
                <>
                  <Part id="revenue" title={words.revenue}>
                    <RevenuePart {...own} places={places} />
                  </Part>
                  {found.split !== undefined && (
                    <Part id="split" title={words.split}>
                      <SplitPart split={found.split} />
                    </Part>
                  )}
                  <Part id="statements" title={words.statements}>
                    <StatementsPart {...own} />
                  </Part>
                  <Part id="files" title={words.files}>
                    <FilesPart api={api} estateId={estateId} month={month} />
                  </Part>
                </>
              ) : (
                <p className="note">{words.notClosed}</p>
              )}
              <Part id="split-rules" title={words.splitRules}>
                <SplitRulePart
                  {...{ api, nextMonth, rules: splitRules, onChanged: refresh }}
                  canSet={person.roles.includes('operator')}
                />
              </Part>
            </div>
          );
        }}
      </Shown>
    </>
  );
}
