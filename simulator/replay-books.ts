import type { Client } from '../contract/client.ts';
import { allDifferences, rebuildAll } from '../src/books/rebuild/sums.ts';
import type { CloudSession } from './reconcile.ts';
import { REPLAY_ESTATE } from './replay-layout.ts';

/** What one request may list. */
const LIST_LIMIT = 1000;
const AT_ONCE = 8;
const path = { estateId: REPLAY_ESTATE };

/** Reads what was booked through the HTTP API, as an operator may. */
export class BookReader {
  readonly #api: Client;
  readonly #sessionIds = new Set<string>();
  readonly #refusals: Record<string, number> = {};

  constructor(api: Client) {
    this.#api = api;
  }

  /** Notes the newest sessions: a list is no longer than one answer, and a replay may be. */
  async noteSessions(): Promise<void> {
    const query = { limit: LIST_LIMIT };
    const { sessions } = await this.#api.call('GET /estates/{estateId}/sessions', { path, query });
    for (const { sessionId } of sessions) this.#sessionIds.add(sessionId);
  }

  /** Notes what was refused on this day, which must not be over yet. */
  async noteRefusals(): Promise<void> {
    const { today } = await this.#api.call('GET /estates/{estateId}/refusals', { path });
    for (const [reason, count] of Object.entries(today))
      this.#refusals[reason] = (this.#refusals[reason] ?? 0) + count;
  }

  get refusals(): Readonly<Record<string, number>> {
    return this.#refusals;
  }

  /** Every noted session with its bill and its stay. */
  async sessions(): Promise<CloudSession[]> {
    const ids = [...this.#sessionIds];
    const found: CloudSession[] = [];
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE);
      found.push(...(await Promise.all(some.map((sessionId) => this.#session(sessionId)))));
    }
    return found;
  }

  async accounts() {
    return (await this.#api.call('GET /estates/{estateId}/accounts', { path })).accounts;
  }

  /** What does not come out the same when every receipt and wallet is computed again from the journal. */
  async rebuildDifferences(): Promise<string[]> {
    const sums = await rebuildAll((cursor) =>
      this.#api.call('POST /estates/{estateId}/rebuild', { path, body: { cursor } }),
    );
    return allDifferences(sums).map(
      ({ what, of, where, recorded, recomputed }) =>
        `${what} of ${of} at ${where}: recorded ${recorded}, recomputed ${recomputed}`,
    );
  }

  async inside(): Promise<number> {
    const { facilities } = await this.#api.call('GET /estates/{estateId}/overview', { path });
    return facilities.reduce((sum, { facilityId, occupancy }) => {
      if (occupancy.state === 'not-counted') throw new Error(`Nobody counts who is in ${facilityId}`);
      return sum + occupancy.inside;
    }, 0);
  }

  async #session(sessionId: string): Promise<CloudSession> {
    const { session, receipt, stay } = await this.#api.call('GET /estates/{estateId}/sessions/{sessionId}', {
      path: { ...path, sessionId },
    });
    return { ...session, receipt, stay };
  }
}
