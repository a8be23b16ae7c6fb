import { providerNames } from '../../../contract/words/words.ts';
import type {
  NewOrder,
  NewRefund,
  Notification,
  NotificationRequest,
  OrderNews,
  PaymentProvider,
  Payments,
  ProviderName,
  RefundNews,
} from '../../../src/payments/provider.ts';
import { DomainError } from '../../../src/shared/errors.ts';
import type { Random } from '../../random.ts';
import type { Faults } from '../world/faults.ts';
import type { Schedule } from '../world/schedule.ts';

export interface StandInParts {
  readonly schedule: Schedule;
  readonly faults: Faults;
  readonly random: Random;
  /** Tells our function of it, and answers its HTTP status; undefined where it has crashed. */
  readonly notify: (name: ProviderName, request: NotificationRequest) => Promise<number | undefined>;
}

interface PaidOrder {
  readonly provider: ProviderName;
  readonly amountFen: number;
  readonly expiresAtMs: number;
  state: 'unpaid' | 'paid' | 'closed';
  transactionId: string;
  paidAtMs: number;
}

interface PaidBack {
  readonly provider: ProviderName;
  readonly orderId: string;
  readonly amountFen: number;
  state: 'processing' | 'succeeded' | 'failed';
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** As providers do: at first soon, then ever more seldom. */
const tellAgainMs = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600].map((s) => s * SECOND_MS);
/** A slow answer; after the longest one who asked has given up. */
const SLOW_MS = [1000, 3900] as const;
const GIVEN_UP_MS = 4000;

/**
 * Both payment providers behind the port, with books of their own: what they say may be late, lost, said twice or
 * forged, and what they did is their truth, against which the ledger is held.
 */
export class StandIn {
  readonly #parts: StandInParts;
  readonly orders = new Map<string, PaidOrder>();
  readonly refunds = new Map<string, PaidBack>();
  #numbers = 0;

  constructor(parts: StandInParts) {
    this.#parts = parts;
  }

  get payments(): Payments {
    return Object.fromEntries(providerNames.map((name) => [name, this.#provider(name)]));
  }

  /** What a provider has taken in, and paid back: fen. */
  turnover(name: ProviderName): { readonly paidFen: number; readonly backFen: number } {
    const sum = (of: Iterable<{ provider: ProviderName; amountFen: number; state: string }>, state: string) =>
      [...of]
        .filter((one) => one.provider === name && one.state === state)
        .reduce((total, { amountFen }) => total + amountFen, 0);
    return { paidFen: sum(this.orders.values(), 'paid'), backFen: sum(this.refunds.values(), 'succeeded') };
  }

  /** Somebody has scanned the code and types the password. */
  pay(orderId: string): void {
    const { schedule, random } = this.#parts;
    const order = this.orders.get(orderId);
    if (order?.state !== 'unpaid' || schedule.now() >= order.expiresAtMs) return;
    schedule.after(random.int(500, 90_000), `${orderId} is paid`, () => this.#paid(orderId, order));
  }

  /** Closed while it was being paid, an order is refused to its payer, or, by a fault, taken all the same. */
  #paid(orderId: string, order: PaidOrder): void {
    const { schedule, faults } = this.#parts;
    if (order.state === 'paid') return;
    const slipped = order.state === 'closed' && faults.strikes('paid-after-closing');
    if (order.state === 'closed' && !slipped) return;
    this.#numbers += 1;
    Object.assign(order, { state: 'paid', transactionId: `tx${this.#numbers}`, paidAtMs: schedule.now() });
    const notification: Notification = { about: 'order', news: this.#newsOf(orderId) };
    // Nobody asks for a closed order any more: this can be learned from the notification alone.
    if (slipped || !faults.strikes('notifications-lost')) this.#tell(order.provider, notification);
  }

  #provider(name: ProviderName): PaymentProvider {
    return {
      name,
      createOrder: (order) => this.#call(name, 'create', () => this.#create(name, order)),
      queryOrder: (orderId) => this.#call(name, 'query', () => this.#newsOf(orderId)),
      closeOrder: (orderId) => this.#call(name, 'close', () => this.#close(name, orderId)),
      refund: (refund) => this.#call(name, 'refund', () => this.#refund(name, refund)),
      queryRefund: (refund) => this.#call(name, 'query refund', () => this.#refundNews(refund)),
      readNotification: (request) => this.#read(request),
      answerNotification: (failure) => ({
        status: failure?.status ?? 200,
        contentType: 'text/plain',
        body: '',
      }),
    };
  }

  async #call<T>(name: ProviderName, what: string, act: () => T): Promise<T> {
    const { schedule, faults, random } = this.#parts;
    const slow = faults.strikes('provider-slow');
    await schedule.sleep(slow ? random.int(...SLOW_MS) : random.int(20, 300), `${name}: ${what}`);
    if (faults.strikes('provider-silent')) throw silent(name);
    const answer = act();
    if (!faults.strikes('provider-answer-lost')) return answer;
    await schedule.sleep(GIVEN_UP_MS, '');
    throw silent(name);
  }

  #create(name: ProviderName, { orderId, amountFen, expiresAtMs }: NewOrder) {
    const known = this.orders.get(orderId);
    if (known !== undefined && known.state !== 'unpaid')
      throw new DomainError('provider-refused', `${orderId} is ${known.state}`);
    const order = { provider: name, amountFen, expiresAtMs, transactionId: '', paidAtMs: 0 };
    if (known === undefined) this.orders.set(orderId, { ...order, state: 'unpaid' });
    return { qrText: `pay://${orderId}` };
  }

  #newsOf(orderId: string): OrderNews {
    const order = this.orders.get(orderId);
    if (order?.state !== 'paid') return { orderId, state: order?.state ?? 'unpaid' };
    const { amountFen, transactionId, paidAtMs } = order;
    return { orderId, state: 'paid', amountFen, transactionId, paidAtMs };
  }

