import type { Client } from '../../../contract/client.ts';
import type { Payment } from '../../../contract/shapes/payment.ts';
import type { Provider } from '../../../contract/words/words.ts';

export interface MemberChange {
  readonly memberId: string;
  readonly name?: string;
  readonly monthLimitFen?: number;
}

/** What the pages ask the HTTP API about one household's money. Whoever changes something chooses the request's id. */
export type WalletApi = ReturnType<typeof walletApi>;

export function walletApi({ call }: Client, estateId: string, householdId: string) {
  const estate = { estateId };
  const path = { estateId, householdId };
  return {
    wallet: (signal?: AbortSignal) =>
      call('GET /estates/{estateId}/households/{householdId}/wallet', { path, signal }),
    /** The newest last; `after` is where the page before ended. */
    movements: (query: { readonly month?: string; readonly after?: string }, signal?: AbortSignal) =>
      call('GET /estates/{estateId}/households/{householdId}/movements', { path, query, signal }),
    /** Null: no limit. */
    setBudget: (requestId: string, monthLimitFen: number | null) =>
      call('POST /estates/{estateId}/households/{householdId}/budget', {
        path,
        body: { requestId, monthLimitFen },
      }),
    /** How far below zero the household may charge; an operator's to say. */
    setCreditLimit: (requestId: string, creditLimitFen: number) =>
      call('POST /estates/{estateId}/households/{householdId}/credit-limit', {
        path,
        body: { requestId, creditLimitFen },
      }),
    setMember: (requestId: string, member: MemberChange) =>
      call('POST /estates/{estateId}/households/{householdId}/members', {
        path,
        body: { requestId, ...member },
      }),
    removeMember: (requestId: string, memberId: string) =>
      call('POST /estates/{estateId}/households/{householdId}/members/{memberId}/remove', {
        path: { ...path, memberId },
        body: { requestId },
      }),
    notices: async (signal?: AbortSignal) =>
      (await call('GET /estates/{estateId}/households/{householdId}/notices', { path, signal })).notices,
    markRead: (noticeId: string) =>
      call('POST /estates/{estateId}/households/{householdId}/notices/{noticeId}/read', {
        path: { ...path, noticeId },
      }),
    offers: async (signal?: AbortSignal) =>
      (await call('GET /estates/{estateId}/packages', { path: estate, signal })).packages,
    buy: (requestId: string, packageId: string) =>
      call('POST /estates/{estateId}/packages', { path: estate, body: { requestId, packageId } }),
    giveBack: (requestId: string, purchaseId: string) =>
      call('POST /estates/{estateId}/households/{householdId}/packages/{purchaseId}/return', {
        path: { ...path, purchaseId },
        body: { requestId },
      }),
    pay: (requestId: string, amountFen: number, provider: Provider): Promise<Payment> =>
      call('POST /estates/{estateId}/payments', {
        path: estate,
        body: { requestId, amountFen, provider },
      }),
    payment: (orderId: string, signal?: AbortSignal) =>
      call('GET /estates/{estateId}/payments/{orderId}', { path: { estateId, orderId }, signal }),
    payments: async (signal?: AbortSignal) =>
      (await call('GET /estates/{estateId}/payments', { path: estate, query: { householdId }, signal }))
        .payments,
    payBack: (requestId: string, orderId: string, amountFen: number, reason: string) =>
      call('POST /estates/{estateId}/payments/{orderId}/refunds', {
        path: { estateId, orderId },
        body: { requestId, amountFen, reason },
      }),
  };
}
