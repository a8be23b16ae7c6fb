import { useCallback, useMemo, useState } from 'react';
import type { Client } from '../../../contract/client.ts';
import type { Payment } from '../../../contract/shapes/payment.ts';
import { Done, Send, TextField } from '../parts/form.tsx';
import { Shown } from '../parts/shown.tsx';
import { useAction, useLoaded } from '../parts/use-loaded.ts';
import { tariffApi } from '../tariff/tariff-api.ts';
import { Meter } from '../wallet/budget.tsx';
import { LastSessions } from '../wallet/last-sessions.tsx';
import { Payments } from '../wallet/money-back.tsx';
import { Movements } from '../wallet/movements.tsx';
import { Balance } from '../wallet/notices.tsx';
import { PackagesPart } from '../wallet/packages.tsx';
import { freeFenOf, refundableFen, sessionsIn, spendingOf } from '../wallet/spending.ts';
import { type WalletApi, walletApi } from '../wallet/wallet-api.ts';
import { readHousehold } from '../wallet/wallet-page.tsx';
import { useWalletWords } from '../wallet/words.ts';
import { yuanOfFen } from '../words/money.ts';
import { useText } from '../words/text.ts';
import { type EstateTime, localOf, monthOf } from '../words/time.ts';
import { useAmount, useHousehold } from './cash-form.tsx';
import { CreditLimit } from './credit-limit.tsx';
import type { OfficeApi } from './office-api.ts';
import { useOfficeWords } from './words.ts';

interface LookUpProps {
  readonly client: Client;
  readonly office: OfficeApi;
  readonly estateId: string;
  readonly timeZone: string;
  readonly time: EstateTime;
  /** An operator's to set; others only see it. */
  readonly canSetCredit: boolean;
  /** Counts what was booked on this page, so that a household in sight is read again. */
  readonly changes: number;
}

/** A household by its number: what it has, and every movement of its money. */
export function LookUp(props: LookUpProps) {
  const words = useOfficeWords();
  const asked = useHousehold(props.office);
  const [householdId, setHouseholdId] = useState<string>();
  return (
    <div className="stack">
      <p className="quiet">{words.lookUpHint}</p>
      <form
        className="row row-two"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setHouseholdId(asked.read());
        }}
      >
        {asked.field}
        <button type="submit" className="button row-end">
          {words.show}
        </button>
      </form>
      {householdId !== undefined && (
        <Household key={`${householdId} ${props.changes}`} {...props} householdId={householdId} />
      )}
    </div>
  );
}

interface HouseholdProps extends LookUpProps {
  readonly householdId: string;
}

function Household({ client, estateId, householdId, timeZone, time, canSetCredit }: HouseholdProps) {
  const words = useWalletWords();
  const api = useMemo(() => walletApi(client, estateId, householdId), [client, estateId, householdId]);
  const { loaded, outdated, refresh } = useLoaded(
    useCallback(
      (signal: AbortSignal) => readHousehold(api, tariffApi(client, estateId), signal),
      [api, client, estateId],
    ),
  );
  return (
    <div className="stack" data-testid="household">
      <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
        {({ wallet, offers, payments, movements, tariffs }) => (
          <>
            <h3>{words.household(householdId)}</h3>
            <Balance wallet={wallet} />
            <Meter spending={spendingOf(wallet.budget, monthOf(localOf(timeZone, tariffs.nowMs).date, 0))} />
            {canSetCredit && <CreditLimit api={api} wallet={wallet} onChanged={refresh} />}
            <PackagesPart {...{ api, wallet, offers, time, onChanged: refresh }} canBuy={false} />
            <h3>{words.payments}</h3>
            <Payments api={api} payments={payments} time={time} />
            {payments.map((payment) => (
              <PayBack
                key={payment.orderId}
                {...{ api, payment, onChanged: refresh }}
                mostFen={refundableFen(payment, freeFenOf(wallet))}
              />
            ))}
            <h3>{words.movements}</h3>
            <Movements movements={movements} time={time} />
            <LastSessions
              {...{ client, estateId, time }}
              runningIds={wallet.sessionsRunning}
              endedIds={sessionsIn(movements, 5)}
              places={tariffs.inForce}
            />
          </>
        )}
      </Shown>
    </div>
  );
}

interface PayBackProps {
  readonly api: WalletApi;
  readonly payment: Payment;
  /** What did not go back before, and is free in the wallet. */
  readonly mostFen: number;
  readonly onChanged: () => void;
}

/** Unused money goes back the way it came. */
function PayBack({ api, payment, mostFen, onChanged }: PayBackProps) {
  const words = useOfficeWords();
  const wallet = useWalletWords();
  const { text } = useText();
  const [reason, setReason] = useState(words.payBackReasonDefault);
  const amount = useAmount(mostFen);
  const { action, run } = useAction(async (requestId, amountFen: number, why: string) => {
    const refund = await api.payBack(requestId, payment.orderId, amountFen, why);
    amount.clear();
    onChanged();
    return refund;
  });
  if (mostFen === 0 && action.state === 'idle') return null;
  return (
    <form
      className="group"
      noValidate
      data-testid="pay-back"
      onSubmit={(event) => {
        event.preventDefault();
        const fen = amount.read();
        if (fen !== undefined && reason.trim() !== '') run(fen, reason.trim());
      }}
    >
      <h4>
        {words.payBack}
        {text.colon}
        {yuanOfFen(payment.amountFen)} {wallet.providers[payment.provider] ?? payment.provider}
      </h4>
      <p className="quiet">{words.payBackNote(yuanOfFen(mostFen))}</p>
      <div className="fields">
        {amount.field}
        <TextField label={words.payBackReason} name="pay-back-reason" value={reason} onChange={setReason} />
      </div>
      <Send action={action} secondary>
        {words.payBackButton}
      </Send>
      {action.state === 'done' && <Done>{words.payBackAsked(yuanOfFen(action.value.amountFen))}</Done>}
    </form>
  );
}
