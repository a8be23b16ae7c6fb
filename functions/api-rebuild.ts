import { rebuildContract } from '../contract/routes/rebuild.ts';
import { rebuildPage } from '../src/books/rebuild/rebuild.ts';
import { awsBackend } from './wiring/backend.ts';
import { serve } from './wiring/serve.ts';

const backend = await awsBackend();

/** An operator has an estate computed again from its journal, a page at a time. */
export const handler = serve(rebuildContract, {
  'POST /estates/{estateId}/rebuild': ({ path, body }) => rebuildPage(backend, path.estateId, body.cursor),
});
