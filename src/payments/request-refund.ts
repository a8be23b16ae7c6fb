import { type Backend, conflictIs, type Decision, record } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import { refundPendingAccount, walletAccount } from '../ledger/ledger.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { withdraw } from '../wallet/wallet.ts';
import { putWallet, readWallet } from '../wallet/wallet-store.ts';
import { answerTo, needOrder, type Word } from './handle-order-news.ts';
import { handleRefundNews, needRefund } from './handle-refund-news.ts';
import { refundIdOf } from './order.ts';
import { putOrder, putRefund, readRefund } from './order-store.ts';
import { type NewRefund, type Payments, providerOf } from './provider.ts';
import { nextRefundLookMs, type Refund } from './refund.ts';

export interface RefundRequest {
  /** Chosen by who asks: the same one is paid back once, however often it is sent. */
  readonly requestId: string;
  readonly orderId: string;
  readonly amountFen: number;
  readonly reason: string;
}

/**
 * Takes the money out of the wallet, and then asks the provider to pay it back; the sweep asks again for as long as it
 * takes. Part of an order may go back, several times, up to what was paid. Throws `not-found`, `not-paid`,
 * `already-refunded` when that much of the order is not left, `too-little-money` when the wallet has not that much
 * that is free, `money-invalid`, `already-exists` when the request was another one before, and
 * `provider-unconfigured`. A provider that does not answer is no error: the refund is `requested`.
 */
export async function requestRefund(
  backend: Backend,
  payments: Payments,
  origin: Origin,
  request: RefundRequest,
): Promise<Refund> {
  const { estateId } = origin;
  const { orderId } = request;
  const refundId = refundIdOf(orderId, request.requestId);
  const order = await needOrder(backend, estateId, orderId);
  const provider = providerOf(payments, order.provider);
  const isAnother = conflictIs('already-exists', 'The request was another refund before');
  await record(backend, () => reserve(backend, origin, refundId, request), isAnother);
  const refund = await needRefund(backend, { estateId, orderId, refundId });
  if (refund.state !== 'requested') return refund;
  try {
    const news = answerTo({ orderId, refundId }, await provider.refund(ofRefund(refund)));
    return await handleRefundNews(backend, wordOf(order.provider), estateId, news);
  } catch (error) {
    if (error instanceof DomainError && waits(error)) return refund;
    throw error;
  }
}

/** Whether the refund simply waits for its timer: it is written down, and has its number. */
function waits({ error }: DomainError): boolean {
  return (
    error.startsWith('provider-') ||
    error === 'signature-invalid' ||
    error === 'charset-unknown' ||
    error === 'notification-expired'
  );
}

export function ofRefund({ orderId, refundId, amountFen, paidFen, reason }: Refund): NewRefund {
  return { orderId, refundId, amountFen, paidFen, reason };
}

const wordOf = (provider: Word['provider']): Word => ({ provider, topic: 'api', payload: new Uint8Array() });

async function reserve(
  backend: Backend,
  origin: Origin,
  refundId: string,
  { orderId, amountFen, reason }: RefundRequest,
): Promise<Decision> {
  const { estateId } = origin;
  const order = await needOrder(backend, estateId, orderId);
  const { householdId, provider } = order;
  const terms = { refundId, orderId, householdId, provider, amountFen };
  const entry = draft(
    keys.refundStep(estateId, orderId, refundId, 'requested'),
    { ...origin, fact: JSON.stringify({ ...terms, reason }) },
    {
      kind: 'refund-requested',
      outcome: 'reserved',
      facts: { ...terms, reason },
      postings: [
        {
          debit: walletAccount(householdId),
          credit: refundPendingAccount(provider),
          amountFen,
          memo: refundId,
        },
      ],
    },
  );
  // Asked for before: the entry stands already, and decides.
  if ((await readRefund(backend.table, { estateId, orderId, refundId })) !== undefined) return { entry };
  if (order.state !== 'paid') throw new DomainError('not-paid', `${orderId} was not paid`);
  const left = order.amountFen - order.refundedFen;
  if (amountFen > left)
    throw new DomainError(
      'already-refunded',
      `${left} of ${order.amountFen} fen are left, the rest went back`,
    );
  const wallet = withdraw(await readWallet(backend.table, estateId, householdId), amountFen);
  const { receivedAtMs, sender } = origin;
  const refund: Refund = {
    ...terms,
    estateId,
    reason,
    paidFen: order.amountFen,
    state: 'requested',
    requestedAtMs: receivedAtMs,
    requestedBy: sender,
    asked: 0,
    dueAtMs: nextRefundLookMs({ asked: 0 }, receivedAtMs),
  };
  return {
    entry,
    writes: [
      putRefund(refund),
      putOrder({ ...order, refundedFen: order.refundedFen + amountFen }),
      putWallet(wallet),
    ],
  };
}
