import type { Client } from '../../contract/client.ts';

/** What the estate's page asks of the HTTP API. */
export type Api = ReturnType<typeof estateApi>;

export const chargesShown = 30;

export function estateApi({ call }: Client) {
  return {
    estates: async (signal?: AbortSignal) => (await call('GET /estates', { signal })).estates,
    overview: (estateId: string, signal?: AbortSignal) =>
      call('GET /estates/{estateId}/overview', { path: { estateId }, signal }),
    alerts: async (estateId: string, signal?: AbortSignal) =>
      (await call('GET /estates/{estateId}/alerts', { path: { estateId }, signal })).alerts,
    charges: async (estateId: string, signal?: AbortSignal) => {
      const query = { limit: chargesShown };
      return (await call('GET /estates/{estateId}/charges', { path: { estateId }, query, signal })).charges;
    },
    charge: (estateId: string, chargeId: string, signal?: AbortSignal) =>
      call('GET /estates/{estateId}/charges/{chargeId}', { path: { estateId, chargeId }, signal }),
    refusals: (estateId: string, signal?: AbortSignal) =>
      call('GET /estates/{estateId}/refusals', { path: { estateId }, signal }),
    /** Asks the board to end a charge that runs. */
    stop: (estateId: string, chargeId: string) =>
      call('POST /estates/{estateId}/charges/{chargeId}/stop', { path: { estateId, chargeId } }),
    acknowledge: (estateId: string, alertId: string) =>
      call('POST /estates/{estateId}/alerts/{alertId}/acknowledge', { path: { estateId, alertId } }),
  };
}
