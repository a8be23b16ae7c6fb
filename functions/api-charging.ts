import { chargingContract, startedChargeSchema } from '../contract/routes/charging.ts';
import { nextMonth, startOfMonth } from '../src/books/book-day.ts';
import { startCharge } from '../src/charging/start-charge.ts';
import { stopForPerson } from '../src/charging/stop-charge.ts';
import { DomainError } from '../src/shared/errors.ts';
import { chargeDetail, latestCharges } from '../src/views/charge-detail.ts';
import { accountsOf } from '../src/wallet/accounts.ts';
import { awsBackend } from './wiring/backend.ts';
import { originOf } from './wiring/origin.ts';
import { checkOwn, householdOf, ownHousehold } from './wiring/person.ts';
import { type Call, serve } from './wiring/serve.ts';

const backend = await awsBackend();
const { table, clock, registry } = backend;

/** Charges: to look at, to start from the phone, to stop. */
export const handler = serve(chargingContract, {
  'GET /estates/{estateId}/charges': async ({ path, query }) => ({
    charges: await latestCharges(table, path.estateId, query.limit),
  }),
  'GET /estates/{estateId}/charges/{chargeId}': async (call) => {
    const { agreement: _, ...detail } = await seenCharge(call);
    return detail;
  },
  'GET /estates/{estateId}/accounts': async ({ path: { estateId }, query: { month } }) => {
    if (month === undefined) return { accounts: await accountsOf(table, estateId) };
    const { timeZone } = await registry.estate(estateId);
    const fromMs = startOfMonth(month, timeZone);
    const toMs = startOfMonth(nextMonth(month), timeZone);
    return { accounts: await accountsOf(table, estateId, { fromMs, toMs }) };
  },
  'POST /estates/{estateId}/charges': async (call) => {
    const householdId = householdOf(call.person);
    const { subject } = call.person;
    const { requestId, deviceId, port } = call.body;
    const board = await registry.device(deviceId);
    if (board?.kind !== 'charging-board' || board.estateId !== call.path.estateId)
      throw new DomainError('not-found', `There is no board ${deviceId}`);
    const identity = `phone:${subject}:${requestId}`;
    const { entry } = await startCharge(backend, originOf(clock, call, `${identity} ${deviceId} ${port}`), {
      board,
      port,
      identity,
      startedBy: 'phone',
      householdId,
      credentialId: `phone:${subject}`,
      memberId: subject,
    });
    return startedChargeSchema.parse(entry.facts);
  },
  'POST /estates/{estateId}/charges/{chargeId}/stop': async (call) => {
    const { agreement } = await seenCharge(call);
    await stopForPerson(backend, originOf(clock, call, `stop ${agreement.chargeId}`), agreement);
    return { chargeId: agreement.chargeId };
  },
});

/** The charge of the path, if it is there for this person. One that was paid at the board is no household's. */
async function seenCharge({ person, path: { estateId, chargeId } }: Call<'estateId' | 'chargeId'>) {
  const own = ownHousehold(person);
  const detail = await chargeDetail(table, estateId, chargeId);
  checkOwn(own, detail.agreement.householdId, `charge ${chargeId}`);
  return detail;
}