  #close(name: ProviderName, orderId: string): 'closed' | 'open' {
    const order = this.orders.get(orderId);
    if (order?.state === 'paid') return 'open';
    if (order !== undefined) order.state = 'closed';
    else
      this.orders.set(orderId, {
        ...{ provider: name, amountFen: 0, expiresAtMs: 0, transactionId: '', paidAtMs: 0 },
        state: 'closed',
      });
    return 'closed';
  }

  /** One number is paid back once. What goes beyond the payment is refused. */
  #refund(name: ProviderName, { orderId, refundId, amountFen }: NewRefund): RefundNews {
    if (!this.refunds.has(refundId)) {
      const paidFen = this.orders.get(orderId)?.amountFen ?? 0;
      const beforeFen = [...this.refunds.values()]
        .filter((one) => one.orderId === orderId && one.state !== 'failed')
        .reduce((sum, one) => sum + one.amountFen, 0);
      const state = beforeFen + amountFen > paidFen ? 'failed' : 'processing';
      this.refunds.set(refundId, { provider: name, orderId, amountFen, state });
      if (state === 'processing') this.#payBack(refundId);
    }
    return this.#refundNews({ orderId, refundId });
  }

  #payBack(refundId: string): void {
    const { schedule, faults, random } = this.#parts;
    const refund = this.refunds.get(refundId);
    if (refund === undefined) return;
    const end = () => {
      refund.state = faults.strikes('refund-fails') ? 'failed' : 'succeeded';
    };
    if (random.chance(0.3)) {
      end();
      return;
    }
    schedule.after(random.int(SECOND_MS, 120 * MINUTE_MS), `${refundId} is decided`, () => {
      end();
      const news = this.#refundNews({ orderId: refund.orderId, refundId });
      if (!faults.strikes('notifications-lost')) this.#tell(refund.provider, { about: 'refund', news });
    });
  }

  #refundNews({ orderId, refundId }: Pick<NewRefund, 'orderId' | 'refundId'>): RefundNews {
    const refund = this.refunds.get(refundId);
    if (refund === undefined) return { orderId, refundId, state: 'unknown', said: 'NOT_FOUND' };
    const { state, amountFen } = refund;
    return { orderId: refund.orderId, refundId, state, amountFen, said: state.toUpperCase() };
  }

  /** Until it is taken, or the provider has said it often enough. */
  #tell(name: ProviderName, notification: Notification): void {
    const { schedule, faults, random, notify } = this.#parts;
    const request = signed(notification, schedule.now());
    const tell = async (attempt: number): Promise<void> => {
      const lost = faults.strikes('notification-lost');
      const status = lost ? undefined : await notify(name, request);
      if (!lost && faults.strikes('notification-again')) again(random.int(20, 120 * MINUTE_MS), attempt);
      if (status !== 200) again(tellAgainMs[attempt] ?? 3600 * SECOND_MS, attempt + 1);
    };
    const again = (delayMs: number, attempt: number) =>
      attempt <= tellAgainMs.length &&
      schedule.after(delayMs, `${name} tells of ${notification.news.orderId}`, () => void tell(attempt));
    again(
      faults.strikes('notification-late') ? random.int(MINUTE_MS, 90 * MINUTE_MS) : random.int(50, 5000),
      0,
    );
  }

  /** Says what is not so; answers the statuses of those that were taken. */
  async forge(orderId: string): Promise<number[]> {
    const { schedule, random, notify } = this.#parts;
    const order = this.orders.get(orderId);
    const name = order?.provider ?? random.pick(providerNames);
    const amountFen = order?.amountFen ?? 1000;
    const paid = {
      orderId,
      state: 'paid',
      amountFen,
      transactionId: 'forged',
      paidAtMs: schedule.now(),
    } as const;
    const wrong = { ...paid, amountFen: amountFen + random.int(1, 5000) };
    const taken: number[] = [];
    for (const request of [
      { ...signed({ about: 'order', news: paid }, schedule.now()), headers: { signature: 'forged' } },
      signed({ about: 'order', news: wrong }, schedule.now()),
      signed({ about: 'order', news: { ...paid, orderId: `P${random.int(0, 99_999)}` } }, schedule.now()),
    ]) {
      const status = await notify(name, request);
      if (status === 200) taken.push(status);
    }
    return taken;
  }

  #read({ headers, body }: NotificationRequest): Notification {
    if (headers['signature'] !== 'genuine')
      throw new DomainError('signature-invalid', 'This is not the signature of the provider');
    return JSON.parse(Buffer.from(body).toString()) as Notification;
  }
}

function signed(notification: Notification, atMs: number): NotificationRequest {
  return { headers: { signature: 'genuine' }, body: Buffer.from(JSON.stringify({ ...notification, atMs })) };
}

function silent(name: ProviderName): DomainError {
  return new DomainError('provider-unavailable', `${name} does not answer`);
}
