import { type Backend, type Decision, record } from '../journal/commit.ts';
import { draft, type EntryContent } from '../journal/entry.ts';
import { providerAccount, refundPendingAccount } from '../ledger/ledger.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Write } from '../shared/table.ts';
import { payInPostings } from '../wallet/pay-in.ts';
import { deposit } from '../wallet/wallet.ts';
import { putWallet, readWallet } from '../wallet/wallet-store.ts';
import { needOrder, originOf, type Word } from './handle-order-news.ts';
import { putOrder, putRefund, readRefund } from './order-store.ts';
import type { RefundNews } from './provider.ts';
import { type Refund, refundTransitions } from './refund.ts';

/**
 * Books what a provider says of a refund, once: paid out, or back into the wallet. Answers the refund as it is then.
 * Throws `not-found`, and `payment-mismatch` for another amount, another provider, or the opposite of what it said
 * before.
 */
export async function handleRefundNews(
  backend: Backend,
  word: Word,
  estateId: string,
  news: RefundNews,
): Promise<Refund> {
  const of = { estateId, orderId: news.orderId, refundId: news.refundId };
  const refund = await needRefund(backend, of);
  const step = stepOf(refund, word, news);
  if (step === 'nothing' || step === 'ask-again' || step === 'ask-later') return refund;
  await record(backend, async () => {
    const now = await needRefund(backend, of);
    stepOf(now, word, news);
    return news.state === 'succeeded' ? payOut(backend, word, now, news) : giveBack(backend, word, now, news);
  });
  return await needRefund(backend, of);
}

function stepOf(refund: Refund, word: Word, news: RefundNews) {
  if (refund.provider !== word.provider)
    throw new DomainError('payment-mismatch', `${refund.refundId} is not a refund of ${word.provider}`);
  if (news.amountFen !== undefined && news.amountFen !== refund.amountFen)
    throw new DomainError(
      'payment-mismatch',
      `${news.amountFen} fen went back under ${refund.refundId}, which is ${refund.amountFen}`,
    );
  const step = refundTransitions[refund.state][news.state];
  if (step === 'contradict')
    throw new DomainError(
      'payment-mismatch',
      `${refund.refundId} ${refund.state}, and now it is ${news.state}: ${news.said}`,
    );
  return step;
}

export async function needRefund(
  backend: Backend,
  of: Pick<Refund, 'estateId' | 'orderId' | 'refundId'>,
): Promise<Refund> {
  const refund = await readRefund(backend.table, of);
  if (refund === undefined) throw new DomainError('not-found', `There is no refund ${of.refundId}`);
  return refund;
}

function payOut(backend: Backend, word: Word, refund: Refund, news: RefundNews): Decision {
  const { provider, amountFen, refundId } = refund;
  const posting = {
    debit: refundPendingAccount(provider),
    credit: providerAccount(provider),
    amountFen,
    memo: refundId,
  };
  return ended(backend, word, refund, news, 'succeeded', {
    outcome: 'paid-out',
    postings: [posting],
  });
}

async function giveBack(backend: Backend, word: Word, refund: Refund, news: RefundNews): Promise<Decision> {
  const { estateId, orderId, householdId, provider, amountFen, refundId } = refund;
  const order = await needOrder(backend, estateId, orderId);
  const before = await readWallet(backend.table, estateId, householdId);
  const after = deposit(before, amountFen);
  const content = {
    outcome: 'given-back',
    postings: payInPostings(refundPendingAccount(provider), before, after, amountFen, refundId),
  } as const;
  return ended(backend, word, refund, news, 'failed', content, [
    putOrder({ ...order, refundedFen: order.refundedFen - amountFen }),
    putWallet(after),
  ]);
}

function ended(
  backend: Backend,
  word: Word,
  refund: Refund,
  { said }: RefundNews,
  state: 'succeeded' | 'failed',
  content: Pick<EntryContent, 'outcome' | 'postings'>,
  writes: readonly Write[] = [],
): Decision {
  const { estateId, orderId, refundId, householdId, provider, amountFen } = refund;
  const { dueAtMs: _due, ...settled } = refund;
  return {
    entry: draft(
      keys.refundStep(estateId, orderId, refundId, state),
      originOf(backend, word, refund, state),
      {
        ...content,
        kind: `refund-${state}`,
        facts: { refundId, orderId, householdId, provider, amountFen, said },
      },
    ),
    writes: [putRefund({ ...settled, state, said }), ...writes],
  };
}
