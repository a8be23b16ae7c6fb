import { provisionContract } from '../contract/routes/provision.ts';
import type { Verdict } from '../src/journal/second-person.ts';
import { findSetting } from '../src/provisioning/find-setting.ts';
import { provisionAll } from '../src/provisioning/provision.ts';
import { auditPage } from '../src/settings/audit.ts';
import { decideChange } from '../src/settings/change.ts';
import { readChange, waitingChanges } from '../src/settings/change-store.ts';
import { awsBackend } from './wiring/backend.ts';
import { originOf } from './wiring/origin.ts';
import { type Call, serve } from './wiring/serve.ts';

const backend = await awsBackend();
const { table, clock } = backend;

/** An estate's configuration: an operator writes it, a second person decides on what loosens, and all of it is listed. */
export const handler = serve(provisionContract, {
  'POST /estates/{estateId}/provision': async (call) => {
    const { records } = call.body;
    const awaiting = await provisionAll(
      backend,
      originOf(clock, { ...call, rawBody: '' }, 'provision'),
      records,
    );
    return { written: records.length, awaiting };
  },
  'GET /estates/{estateId}/changes': async ({ path }) => ({
    changes: await waitingChanges(table, path.estateId),
  }),
  'GET /estates/{estateId}/changes/{changeId}': ({ path }) =>
    readChange(backend, path.estateId, path.changeId),
  'POST /estates/{estateId}/changes/{changeId}/approve': (call) => decide(call, 'approved'),
  'POST /estates/{estateId}/changes/{changeId}/reject': (call) => decide(call, 'rejected'),
  'GET /estates/{estateId}/audit': ({ path, query }) => auditPage(table, path.estateId, query),
});

const decide = (call: Call<'estateId' | 'changeId'>, verdict: Verdict) =>
  decideChange(backend, originOf(clock, call), call.path.changeId, verdict, findSetting);
