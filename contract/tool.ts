import { checkAnswer } from './check.ts';
import { type Client, openClient } from './client.ts';
import { type Patience, patiently } from './patience.ts';

/** The client of tools and tests, for one token: every answer is checked against the contract, an outage waited out. */
export const openToolClient = (base: string, token?: string, patience?: Patience): Client =>
  patiently(openClient({ base, token: () => token, check: checkAnswer }), patience);
