import { useEffect, useState } from 'react';
import type { SessionSummary as Session, SessionDetail } from '../../contract/shapes/session.ts';
import type { Api } from './api.ts';
import type { Loadable } from './estate-view.ts';
import { ReceiptLinks } from './receipt/receipt-links.tsx';
import { ReceiptSheet } from './receipt-sheet.tsx';
import { Shown } from './shown.tsx';
import { StaySpan } from './stay-span.tsx';
import { StopSession } from './stop-session.tsx';
import { useText, wordFor } from './text.ts';
import type { EstateTime } from './time.ts';
import { loadable } from './use-loaded.ts';

interface BillProps {
  readonly api: Api;
  readonly estateId: string;
  readonly session: Session;
  readonly time: EstateTime;
}

/** One session with its bill. Fetched when opened, and again when the session's state or sum changes under it. */
export function Bill({ api, estateId, session, time }: BillProps) {
  const { sessionId, state, totalFen } = session;
  const [detail, setDetail] = useState<Loadable<SessionDetail>>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: state, sum and attempt are what make a new fetch worth it.
  useEffect(() => {
    const abort = new AbortController();
    void loadable(api.session(estateId, sessionId, abort.signal)).then((result) => {
      if (!abort.signal.aborted) setDetail(result);
    });
    return () => abort.abort();
  }, [api, estateId, sessionId, state, totalFen, attempt]);
  const retry = () => {
    setDetail({ state: 'loading' });
    setAttempt(attempt + 1);
  };
  return (
    <div className="bill" id={`bill-${sessionId}`} data-testid="bill">
      <Shown loadable={detail} outdated={undefined} onRetry={retry}>
        {(value) => <BillSheet {...{ api, estateId, time }} detail={value} />}
      </Shown>
    </div>
  );
}

interface BillSheetProps extends Pick<BillProps, 'api' | 'estateId' | 'time'> {
  readonly detail: SessionDetail;
}

function BillSheet({ api, estateId, detail: { session, receipt, stay }, time }: BillSheetProps) {
  const { text } = useText();
  return (
    <>
      <dl className="bill-facts">
        <Fact word={text.billNumber} value={<span className="device">{session.sessionId}</span>} />
        {session.householdId !== undefined && <Fact word={text.household} value={session.householdId} />}
        {session.startedBy !== undefined && (
          <Fact word={text.startedBy} value={wordFor(text.words.starters, session.startedBy)} />
        )}
        {receipt !== undefined && <Fact word={text.tariff} value={receipt.tariffVersion} />}
        {receipt?.boardClaim?.stopReason !== undefined && (
          <Fact
            word={text.stopReason}
            value={wordFor(text.words.stopReasons, receipt.boardClaim.stopReason)}
          />
        )}
      </dl>
      <StaySpan session={session} stay={stay} time={time} />
      <StopSession {...{ api, estateId, session }} />
      {receipt === undefined ? (
        <p className="quiet">{session.endedAtMs === undefined ? text.notBilled : text.noReceipt}</p>
      ) : (
        <>
          <ReceiptSheet receipt={receipt} time={time} />
          {receipt.code !== undefined && <ReceiptLinks code={receipt.code} />}
        </>
      )}
    </>
  );
}

function Fact({ word, value }: { readonly word: string; readonly value: React.ReactNode }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{value}</dd>
    </div>
  );
}
