import type { Backend } from '../journal/commit.ts';
import type { RefusalCounter } from '../journal/counted-refusals.ts';
import { nobodysEstate } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { log, said } from '../shared/log.ts';
import { handleOrderNews, type Word } from './handle-order-news.ts';
import { handleRefundNews } from './handle-refund-news.ts';
import { estateOfOrder } from './order-store.ts';
import type { NotificationAnswer, NotificationRequest, PaymentProvider } from './provider.ts';
import { refuseNews } from './refuse-news.ts';

/**
 * Takes what a provider tells by itself and answers in the provider's own way; never throws. It is answered from what
 * is stored, without asking the provider, well within the five seconds that providers wait. Whatever is not believed is
 * kept as a refusal, answered as not taken, and told again; when that goes on, the order's timer asks. What is signed is
 * journalled, one by one; what is not, and what somebody repeats word for word, anybody can send: that is counted.
 */
export async function handleNotification(
  backend: Backend,
  counter: RefusalCounter,
  provider: PaymentProvider,
  request: NotificationRequest,
): Promise<NotificationAnswer> {
  const word: Word = { provider: provider.name, topic: 'notification', payload: request.body };
  let estateId: string | undefined;
  try {
    const notification = provider.readNotification(request);
    estateId = await estateOfOrder(backend.table, notification.news.orderId);
    if (estateId === undefined)
      throw new DomainError('not-found', `There is no order ${notification.news.orderId.slice(0, 64)}`);
    if (notification.about === 'order') await handleOrderNews(backend, word, estateId, notification.news);
    else await handleRefundNews(backend, word, estateId, notification.news);
    return provider.answerNotification(undefined);
  } catch (error) {
    return await refusal(backend, counter, provider, word, estateId, error);
  }
}

async function refusal(
  backend: Backend,
  counter: RefusalCounter,
  provider: PaymentProvider,
  word: Word,
  estateId: string | undefined,
  error: unknown,
): Promise<NotificationAnswer> {
  if (!(error instanceof DomainError) || error.retry) {
    log('notification-failed', { provider: provider.name, ...said(error) });
    return provider.answerNotification({ status: 503, error: 'unavailable' });
  }
  log('notification-refused', { provider: provider.name, reason: error.error });
  try {
    const isSigned = error.error !== 'signature-invalid';
    if (!isSigned || !(await refuseNews(backend, word, estateId, error)))
      await counter.add({
        ...{ estateId: estateId ?? nobodysEstate, deviceId: provider.name, topic: word.topic },
        ...{ reason: error.error, detail: error.message, atMs: backend.clock.now() },
      });
  } catch (failure) {
    log('refusal-not-kept', { provider: provider.name, ...said(failure) });
  }
  return provider.answerNotification({ status: error.status, error: error.error });
}
