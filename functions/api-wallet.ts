import middy from '@middy/core';
import { changeHousehold, type HouseholdChange, householdExists } from '../src/billing/household.ts';
import { movementsOf } from '../src/billing/movements.ts';
import { markRead, noticesOf } from '../src/billing/notice.ts';
import { buyPackage, returnPackage } from '../src/billing/package.ts';
import { readWallet } from '../src/billing/wallet-store.ts';
import { DomainError } from '../src/shared/errors.ts';
import { shownWallet } from '../src/views/wallet-view.ts';
import {
  budgetBodySchema,
  memberBodySchema,
  movementsQuery,
  nameSchema,
  packageBodySchema,
  requestBodySchema,
} from './contract/wallet.ts';
import { awsBackend } from './wiring/backend.ts';
import {
  type Call,
  estateOf,
  type HttpRequest,
  householdOf,
  named,
  namedErrors,
  routes,
} from './wiring/http.ts';
import { originOf } from './wiring/origin.ts';

const backend = await awsBackend();
const { table, clock, registry } = backend;
const household = '/estates/{estateId}/households/{householdId}';

/** A household's money: for its residents, and for the staff. */
export const handler = middy<HttpRequest>()
  .use(namedErrors)
  .handler(
    routes({
      [`GET ${household}/wallet`]: async (call) => {
        const { estateId, householdId } = await ownHousehold(call);
        return { body: shownWallet(await readWallet(table, estateId, householdId)) };
      },
      [`GET ${household}/movements`]: async (call) => {
        const { estateId, householdId } = await ownHousehold(call);
        const query = {
          month: movementsQuery.month.parse(call.query['month']),
          after: movementsQuery.after.parse(call.query['after']),
          limit: movementsQuery.limit.parse(call.query['limit']),
        };
        const { timeZone } = await registry.estate(estateId);
        return { body: await movementsOf(table, estateId, householdId, { ...query, timeZone }) };
      },
      [`POST ${household}/budget`]: async (call) => {
        const { requestId, monthLimitFen } = budgetBodySchema.parse(call.body);
        return change(call, requestId, { change: 'month-limit', monthLimitFen });
      },
      [`POST ${household}/members`]: async (call) => {
        const { requestId, ...member } = memberBodySchema.parse(call.body);
        return change(call, requestId, { change: 'member', ...member });
      },
      [`POST ${household}/members/{memberId}/remove`]: async (call) => {
        const { requestId } = requestBodySchema.parse(call.body);
        return change(call, requestId, { change: 'member-gone', memberId: named(call.path, 'memberId') });
      },
      [`GET ${household}/notices`]: async (call) => {
        const { estateId, householdId } = await ownHousehold(call);
        return { body: { notices: await noticesOf(table, estateId, householdId) } };
      },
      [`POST ${household}/notices/{noticeId}/read`]: async (call) => {
        const notice = { ...(await ownHousehold(call)), noticeId: named(call.path, 'noticeId') };
        return { body: await markRead(table, notice, call.person.subject, clock.now()) };
      },
      [`POST ${household}/packages/{purchaseId}/return`]: async (call) => {
        const { estateId, householdId } = await ownHousehold(call);
        const { requestId } = requestBodySchema.parse(call.body);
        const wanted = { householdId, requestId, purchaseId: named(call.path, 'purchaseId') };
        return { body: await returnPackage(backend, originOf(clock, call, estateId, ''), wanted) };
      },
      'GET /estates/{estateId}/packages': async (call) => {
        const estateId = estateOf(call, ['resident', 'manager', 'operator']);
        const { tariffVersion, packages = [] } = await tariffNow(estateId, call.query['facilityId']);
        return { body: { tariffVersion, packages } };
      },
      'POST /estates/{estateId}/packages': async (call) => {
        const estateId = estateOf(call, ['resident']);
        const householdId = householdOf(call);
        const { facilityId, ...wanted } = packageBodySchema.parse(call.body);
        const tariff = await tariffNow(estateId, facilityId);
        const origin = originOf(clock, call, estateId, '');
        return { status: 201, body: await buyPackage(backend, origin, { householdId, ...wanted }, tariff) };
      },
    }),
  );

async function change(call: Call, requestId: string, wanted: HouseholdChange) {
  const { estateId, householdId } = await ownHousehold(call);
  const origin = originOf(clock, call, estateId, '');
  return { body: shownWallet(await changeHousehold(backend, origin, householdId, requestId, wanted)) };
}

/** The household of the path: any for the staff; for a resident the own one, and another one is not there. */
async function ownHousehold(call: Call): Promise<{ estateId: string; householdId: string }> {
  const estateId = estateOf(call, ['resident', 'manager', 'operator']);
  const householdId = named(call.path, 'householdId');
  const isStaff = ['manager', 'operator'].some((role) => call.person.roles.includes(role));
  if (!isStaff && householdOf(call) !== householdId)
    throw new DomainError('not-found', `There is no household ${householdId}`);
  await householdExists(table, estateId, householdId);
  return { estateId, householdId };
}

function tariffNow(estateId: string, facilityId: string | undefined) {
  // No facility is called by nothing: without one, the estate's own tariff is in force.
  const name = facilityId === undefined ? '' : nameSchema.parse(facilityId);
  return registry.tariffAt(estateId, name, clock.now());
}
