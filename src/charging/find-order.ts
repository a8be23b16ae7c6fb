import type { Backend } from '../journal/commit.ts';
import { type Entry, parseEntry } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import { orderFor } from './session.ts';

/** How many orders a request may try. Of a board with a million sessions, all of them are others' once in 10¹⁸ requests. */
export const orderAttempts = 5;

/** What a request for power has come to: the step in which its session was authorised, or else the order for one. */
export interface OrderOfRequest {
  readonly authorised?: Entry;
  /** Undefined as well where every order that the request may try is another session's. */
  readonly free?: number;
}

/**
 * Goes through a request's orders until its own session, or one of which nothing is known: an order has 32 bits, and
 * among ten thousand sessions of a board two come to the same one; and boards count up orders of their own. Whose a
 * session is tells the digest of its first step, see `factOfRequest`. What is taken stays taken, so that the same
 * request decided twice ends at the same order.
 */
export async function findOrder(
  { table, vault }: Pick<Backend, 'table' | 'vault'>,
  deviceId: string,
  identity: string,
): Promise<OrderOfRequest> {
  const own = vault.mac(factOfRequest(identity));
  for (let attempt = 0; attempt < orderAttempts; attempt += 1) {
    const order = orderFor(deviceId, identity, attempt);
    const steps = await table.query(keys.sessionSteps(deviceId, order));
    if (steps.length === 0) return { free: order };
    const first = steps.find(({ sk }) => sk === keys.session(deviceId, order, 'authorised').sk);
    const authorised = first === undefined ? undefined : parseEntry(first);
    if (authorised?.digest === own) return { authorised };
  }
  return {};
}

/** What the first step of a session says, for its digest: which request it follows, and nothing else. */
export const factOfRequest = (identity: string): string => `power ${identity}`;
