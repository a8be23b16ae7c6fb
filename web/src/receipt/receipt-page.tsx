import { useCallback, useMemo } from 'react';
import { openClient } from '../../../contract/client.ts';
import type { PublicReceipt } from '../../../contract/shapes/public-receipt.ts';
import { Icon } from '../icons.tsx';
import { kWhOfWh, yuanOfFen } from '../money.ts';
import { ReceiptSheet } from '../receipt-sheet.tsx';
import { Loading, Problem } from '../shown.tsx';
import { type Language, useText, wordFor } from '../text.ts';
import { estateTime } from '../time.ts';
import { useLoaded } from '../use-loaded.ts';
import { codeShown } from './code.ts';
import { CodeForm } from './code-form.tsx';
import { Evidence } from './evidence.tsx';
import { usePdfAddress } from './receipt-links.tsx';
import { useReceiptWords } from './words.ts';

/** Reads a receipt, and says first of all whether it still is what the records come to. */
export function ReceiptPage({ api, code }: { readonly api: string; readonly code: string }) {
  const words = useReceiptWords();
  const client = useMemo(() => openClient({ base: api }), [api]);
  const ask = useCallback(
    (signal: AbortSignal) => client.call('GET /receipts/{code}', { path: { code }, signal }),
    [client, code],
  );
  const { loaded, refresh } = useLoaded(ask);
  switch (loaded.state) {
    case 'loading':
      return <Loading />;
    case 'ready':
      return <Shown answer={loaded.value} />;
    case 'failed':
      return loaded.failure.kind === 'not-found' ? (
        <>
          <p className="note note-problem" role="alert" data-testid="unknown-code">
            <Icon of="fault" />
            <span>{words.unknown}</span>
          </p>
          <CodeForm title={words.another} />
        </>
      ) : (
        <Problem failure={loaded.failure} onRetry={refresh} />
      );
  }
}

function Shown({ answer }: { readonly answer: PublicReceipt }) {
  const { language, name, text } = useText();
  const words = useReceiptWords();
  const { receipt, estate, facility, tariff, verification } = answer;
  const time = useMemo(() => estateTime(tariff.timeZone, language), [tariff.timeZone, language]);
  const pdf = usePdfAddress(receipt.code ?? '');
  const first = receipt.readings[0];
  const last = receipt.readings.at(-1);
  const moment = useMemo(() => momentIn(tariff.timeZone, language), [tariff.timeZone, language]);
  return (
    <>
      <Verdict {...verification} />
      <article className="card receipt">
        <dl className="bill-facts receipt-facts">
          <Fact word={words.code} value={codeShown(receipt.code ?? '')} strong />
          <Fact word={words.place} value={`${name(estate)} · ${name(facility)}`} />
          <Fact word={words.began} value={moment(first?.atMs)} />
          <Fact word={words.ended} value={moment(last?.atMs)} />
          {receipt.removedAtMs !== undefined && (
            <Fact word={words.removed} value={moment(receipt.removedAtMs)} />
          )}
          <Fact word={words.energyUsed} value={last === undefined ? '–' : `${kWhOfWh(last.energyWh)} kWh`} />
          <Fact word={text.tariff} value={receipt.tariffVersion} />
        </dl>
        <ReceiptSheet receipt={receipt} time={time} />
        <Explained receipt={receipt} moment={moment} />
        <div className="buttons">
          <a className="button button-primary" href={pdf} data-testid="pdf">
            {words.print}
          </a>
        </div>
      </article>
      <Evidence answer={answer} time={time} />
      <p className="receipt-another">
        <a className="button" href="/r">
          {words.another}
        </a>
      </p>
    </>
  );
}

/** With its year: a receipt is looked at long afterwards. */
function momentIn(timeZone: string, language: Language) {
  const format = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone,
    dateStyle: 'long',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  return (atMs: number | undefined) => (atMs === undefined ? '–' : format.format(atMs));
}

function Fact({ word, value, strong = false }: { word: string; value: string; strong?: boolean }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd {...(strong ? { className: 'receipt-code', translate: 'no' } : {})}>{value}</dd>
    </div>
  );
}

/** The one thing that everybody comes for, in large letters. */
function Verdict({ same, differences }: PublicReceipt['verification']) {
  const words = useReceiptWords();
  return (
    <section
      className={same ? 'verdict verdict-same' : 'verdict verdict-different'}
      role={same ? 'status' : 'alert'}
      data-testid="verdict"
      data-same={same}
    >
      <Icon of={same ? 'check' : 'fault'} />
      <div>
        <h2>{same ? words.same : words.different}</h2>
        <p>{same ? words.sameNote : words.differentNote}</p>
        {!same && (
          <ul>
            {differences.map(({ where, receipt, journal }) => (
              <li key={where}>
                <code>{where}</code>: {words.onReceipt} {receipt} · {words.byJournal} {journal}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** Why the board claims something else, and what the session had cost before. */
function Explained({
  receipt: { whyDifferent = [], adjustments = [] },
  moment,
}: {
  readonly receipt: PublicReceipt['receipt'];
  readonly moment: (atMs: number) => string;
}) {
  const words = useReceiptWords();
  return (
    <>
      {whyDifferent.length > 0 && (
        <div className="remarks" data-testid="why-different">
          <h3>{words.whyDifferent}</h3>
          <ul>
            {whyDifferent.map((reason) => (
              <li key={reason}>{wordFor(words.differences, reason)}</li>
            ))}
          </ul>
        </div>
      )}
      {adjustments.length > 0 && (
        <div className="remarks" data-testid="adjustments">
          <h3>{words.history}</h3>
          <ul>
            {adjustments.map(({ atMs, why, beforeFen, afterFen }) => (
              <li key={`${atMs}-${why}`}>
                {moment(atMs)} {yuanOfFen(beforeFen)} → {yuanOfFen(afterFen)}{' '}
                {wordFor(words.corrections, why)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
