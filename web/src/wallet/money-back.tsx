import { useCallback } from 'react';
import { yuanOfFen } from '../money.ts';
import { Shown } from '../shown.tsx';
import { wordFor } from '../text.ts';
import type { EstateTime } from '../time.ts';
import { useLoaded } from '../use-loaded.ts';
import type { Payment, Wallet } from './contract.ts';
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
  readonly payments: readonly Payment[];
  readonly time: EstateTime;
}

/** Top-ups by phone, the latest first, each with what went back of it. */
export function Payments({ api, payments, time }: PaymentsProps) {
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
          {payment.refundedFen > 0 && <Refunds api={api} orderId={payment.orderId} time={time} />}
        </li>
      ))}
    </ul>
  );
}

interface RefundsProps {
  readonly api: WalletApi;
  readonly orderId: string;
  readonly time: EstateTime;
}

function Refunds({ api, orderId, time }: RefundsProps) {
  const words = useWalletWords();
  const { loaded, refresh } = useLoaded(
    useCallback((signal: AbortSignal) => api.payment(orderId, signal), [api, orderId]),
  );
  return (
    <div className="quiet">
      <Shown loadable={loaded} onRetry={refresh}>
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
