import { ApiFailure, type Client } from './client.ts';

/** How long somebody goes on asking an API that says 503, or nothing. */
export interface Patience {
  readonly forMs: number;
  /** Told before each wait, with what was answered and how long it is. */
  readonly waits?: (failure: ApiFailure, waitMs: number) => void;
}

/** An outage of a moment. */
const aMoment: Patience = { forMs: 5000 };
const firstWaitMs = 500;
const longestWaitMs = 10_000;

/**
 * The same client for whoever only asks what may be asked twice: an outage is waited out, each time twice as long, as
 * far as patience goes. Throws what was answered last; a refusal that lasts at once.
 */
export function patiently(client: Client, { forMs, waits }: Patience = aMoment): Client {
  return {
    async call(...asked) {
      const untilMs = Date.now() + forMs;
      for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
        try {
          return await client.call(...asked);
        } catch (error) {
          if (!isOutage(error) || Date.now() + waitMs > untilMs) throw error;
          waits?.(error, waitMs);
          await new Promise((resolve) => setTimeout(resolve, waitMs));
        }
      }
    },
  };
}

const isOutage = (error: unknown): error is ApiFailure =>
  error instanceof ApiFailure &&
  (error.kind === 'unreachable' || error.status === 429 || (error.status ?? 0) >= 500);
