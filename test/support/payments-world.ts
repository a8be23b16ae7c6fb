import { afterAll, beforeAll, beforeEach } from 'vitest';
import { balances } from '../../src/ledger/ledger.ts';
import { handleOrderNews, type Word } from '../../src/payments/handle-order-news.ts';
import type { OrderNews, PaymentProvider, ProviderName } from '../../src/payments/provider.ts';
import { type RefundRequest, requestRefund } from '../../src/payments/request-refund.ts';
import { paymentDue } from '../../src/payments/watch-payment.ts';
import type { Item, Key } from '../../src/shared/table.ts';
import { withdraw } from '../../src/wallet/wallet.ts';
import { putWallet } from '../../src/wallet/wallet-store.ts';
import { estateId } from './estate.ts';
import { personOrigin, testPayments } from './payments.ts';

/** The estate and the stand-in of both providers of the test that runs, and what such tests ask of them. */
export let world: Awaited<ReturnType<typeof testPayments>>;

/** One stand-in for all tests of a file, and an empty estate and a provider that behaves for each of them. */
export function freshPayments(): void {
  beforeAll(async () => {
    world = await testPayments();
  });
  beforeEach(() => world.reset());
  afterAll(() => world?.stop());
}

/** What the estate begins with: h1 has paid in 2000 fen in cash. */
export const cashFen = 2000;
export const balanceFen = async (): Promise<number> => (await world.wallet()).balanceFen;
export const sums = () => balances(world.estate.entries().flatMap(({ postings = [] }) => postings));
/** What was paid in by a provider. */
export const paidIn = () =>
  world.estate.entries('top-up').filter(({ facts }) => facts['provider'] !== undefined);
export const pay = (orderId: string) => world.control('/pay', { orderId });
/** The notification of a refund comes beside its answer. */
export const settled = () => world.control('/idle', {});
export const orderNow = (orderId: string): Item | undefined =>
  [...world.estate.table.all()].find((item) => item['orderId'] === orderId && item.sk === 'PAYMENT');

export function minutesLater(minutes: number): void {
  world.estate.clockMs += minutes * 60_000;
}
export function sweepAfter(minutes: number): Promise<unknown> {
  minutesLater(minutes);
  return world.sweep();
}

/** A provider's word, that came by itself or was asked for. */
export const wordOf = (provider: ProviderName, topic: Word['topic'] = 'notification'): Word => ({
  ...{ provider, topic, payload: new Uint8Array() },
});
export const tellOrder = (word: Word, news: OrderNews, backend = world.estate.backend) =>
  handleOrderNews(backend, word, estateId, news);
export const askRefund = (wanted: RefundRequest) =>
  requestRefund(world.estate.backend, world.payments, personOrigin(world.estate), wanted);
/** The timer of an order or a refund, where the provider says something else than its stand-in. */
export const due = (provider: ProviderName, said: Partial<PaymentProvider>, key: Key) =>
  paymentDue(
    { ...world.estate.backend, payments: { [provider]: { ...world.payments[provider], ...said } } },
    key,
  );

/** Money that h1 has spent elsewhere meanwhile. */
export async function spentElsewhere(fen: number): Promise<void> {
  await world.estate.table.commit([putWallet(withdraw(await world.wallet(), fen))]);
}
