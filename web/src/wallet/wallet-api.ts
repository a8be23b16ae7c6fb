import { type Client, within } from '../client.ts';
import * as contract from './contract.ts';

export type Provider = 'wechat-pay' | 'alipay';

/** What the pages ask the HTTP API about one household's money. Whoever changes something chooses the request's id. */
export interface WalletApi {
  wallet(signal?: AbortSignal): Promise<contract.Wallet>;
  /** The newest last; `after` is where the page before ended. */
  movements(query: { month?: string; after?: string }, signal?: AbortSignal): Promise<MovementPage>;
  /** Null: no limit. */
  setBudget(requestId: string, monthLimitFen: number | null): Promise<contract.Wallet>;
  /** How far below zero the household may charge; an operator's to say. */
  setCreditLimit(requestId: string, creditLimitFen: number): Promise<contract.CreditAnswer>;
  setMember(requestId: string, member: MemberChange): Promise<contract.Wallet>;
  removeMember(requestId: string, memberId: string): Promise<contract.Wallet>;
  notices(signal?: AbortSignal): Promise<contract.Notice[]>;
  markRead(noticeId: string): Promise<contract.Notice>;
  offers(signal?: AbortSignal): Promise<contract.Offer[]>;
  buy(requestId: string, packageId: string): Promise<void>;
  giveBack(requestId: string, purchaseId: string): Promise<void>;
  pay(requestId: string, amountFen: number, provider: Provider): Promise<contract.Payment>;
  payment(orderId: string, signal?: AbortSignal): Promise<contract.Payment>;
  payments(signal?: AbortSignal): Promise<contract.Payment[]>;
  payBack(requestId: string, orderId: string, amountFen: number, reason: string): Promise<contract.Refund>;
}

export interface MovementPage {
  readonly movements: readonly contract.Movement[];
  readonly next?: string | undefined;
}

export interface MemberChange {
  readonly memberId: string;
  readonly name?: string;
  readonly monthLimitFen?: number;
}

export function walletApi({ get, post }: Client, estateId: string, householdId: string): WalletApi {
  const own = within(estateId, `households/${encodeURIComponent(householdId)}`);
  const payments = within(estateId, 'payments');
  const part = encodeURIComponent;
  return {
    wallet: (signal) => get(contract.wallet, `${own}/wallet`, signal),
    movements: (query, signal) =>
      get(contract.movementList, `${own}/movements?${new URLSearchParams(query)}`, signal),
    setBudget: (requestId, monthLimitFen) =>
      post(contract.wallet, `${own}/budget`, { requestId, monthLimitFen }),
    setCreditLimit: (requestId, creditLimitFen) =>
      post(contract.creditAnswer, `${own}/credit-limit`, { requestId, creditLimitFen }),
    setMember: (requestId, member) => post(contract.wallet, `${own}/members`, { requestId, ...member }),
    removeMember: (requestId, memberId) =>
      post(contract.wallet, `${own}/members/${part(memberId)}/remove`, { requestId }),
    notices: async (signal) => (await get(contract.noticeList, `${own}/notices`, signal)).notices,
    markRead: (noticeId) => post(contract.notice, `${own}/notices/${part(noticeId)}/read`),
    offers: async (signal) => (await get(contract.offerList, within(estateId, 'packages'), signal)).packages,
    buy: async (requestId, packageId) => {
      await post(contract.bought, within(estateId, 'packages'), { requestId, packageId });
    },
    giveBack: async (requestId, purchaseId) => {
      await post(contract.bought, `${own}/packages/${part(purchaseId)}/return`, { requestId });
    },
    pay: (requestId, amountFen, provider) =>
      post(contract.payment, payments, { requestId, amountFen, provider }),
    payment: (orderId, signal) => get(contract.payment, `${payments}/${part(orderId)}`, signal),
    payments: async (signal) => {
      const query = new URLSearchParams({ householdId });
      return (await get(contract.paymentList, `${payments}?${query}`, signal)).payments;
    },
    payBack: (requestId, orderId, amountFen, reason) =>
      post(contract.refund, `${payments}/${part(orderId)}/refunds`, { requestId, amountFen, reason }),
  };
}
