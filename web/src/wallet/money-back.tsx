import { useCallback } from 'react';
import type { Payment } from '../../../contract/shapes/payment.ts';
import type { Wallet } from '../../../contract/shapes/wallet-shown.ts';
import { AskTwice } from '../parts/ask-twice.tsx';
import { Shown } from '../parts/shown.tsx';
import { useAction, useLoaded } from '../parts/use-loaded.ts';
import { yuanOfFen } from '../words/money.ts';
import { wordFor } from '../words/text.ts';
import type { EstateTime } from '../words/time.ts';
import { freeFenOf } from './spending.ts';
import type { WalletApi } from './wallet-api.ts';
import { useWalletWords } from './words.ts';

/** What can go back, how, and what went back before. */
export function MoneyBack({ wallet }: { readonly wallet: Wallet }) {
  const words = useWalletWords();
  const freeFen = freeFenOf(wallet);
  return <p>{freeFen === 0 ? words.nothingBack : words.moneyBackNote(yuanOfFen(freeFen))}</p>;
}

interface PaymentsProps {
  readonly api: WalletApi;
  /** For those whose money it is: what of the wallet is free to go back. */
  readonly own?: { readonly freeFen: number; readonly onChanged: () => void };
  readonly payments: readonly Payment[];
  readonly time: EstateTime;
}

/** Top-ups by phone, the latest first, each with what went back of it. */
export function Payments({ api, own, payments, time }: PaymentsProps) {
  const words = useWalletWords();
  if (payments.length === 0) return <p className="quiet">{words.noPayments}</p>;
  return (
    <ul className="rows">
      {payments.map((payment) => (
        <li key={payment.orderId} data-testid="payment" data-state={payment.state}>
          <span>
            <strong>{yuanOfFen(payment.amountFen)}</strong> {wordFor(words.providers, payment.provider)}{' '}
            <span className="quiet">{time.dayAndTime(payment.paidAtMs ?? payment.createdAtMs)}</span>
          </span>
          <span>
            {wordFor(words.paymentStates, payment.state)}
            {payment.refundedFen > 0 && ` · ${words.refundedOf(yuanOfFen(payment.refundedFen))}`}
          </span>
          {payment.refundedFen > 0 && (
            <Refunds key={payment.refundedFen} api={api} orderId={payment.orderId} time={time} />
          )}
          {own !== undefined && payment.state === 'paid' && <PayBack {...{ api, ...own, payment }} />}
        </li>
      ))}
    </ul>
  );
}

interface PayBackProps extends NonNullable<PaymentsProps['own']> {
  readonly api: WalletApi;
  readonly payment: Payment;
}

/** As much of a top-up as is free, to who paid it. */
function PayBack({ api, freeFen, onChanged, payment }: PayBackProps) {
  const words = useWalletWords();
  const { orderId, amountFen, refundedFen, provider } = payment;
  const mostFen = Math.min(amountFen - refundedFen, freeFen);
  const { action, run } = useAction(async (requestId, fen: number) => {
    await api.payBack(requestId, orderId, fen, words.payBackReason);
    onChanged();
  });
  if (mostFen <= 0) return null;
  const [amount, to] = [yuanOfFen(mostFen), wordFor(words.providers, provider)];
  return (
    <AskTwice
      action={action}
      ask={words.payBack(amount, to)}
      question={words.payBackConfirm(amount, to)}
      yes={words.payBackYes}
      onYes={() => run(mostFen)}
    />
  );
}

interface RefundsProps {
  readonly api: WalletApi;
  readonly orderId: string;
  readonly time: EstateTime;
}

function Refunds({ api, orderId, time }: RefundsProps) {
  const words = useWalletWords();
  const { loaded, outdated, refresh } = useLoaded(
    useCallback((signal: AbortSignal) => api.payment(orderId, signal), [api, orderId]),
  );
  return (
    <div className="quiet">
      <Shown loadable={loaded} outdated={outdated} onRetry={refresh}>
        {({ refunds = [] }) =>
          refunds.map(({ refundId, amountFen, state, requestedAtMs }) => (
            <p key={refundId} data-testid="refund" data-state={state}>
              {time.dayAndTime(requestedAtMs)} {yuanOfFen(amountFen)} {wordFor(words.refundStates, state)}
            </p>
          ))
        }
      </Shown>
    </div>
  );
}
