import { provision } from '../src/estate/provision.ts';
import { provisionContract } from './contract/estate.ts';
import { awsBackend } from './wiring/backend.ts';
import { originOf } from './wiring/origin.ts';
import { serve } from './wiring/serve.ts';

const backend = await awsBackend();

/** An operator writes an estate's configuration, a page at a time and in order; what was written before may be repeated. */
export const handler = serve(provisionContract, {
  'POST /estates/{estateId}/provision': async (call) => {
    const { records } = call.body;
    const origin = originOf(backend.clock, { ...call, rawBody: '' }, 'provision');
    for (const record of records) await provision(backend, origin, record);
    return { written: records.length };
  },
});
