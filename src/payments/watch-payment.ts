import { orderSchema, refundSchema } from '../../contract/shapes/payment.ts';
import type { CardVault } from '../devices/card-vault.ts';
import type { Backend } from '../journal/commit.ts';
import { DomainError } from '../shared/errors.ts';
import type { Key } from '../shared/table.ts';
import { answerTo, handleOrderNews, type Word } from './handle-order-news.ts';
import { handleRefundNews } from './handle-refund-news.ts';
import { nextLookMs, type Order } from './order.ts';
import { putOrder, putRefund } from './order-store.ts';
import { type Payments, providerOf } from './provider.ts';
import { nextRefundLookMs, type Refund } from './refund.ts';
import { refuseNews } from './refuse-news.ts';
import { ofRefund } from './request-refund.ts';

export interface PaymentSources extends Backend {
  /** Absent where nobody can be asked: the timers then wait. */
  readonly payments?: Payments;
  /** Where payments are journalled under a key of their own. */
  readonly paymentVault?: CardVault;
}

/** The timer of an order or a refund: no notification came, so the provider is asked. */
export async function paymentDue(sources: PaymentSources, key: Key): Promise<void> {
  const { payments } = sources;
  if (payments === undefined) return;
  const [item] = await sources.table.get([key]);
  if (item?.dueAtMs === undefined) return;
  const backend = { ...sources, vault: sources.paymentVault ?? sources.vault };
  if (key.sk === 'PAYMENT') await orderDue(backend, payments, orderSchema.parse(item));
  else await refundDue(backend, payments, refundSchema.parse(item));
}

/** Asked; and when the time to pay is over, closed at the provider first, so that nobody can pay it afterwards. */
async function orderDue(backend: Backend, payments: Payments, order: Order): Promise<void> {
  const { estateId, orderId, provider: name } = order;
  const word = wordOf(name);
  const trouble = await told(backend, word, estateId, async () => {
    const provider = providerOf(payments, name);
    const news = answerTo({ orderId }, await provider.queryOrder(orderId));
    const { state } = await handleOrderNews(backend, word, estateId, news);
    if (state !== 'created' || backend.clock.now() < order.expiresAtMs) return;
    if ((await provider.closeOrder(orderId)) === 'closed')
      await handleOrderNews(backend, word, estateId, { orderId, state: 'closed' });
  });
  // Written under the version that was read: whoever has settled it since has taken the timer away.
  const { trouble: _before, ...waiting } = order;
  const asked = order.asked + 1;
  const dueAtMs = nextLookMs({ expiresAtMs: order.expiresAtMs, asked }, backend.clock.now());
  const again = { ...waiting, asked, dueAtMs };
  await backend.table.commit([putOrder(trouble === undefined ? again : { ...again, trouble })]);
}

/** Asked what became of it; asked for once more, under the same number, when the provider has never heard of it. */
async function refundDue(backend: Backend, payments: Payments, refund: Refund): Promise<void> {
  const { estateId, provider: name } = refund;
  const word = wordOf(name);
  let said: string | undefined;
  const trouble = await told(backend, word, estateId, async () => {
    const provider = providerOf(payments, name);
    const request = ofRefund(refund);
    const heard = await provider.queryRefund(request);
    const news = heard.state === 'unknown' ? await provider.refund(request) : heard;
    said = news.said;
    await handleRefundNews(backend, word, estateId, answerTo(ofNumber(refund), news));
  });
  const asked = refund.asked + 1;
  const dueAtMs = nextRefundLookMs({ asked }, backend.clock.now());
  const again: Refund = { ...refund, asked, dueAtMs };
  const last = trouble ?? said;
  await backend.table.commit([putRefund(last === undefined ? again : { ...again, said: last })]);
}

/**
 * Does it, and says what stood in the way: a provider that is silent or refuses is waited for; what it says and cannot
 * be believed is journalled too. Anything else is thrown.
 */
async function told(
  backend: Backend,
  word: Word,
  estateId: string,
  ask: () => Promise<void>,
): Promise<string | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (!error.error.startsWith('provider-')) {
      if (error.retry) throw error;
      await refuseNews(backend, word, estateId, error);
    }
    return `${error.error}: ${error.message}`.slice(0, 200);
  }
}

const ofNumber = ({ orderId, refundId }: Refund) => ({ orderId, refundId });

const wordOf = (provider: Word['provider']): Word => ({
  provider,
  topic: 'sweep',
  payload: new Uint8Array(),
});
