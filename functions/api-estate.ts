import { estateContract } from '../contract/routes/estate.ts';
import { grant, revoke } from '../src/access/grant.ts';
import { latestAlerts } from '../src/alerts/alert-store.ts';
import { shown } from '../src/alerts/deliver-alert.ts';
import { acknowledgeAlert } from '../src/fire/acknowledge-alert.ts';
import { nobodysEstate } from '../src/journal/entry.ts';
import { DomainError } from '../src/shared/errors.ts';
import { overview } from '../src/views/overview.ts';
import { refusalsOf } from '../src/views/refusals.ts';
import { awsBackend } from './wiring/backend.ts';
import { originOf } from './wiring/origin.ts';
import { serve } from './wiring/serve.ts';

const backend = await awsBackend();
const { table, clock, registry } = backend;
const alertsShown = 50;

/** An estate at a glance, its alerts and refusals, and who may come in. */
export const handler = serve(estateContract, {
  'GET /estates': async ({ person }) => {
    const estates = await Promise.all(
      person.estates.map((estateId) => registry.estate(estateId).catch(absent)),
    );
    const shownEstates = estates.flatMap((estate) =>
      estate === undefined
        ? []
        : [{ estateId: estate.estateId, name: estate.name, timeZone: estate.timeZone }],
    );
    return { estates: shownEstates };
  },
  'GET /estates/{estateId}/overview': ({ path }) => overview({ table, registry }, clock, path.estateId),
  'GET /estates/{estateId}/alerts': async ({ path }) => {
    const alerts = await latestAlerts(table, path.estateId, alertsShown);
    return { alerts: alerts.map(shown) };
  },
  'POST /estates/{estateId}/alerts/{alertId}/acknowledge': async (call) => {
    const { alertId } = call.path;
    return shown(await acknowledgeAlert(backend, originOf(clock, call, `acknowledge ${alertId}`), alertId));
  },
  'GET /estates/{estateId}/refusals': ({ person, path: { estateId } }) => {
    // Devices that belong to nobody are an operator's business.
    const lists = person.roles.includes('operator') ? [estateId, nobodysEstate] : [estateId];
    return refusalsOf(table, registry, lists, clock.now());
  },
  'POST /estates/{estateId}/credentials': async (call) => {
    const credential = call.body;
    await grant(backend, originOf(clock, call, `grant ${JSON.stringify(credential)}`), credential);
    return { credentialId: credential.credentialId };
  },
  'POST /estates/{estateId}/credentials/{credentialId}/revoke': async (call) => {
    const { credentialId } = call.path;
    await revoke(backend, originOf(clock, call, `revoke ${credentialId}`), credentialId);
    return { credentialId };
  },
});

/** A token may name an estate that is not written yet; anything else that fails is told as it is. */
function absent(error: unknown): undefined {
  if (error instanceof DomainError && error.error === 'not-found') return undefined;
  throw error;
}
