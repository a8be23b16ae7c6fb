import type { AnswerOf, Client } from '../../../contract/client.ts';
import type { OrderShown } from '../../../contract/shapes/office.ts';

export type CashKind = 'cash-top-up' | 'cash-refund';
export type Decision = 'approve' | 'reject';
export type AuditPage = AnswerOf<'GET /estates/{estateId}/audit'>;

/** What the office's page asks of the HTTP API. */
export type OfficeApi = ReturnType<typeof officeApi>;

export interface Correction {
  readonly householdId: string;
  /** Positive gives to the household, negative takes. */
  readonly amountFen: number;
  readonly reason: string;
}

export function officeApi({ call }: Client, estateId: string) {
  const path = { estateId };
  return {
    orders: async (signal?: AbortSignal) =>
      (await call('GET /estates/{estateId}/office-orders', { path, signal })).orders,
    /** The first households that a part of an id, or of building and unit, may mean. */
    households: async (search: string, signal?: AbortSignal) => {
      const query = { search, limit: 20 };
      return (await call('GET /estates/{estateId}/households', { path, query, signal })).households;
    },
    /** The request's id is the order's: asked for again it is the same order. */
    cash: (requestId: string, kind: CashKind, householdId: string, amountFen: number) => {
      const cash = { householdId, amountFen, currency: 'CNY' };
      return kind === 'cash-top-up'
        ? call('POST /estates/{estateId}/cash-top-ups', { path, body: { transferId: requestId, ...cash } })
        : call('POST /estates/{estateId}/cash-refunds', { path, body: { refundId: requestId, ...cash } });
    },
    correct: (correctionId: string, correction: Correction) => {
      const body = { correctionId, ...correction, currency: 'CNY' };
      return call('POST /estates/{estateId}/corrections', { path, body });
    },
    decide: ({ kind, orderId }: OrderShown, decision: Decision) => {
      switch (kind) {
        case 'cash-top-up':
          return call(`POST /estates/{estateId}/cash-top-ups/{transferId}/${decision}`, {
            path: { estateId, transferId: orderId },
          });
        case 'cash-refund':
          return call(`POST /estates/{estateId}/cash-refunds/{refundId}/${decision}`, {
            path: { estateId, refundId: orderId },
          });
        case 'correction':
          return call(`POST /estates/{estateId}/corrections/{correctionId}/${decision}`, {
            path: { estateId, correctionId: orderId },
          });
      }
    },
    /** Changes of the configuration that wait for a second person. */
    changes: async (signal?: AbortSignal) =>
      (await call('GET /estates/{estateId}/changes', { path, signal })).changes,
    decideChange: (changeId: string, decision: Decision) =>
      call(`POST /estates/{estateId}/changes/{changeId}/${decision}`, { path: { estateId, changeId } }),
    /** What was changed, newest first; `before` is where the page before ended. */
    audit: (before?: string, signal?: AbortSignal) =>
      call('GET /estates/{estateId}/audit', { path, query: { limit: 30, before }, signal }),
    /** The slip as a page of its own; every one but the first says that it is a copy. */
    slip: ({ kind, orderId }: OrderShown) =>
      kind === 'cash-top-up'
        ? call('POST /estates/{estateId}/cash-top-ups/{transferId}/slip/print', {
            path: { estateId, transferId: orderId },
            as: 'html',
          })
        : call('POST /estates/{estateId}/cash-refunds/{refundId}/slip/print', {
            path: { estateId, refundId: orderId },
            as: 'html',
          }),
  };
}
