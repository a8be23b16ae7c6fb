import middy from '@middy/core';
import { acknowledgeAlert } from '../src/alerts/acknowledge-alert.ts';
import { latestAlerts } from '../src/alerts/alert-store.ts';
import { shown } from '../src/alerts/deliver-alert.ts';
import { grant, revoke } from '../src/devices/access/grant.ts';
import { nobodysEstate } from '../src/devices/intake.ts';
import { credentialRecordSchema } from '../src/estate/provisioning.ts';
import { DomainError } from '../src/shared/errors.ts';
import { overview } from '../src/views/overview.ts';
import { refusalsOf } from '../src/views/refusals.ts';
import { awsBackend } from './wiring/backend.ts';
import { estateOf, type HttpRequest, named, namedErrors, type Role, routes } from './wiring/http.ts';
import { originOf } from './wiring/origin.ts';

const backend = await awsBackend();
const { table, clock, registry } = backend;
const staff: readonly Role[] = ['manager', 'committee', 'operator'];
const alertsShown = 50;

/** An estate at a glance, its alerts and refusals, and who may come in. */
export const handler = middy<HttpRequest>()
  .use(namedErrors)
  .handler(
    routes({
      'GET /estates': async ({ person }) => {
        const estates = await Promise.all(
          person.estates.map((estateId) => registry.estate(estateId).catch(absent)),
        );
        const shownEstates = estates.flatMap((estate) =>
          estate === undefined
            ? []
            : [{ estateId: estate.estateId, name: estate.name, timeZone: estate.timeZone }],
        );
        return { body: { estates: shownEstates } };
      },
      'GET /estates/{estateId}/overview': async (call) => ({
        body: await overview({ table, registry }, clock, estateOf(call, staff)),
      }),
      'GET /estates/{estateId}/alerts': async (call) => {
        const alerts = await latestAlerts(table, estateOf(call, staff), alertsShown);
        return { body: { alerts: alerts.map(shown) } };
      },
      'POST /estates/{estateId}/alerts/{alertId}/acknowledge': async (call) => {
        const estateId = estateOf(call, ['manager', 'committee']);
        const alertId = named(call.path, 'alertId');
        const origin = originOf(clock, call, estateId, `acknowledge ${alertId}`);
        return { body: shown(await acknowledgeAlert(backend, origin, alertId)) };
      },
      'GET /estates/{estateId}/refusals': async (call) => {
        const estateId = estateOf(call, ['manager', 'operator']);
        // Devices that belong to nobody are an operator's business.
        const lists = call.person.roles.includes('operator') ? [estateId, nobodysEstate] : [estateId];
        return { body: await refusalsOf(table, registry, lists, clock.now()) };
      },
      'POST /estates/{estateId}/credentials': async (call) => {
        const estateId = estateOf(call, ['manager', 'operator']);
        const credential = credentialRecordSchema.parse(call.body);
        await grant(
          backend,
          originOf(clock, call, estateId, `grant ${JSON.stringify(credential)}`),
          credential,
        );
        return { status: 201, body: { credentialId: credential.credentialId } };
      },
      'POST /estates/{estateId}/credentials/{credentialId}/revoke': async (call) => {
        const estateId = estateOf(call, ['manager', 'operator']);
        const credentialId = named(call.path, 'credentialId');
        await revoke(backend, originOf(clock, call, estateId, `revoke ${credentialId}`), credentialId);
        return { body: { credentialId } };
      },
    }),
  );

/** A token may name an estate that is not written yet; anything else that fails is told as it is. */
function absent(error: unknown): undefined {
  if (error instanceof DomainError && error.error === 'not-found') return undefined;
  throw error;
}
