import { type Client, within } from '../client.ts';
import * as contract from './contract.ts';

export type CashKind = 'cash-top-up' | 'cash-refund';

/** What the office's page asks of the HTTP API. */
export interface OfficeApi {
  orders(signal?: AbortSignal): Promise<contract.Order[]>;
  /** The first households that a part of an id, or of building and unit, may mean. */
  households(search: string, signal?: AbortSignal): Promise<contract.Household[]>;
  /** The request's id is the order's: asked for again it is the same order. */
  cash(requestId: string, kind: CashKind, householdId: string, amountFen: number): Promise<contract.Order>;
  correct(requestId: string, correction: Correction): Promise<contract.Order>;
  decide(order: contract.Order, decision: 'approve' | 'reject'): Promise<contract.Order>;
  /** Changes of the configuration that wait for a second person. */
  changes(signal?: AbortSignal): Promise<contract.Change[]>;
  decideChange(changeId: string, decision: 'approve' | 'reject'): Promise<contract.Change>;
  /** What was changed, newest first; `before` is where the page before ended. */
  audit(before?: string, signal?: AbortSignal): Promise<contract.AuditPage>;
  /** The slip as a page of its own; every one but the first says that it is a copy. */
  slip(order: contract.Order): Promise<string>;
}

export interface Correction {
  readonly householdId: string;
  /** Positive gives to the household, negative takes. */
  readonly amountFen: number;
  readonly reason: string;
}

const paths: Readonly<Record<string, string>> = {
  'cash-top-up': 'cash-top-ups',
  'cash-refund': 'cash-refunds',
  correction: 'corrections',
};

export function officeApi({ get, post, postForPage }: Client, estateId: string): OfficeApi {
  const pathOf = (kind: string) => within(estateId, paths[kind] ?? kind);
  const orderPath = ({ kind, orderId }: contract.Order) => `${pathOf(kind)}/${encodeURIComponent(orderId)}`;
  return {
    orders: async (signal) =>
      (await get(contract.orderList, within(estateId, 'office-orders'), signal)).orders,
    households: async (search, signal) => {
      const query = new URLSearchParams({ search, limit: '20' });
      return (await get(contract.householdList, within(estateId, `households?${query}`), signal)).households;
    },
    cash: (requestId, kind, householdId, amountFen) =>
      post(contract.order, pathOf(kind), {
        ...(kind === 'cash-top-up' ? { transferId: requestId } : { refundId: requestId }),
        ...{ householdId, amountFen, currency: 'CNY' },
      }),
    correct: (correctionId, correction) =>
      post(contract.order, pathOf('correction'), { correctionId, ...correction, currency: 'CNY' }),
    decide: (order, decision) => post(contract.order, `${orderPath(order)}/${decision}`),
    changes: async (signal) => (await get(contract.changeList, within(estateId, 'changes'), signal)).changes,
    decideChange: (changeId, decision) =>
      post(contract.change, within(estateId, `changes/${encodeURIComponent(changeId)}/${decision}`)),
    audit: (before, signal) => {
      const query = new URLSearchParams({ limit: '30', ...(before === undefined ? {} : { before }) });
      return get(contract.auditPage, within(estateId, `audit?${query}`), signal);
    },
    slip: (order) => postForPage(`${orderPath(order)}/slip/print`),
  };
}
