import middy from '@middy/core';
import { rebuildPage } from '../src/books/rebuild.ts';
import { rebuildBodySchema } from './contract/rebuild.ts';
import { awsBackend } from './wiring/backend.ts';
import { estateOf, type HttpRequest, namedErrors, routes } from './wiring/http.ts';

const backend = await awsBackend();

/** An operator has an estate computed again from its journal, a page at a time. */
export const handler = middy<HttpRequest>()
  .use(namedErrors)
  .handler(
    routes({
      'POST /estates/{estateId}/rebuild': async (call) => {
        const estateId = estateOf(call, ['operator']);
        const { cursor } = rebuildBodySchema.parse(call.body ?? {});
        return { body: await rebuildPage(backend, estateId, cursor) };
      },
    }),
  );
