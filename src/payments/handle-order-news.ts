import { type Backend, conflictIs, type Decision, record } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import { providerAccount } from '../ledger/ledger.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { payInPostings } from '../wallet/pay-in.ts';
import { deposit } from '../wallet/wallet.ts';
import { putWallet, readWallet } from '../wallet/wallet-store.ts';
import { type Order, orderTransitions } from './order.ts';
import { putOrder, readOrder } from './order-store.ts';
import type { OrderNews, ProviderName } from './provider.ts';

/** How a provider's word came to us. */
export interface Word {
  readonly provider: ProviderName;
  readonly topic: 'notification' | 'sweep' | 'api';
  readonly payload: Uint8Array;
}

/**
 * Books what a provider says of an order: once, however often and by whichever way it is told. Answers the order as it
 * is then. Throws `not-found` for an order that is not there, and `payment-mismatch` when another amount was paid,
 * another provider says so, or another payment of the same order was booked before.
 */
export async function handleOrderNews(
  backend: Backend,
  word: Word,
  estateId: string,
  news: OrderNews,
): Promise<Order> {
  const order = await needOrder(backend, estateId, news.orderId);
  checkNews(order, word, news);
  const step = orderTransitions[order.state][news.state];
  if (step === 'nothing' || step === 'ask-later') return order;
  // Another one was quicker, and has told of another payment.
  const isAnother = conflictIs('payment-mismatch', `${order.orderId} was paid by another payment before`);
  await record(backend, () => decide(backend, word, estateId, news), isAnother);
  return needOrder(backend, estateId, news.orderId);
}

/** On the order as it is now: it may have been closed, or paid, since. */
async function decide(backend: Backend, word: Word, estateId: string, news: OrderNews): Promise<Decision> {
  const order = await needOrder(backend, estateId, news.orderId);
  checkNews(order, word, news);
  return news.state === 'paid' ? await book(backend, word, order, news) : close(backend, word, order);
}

async function book(
  backend: Backend,
  word: Word,
  order: Order,
  news: OrderNews & { readonly state: 'paid' },
): Promise<Decision> {
  const { estateId, householdId, orderId, amountFen, provider } = order;
  const { transactionId, paidAtMs } = news;
  const before = await readWallet(backend.table, estateId, householdId);
  const after = deposit(before, amountFen);
  const origin = originOf(backend, word, order, `paid ${transactionId} ${amountFen}`, paidAtMs);
  const { dueAtMs: _due, trouble: _trouble, ...settled } = order;
  return {
    entry: draft(keys.paymentStep(estateId, orderId, 'paid'), origin, {
      kind: 'top-up',
      outcome: 'paid-in',
      facts: {
        householdId,
        transferId: orderId,
        provider,
        transactionId,
        paidAtMs,
        ...(order.state === 'closed' ? { paidAfterClosing: true } : {}),
      },
      postings: payInPostings(providerAccount(provider), before, after, amountFen, orderId),
    }),
    writes: [putOrder({ ...settled, state: 'paid', transactionId, paidAtMs }), putWallet(after)],
  };
}

function close(backend: Backend, word: Word, order: Order): Decision {
  const { estateId, householdId, orderId, provider } = order;
  const { dueAtMs: _due, trouble: _trouble, ...settled } = order;
  return {
    entry: draft(keys.paymentStep(estateId, orderId, 'closed'), originOf(backend, word, order, 'closed'), {
      kind: 'payment-closed',
      outcome: 'closed',
      facts: { householdId, orderId, provider },
    }),
    // One that was paid in the meantime stays paid: the entry then only says that it was told.
    writes: order.state === 'created' ? [putOrder({ ...settled, state: 'closed' })] : [],
  };
}

/** What was answered, if it is an answer to what was asked. Throws `payment-mismatch`: an old answer may be put in its place. */
export function answerTo<News extends { readonly orderId: string; readonly refundId?: string }>(
  asked: { readonly orderId: string; readonly refundId?: string },
  news: News,
): News {
  if (news.orderId !== asked.orderId || news.refundId !== asked.refundId)
    throw new DomainError('payment-mismatch', `Asked for ${asked.orderId}, told of ${news.orderId}`);
  return news;
}

export async function needOrder(backend: Backend, estateId: string, orderId: string): Promise<Order> {
  const order = await readOrder(backend.table, estateId, orderId);
  if (order === undefined) throw new DomainError('not-found', `There is no order ${orderId}`);
  return order;
}

/** Whether this can be said of this order at all. */
function checkNews(order: Order, word: Word, news: OrderNews): void {
  if (order.provider !== word.provider)
    throw new DomainError('payment-mismatch', `${order.orderId} is not an order of ${word.provider}`);
  if (news.state !== 'paid') return;
  if (news.amountFen !== order.amountFen)
    throw new DomainError(
      'payment-mismatch',
      `${news.amountFen} fen were paid for ${order.orderId}, which costs ${order.amountFen}`,
    );
  if (order.transactionId !== undefined && order.transactionId !== news.transactionId)
    throw new DomainError('payment-mismatch', `${order.orderId} was paid by another payment before`);
}

/** A provider's word as the journal keeps it. By whichever way it comes, the fact is the same. */
export function originOf(
  backend: Backend,
  word: Word,
  { estateId }: Pick<Order, 'estateId'>,
  fact: string,
  occurredAtMs?: number,
): Origin {
  return {
    estateId,
    deviceId: word.provider,
    receivedAtMs: backend.clock.now(),
    ...(occurredAtMs === undefined ? {} : { occurredAtMs }),
    topic: word.topic,
    sender: word.provider,
    payload: word.payload,
    fact,
  };
}
