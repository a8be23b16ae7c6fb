import type { providerNames } from '../../contract/words/words.ts';
import { DomainError } from '../shared/errors.ts';

export type ProviderName = (typeof providerNames)[number];

export interface NewOrder {
  /** Our number of it (`out_trade_no`): the provider takes one payment for it, however often it is created. */
  readonly orderId: string;
  readonly amountFen: number;
  /** What the payer reads. */
  readonly description: string;
  /** After this nobody can pay it any more. */
  readonly expiresAtMs: number;
  /** `native`: a QR code that another device scans. `jsapi`: a page inside WeChat, for the payer with this openid. */
  readonly way: 'native' | 'jsapi';
  readonly openId?: string | undefined;
}

/** What the payer's phone needs. */
export type Invitation = { readonly qrText: string } | { readonly jsapi: Readonly<Record<string, string>> };

/**
 * What a provider says of an order, checked to be said by the provider, to this merchant and in CNY. `unpaid` is also
 * the answer for an order that the provider has never heard of, or whose code nobody has scanned.
 */
export type OrderNews =
  | { readonly orderId: string; readonly state: 'unpaid' | 'closed' }
  | {
      readonly orderId: string;
      readonly state: 'paid';
      readonly amountFen: number;
      /** The provider's own number of the payment. */
      readonly transactionId: string;
      readonly paidAtMs: number;
    };

export interface NewRefund {
  readonly orderId: string;
  /** Our number of it: the provider pays it back once, however often it is asked. */
  readonly refundId: string;
  readonly amountFen: number;
  /** What was paid in all. */
  readonly paidFen: number;
  readonly reason: string;
}

/**
 * What a provider says of a refund. `unknown`: it has never heard of it, so that it is asked again. `processing`: no
 * result yet. `failed`: the money stays with the merchant and never goes out under this number.
 */
export interface RefundNews {
  readonly orderId: string;
  readonly refundId: string;
  readonly state: 'unknown' | 'processing' | 'succeeded' | 'failed';
  /** Absent where the provider does not say; checked where it does. */
  readonly amountFen?: number | undefined;
  /** The provider's word for it, for whoever looks into it. */
  readonly said: string;
}

/** What a provider tells by itself, with the signature and the time checked. */
export type Notification =
  | { readonly about: 'order'; readonly news: OrderNews }
  | { readonly about: 'refund'; readonly news: RefundNews };

export interface NotificationRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Byte for byte as it came: the signature is over this. */
  readonly body: Uint8Array;
}

export interface NotificationAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * One way to pay. Everything that comes back is verified: `signature-invalid`, `notification-expired`, `payment-mismatch`
 * (another merchant) and `currency-unknown` are thrown for what is not, and `provider-unavailable` when the provider
 * does not answer in time or says that it cannot.
 */
export interface PaymentProvider {
  readonly name: ProviderName;
  /** Throws `provider-refused` when the provider does not want the order. */
  createOrder(order: NewOrder): Promise<Invitation>;
  queryOrder(orderId: string): Promise<OrderNews>;
  /** Afterwards nobody can pay it: `closed`. `open`: it could not be closed, because it is paid or being paid. */
  closeOrder(orderId: string): Promise<'closed' | 'open'>;
  refund(refund: NewRefund): Promise<RefundNews>;
  queryRefund(refund: NewRefund): Promise<RefundNews>;
  readNotification(request: NotificationRequest): Notification;
  /** The provider's own form for taken and not taken: what is not taken is told again. */
  answerNotification(
    failure: { readonly status: number; readonly error: string } | undefined,
  ): NotificationAnswer;
}

/** What a provider says that it moved. Apart from the payments, because only the books ask for it. */
export interface BillSource {
  /** The provider's bill of one day in Beijing, YYYY-MM-DD, as CSV text; empty when nothing was moved. */
  downloadBill(day: string): Promise<string>;
}

type ByProvider<T> = Partial<Readonly<Record<ProviderName, T>>>;

/** Who may be asked for money here, and for bills. */
export type Payments = ByProvider<PaymentProvider>;
export type BillSources = ByProvider<BillSource>;

/** Throws `provider-unconfigured` for one that this deployment has no merchant of. */
export function providerOf<T>(providers: ByProvider<T>, name: ProviderName): T {
  const provider = providers[name];
  if (provider === undefined)
    throw new DomainError('provider-unconfigured', `Nothing can be paid by ${name} here`);
  return provider;
}

/** One request, made and answered within `timeoutMs`. Throws `provider-unavailable` where there is no answer. */
export type HttpCall = (request: {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}) => Promise<HttpAnswer>;

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** What every provider is built from; time and chance are passed in. */
export interface ProviderWorld {
  readonly http: HttpCall;
  readonly now: () => number;
  /** A fresh nonce of 32 letters and digits. */
  readonly nonce: () => string;
  /** Where the provider sends notifications: our own address, without a slash at its end. */
  readonly notificationUrl: string;
}

/** How long one call may take. The sweep makes at most three of them one after the other, the books two. */
export const callTimeoutMs = 4_000;

/** A signed message is taken this long before or after the moment it was signed at. */
const signedWithinMs = 5 * 60_000;

/** Throws `notification-expired`: an old message may be one that somebody kept and sends again. */
export function checkRecent(signedAtMs: number, nowMs: number): void {
  if (!Number.isFinite(signedAtMs) || Math.abs(nowMs - signedAtMs) > signedWithinMs)
    throw new DomainError('notification-expired', 'Signed more than five minutes before or after it came');
}
