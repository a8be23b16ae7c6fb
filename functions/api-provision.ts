import middy from '@middy/core';
import { provision } from '../src/estate/provision.ts';
import { provisioningSchema } from '../src/estate/provisioning.ts';
import { awsBackend } from './wiring/backend.ts';
import { estateOf, type HttpRequest, namedErrors, routes } from './wiring/http.ts';
import { originOf } from './wiring/origin.ts';

const backend = await awsBackend();

/** An operator writes an estate's configuration, a page at a time and in order; what was written before may be repeated. */
export const handler = middy<HttpRequest>()
  .use(namedErrors)
  .handler(
    routes({
      'POST /estates/{estateId}/provision': async (call) => {
        const estateId = estateOf(call, ['operator']);
        const { records } = provisioningSchema.parse(call.body);
        const origin = originOf(backend.clock, { ...call, rawBody: '' }, estateId, 'provision');
        for (const record of records) await provision(backend, origin, record);
        return { body: { written: records.length } };
      },
    }),
  );
