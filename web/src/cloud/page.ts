import type { Client } from '../../../contract/client.ts';
import type { Estate } from '../../../contract/shapes/overview.ts';
import type { Person } from './signed-in.ts';

/** What every page beside the estate's own is given. */
export interface PageProps {
  readonly client: Client;
  readonly estate: Estate;
  readonly person: Person;
}
