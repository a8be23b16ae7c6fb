import middy from '@middy/core';
import { accountsOf } from '../src/billing/accounts.ts';
import { nextMonth, startOfMonth } from '../src/books/book-day.ts';
import { agreementSchema } from '../src/charging/charge.ts';
import { startCharge } from '../src/charging/start-charge.ts';
import { stopForPerson } from '../src/charging/stop-charge.ts';
import { DomainError } from '../src/shared/errors.ts';
import { chargeDetail, latestCharges } from '../src/views/charge-detail.ts';
import { accountsQuery, limitSchema, startChargeSchema } from './contract/charging.ts';
import { awsBackend } from './wiring/backend.ts';
import {
  type Call,
  estateOf,
  type HttpRequest,
  householdOf,
  named,
  namedErrors,
  type Role,
  routes,
} from './wiring/http.ts';
import { originOf } from './wiring/origin.ts';

const backend = await awsBackend();
const { table, clock, registry } = backend;
const staff: readonly Role[] = ['manager', 'operator'];
/** Charges: to look at, to start from the phone, to stop. */
export const handler = middy<HttpRequest>()
  .use(namedErrors)
  .handler(
    routes({
      'GET /estates/{estateId}/charges': async (call) => {
        const limit = limitSchema.parse(call.query['limit']);
        return { body: { charges: await latestCharges(table, estateOf(call, staff), limit) } };
      },
      'GET /estates/{estateId}/charges/{chargeId}': async (call) => {
        const { agreement: _, ...detail } = await ownCharge(call);
        return { body: detail };
      },
      'GET /estates/{estateId}/accounts': async (call) => {
        const estateId = estateOf(call, ['operator']);
        const month = accountsQuery.month.parse(call.query['month']);
        if (month === undefined) return { body: { accounts: await accountsOf(table, estateId) } };
        const { timeZone } = await registry.estate(estateId);
        const fromMs = startOfMonth(month, timeZone);
        const toMs = startOfMonth(nextMonth(month), timeZone);
        return { body: { accounts: await accountsOf(table, estateId, { fromMs, toMs }) } };
      },
      'POST /estates/{estateId}/charges': async (call) => {
        const estateId = estateOf(call, ['resident']);
        const householdId = householdOf(call);
        const { subject } = call.person;
        const { requestId, deviceId, port } = startChargeSchema.parse(call.body);
        const board = await registry.device(deviceId);
        if (board?.kind !== 'charging-board' || board.estateId !== estateId)
          throw new DomainError('not-found', `There is no board ${deviceId}`);
        const identity = `phone:${subject}:${requestId}`;
        const { entry } = await startCharge(
          backend,
          originOf(clock, call, estateId, `${identity} ${deviceId} ${port}`),
          {
            board,
            port,
            identity,
            startedBy: 'phone',
            householdId,
            credentialId: `phone:${subject}`,
            memberId: subject,
          },
        );
        const agreement = agreementSchema.safeParse(entry.facts);
        return {
          status: 202,
          body: agreement.success
            ? { chargeId: agreement.data.chargeId, holdFen: agreement.data.holdFen }
            : { chargeId: entry.facts['chargeId'] },
        };
      },
      'POST /estates/{estateId}/charges/{chargeId}/stop': async (call) => {
        const { agreement } = await ownCharge(call);
        await stopForPerson(
          backend,
          originOf(clock, call, agreement.estateId, `stop ${agreement.chargeId}`),
          agreement,
        );
        return { status: 202, body: { chargeId: agreement.chargeId } };
      },
    }),
  );

/**
 * A charge that this person may see: any for the staff, a resident's own household's for a resident. A charge that was
 * paid at the board is no household's.
 */
async function ownCharge(call: Call) {
  const estateId = estateOf(call, [...staff, 'resident']);
  const isStaff = staff.some((role) => call.person.roles.includes(role));
  const householdId = isStaff ? undefined : householdOf(call);
  const chargeId = named(call.path, 'chargeId');
  const detail = await chargeDetail(table, estateId, chargeId);
  if (!isStaff && detail.agreement.householdId !== householdId)
    throw new DomainError('not-found', `There is no charge ${chargeId}`);
  return detail;
}
