import type { Client } from '../../../contract/client.ts';

/** What the estate's page asks of the HTTP API. */
export type Api = ReturnType<typeof estateApi>;

export const sessionsShown = 30;

export function estateApi({ call }: Client) {
  return {
    estates: async (signal?: AbortSignal) => (await call('GET /estates', { signal })).estates,
    overview: (estateId: string, signal?: AbortSignal) =>
      call('GET /estates/{estateId}/overview', { path: { estateId }, signal }),
    alerts: async (estateId: string, signal?: AbortSignal) =>
      (await call('GET /estates/{estateId}/alerts', { path: { estateId }, signal })).alerts,
    sessions: async (estateId: string, signal?: AbortSignal) => {
      const query = { limit: sessionsShown };
      return (await call('GET /estates/{estateId}/sessions', { path: { estateId }, query, signal })).sessions;
    },
    session: (estateId: string, sessionId: string, signal?: AbortSignal) =>
      call('GET /estates/{estateId}/sessions/{sessionId}', { path: { estateId, sessionId }, signal }),
    refusals: (estateId: string, signal?: AbortSignal) =>
      call('GET /estates/{estateId}/refusals', { path: { estateId }, signal }),
    /** Asks the board to end a session that runs. */
    stop: (estateId: string, sessionId: string) =>
      call('POST /estates/{estateId}/sessions/{sessionId}/stop', { path: { estateId, sessionId } }),
    acknowledge: (estateId: string, alertId: string) =>
      call('POST /estates/{estateId}/alerts/{alertId}/acknowledge', { path: { estateId, alertId } }),
  };
}
