import { walletContract } from '../contract/routes/wallet.ts';
import { shownWithHolder } from '../src/views/wallet-view.ts';
import { changeHousehold, type HouseholdChange, householdExists } from '../src/wallet/household.ts';
import { movementsOf } from '../src/wallet/movements.ts';
import { markRead, noticesOf } from '../src/wallet/notice.ts';
import { buyPackage, returnPackage } from '../src/wallet/package.ts';
import { readWallet } from '../src/wallet/wallet-store.ts';
import { awsBackend } from './wiring/backend.ts';
import { originOf } from './wiring/origin.ts';
import { checkOwn, householdOf, ownHousehold } from './wiring/person.ts';
import { type Call, serve } from './wiring/serve.ts';

const backend = await awsBackend();
const { table, clock, registry } = backend;

/** A household's money: for its residents, and for the staff. */
export const handler = serve(walletContract, {
  'GET /estates/{estateId}/households/{householdId}/wallet': async (call) => {
    const { estateId, householdId } = await seenHousehold(call);
    return shownWithHolder(table, await readWallet(table, estateId, householdId));
  },
  'GET /estates/{estateId}/households/{householdId}/movements': async (call) => {
    const { estateId, householdId } = await seenHousehold(call);
    const { timeZone } = await registry.estate(estateId);
    return movementsOf(table, estateId, householdId, { ...call.query, timeZone });
  },
  'POST /estates/{estateId}/households/{householdId}/budget': (call) => {
    const { requestId, monthLimitFen } = call.body;
    return change(call, requestId, { change: 'month-limit', monthLimitFen });
  },
  'POST /estates/{estateId}/households/{householdId}/members': (call) => {
    const { requestId, ...member } = call.body;
    return change(call, requestId, { change: 'member', ...member });
  },
  'POST /estates/{estateId}/households/{householdId}/members/{memberId}/remove': (call) =>
    change(call, call.body.requestId, { change: 'member-gone', memberId: call.path.memberId }),
  'GET /estates/{estateId}/households/{householdId}/notices': async (call) => {
    const { estateId, householdId } = await seenHousehold(call);
    return { notices: await noticesOf(table, estateId, householdId) };
  },
  'POST /estates/{estateId}/households/{householdId}/notices/{noticeId}/read': async (call) => {
    const notice = { ...(await seenHousehold(call)), noticeId: call.path.noticeId };
    return markRead(table, notice, call.person.subject, clock.now());
  },
  'POST /estates/{estateId}/households/{householdId}/packages/{purchaseId}/return': async (call) => {
    const { householdId } = await seenHousehold(call);
    const wanted = { householdId, requestId: call.body.requestId, purchaseId: call.path.purchaseId };
    return returnPackage(backend, originOf(clock, call), wanted);
  },
  'GET /estates/{estateId}/packages': async ({ path, query }) => {
    const { tariffVersion, packages = [] } = await tariffNow(path.estateId, query.facilityId);
    return { tariffVersion, packages };
  },
  'POST /estates/{estateId}/packages': async (call) => {
    const householdId = householdOf(call.person);
    const { facilityId, ...wanted } = call.body;
    const tariff = await tariffNow(call.path.estateId, facilityId);
    return buyPackage(backend, originOf(clock, call), { householdId, ...wanted }, tariff);
  },
});

type HouseholdCall = Call<'estateId' | 'householdId'>;

async function change(call: HouseholdCall, requestId: string, wanted: HouseholdChange) {
  const { householdId } = await seenHousehold(call);
  const { person } = call;
  const asker = { subject: person.subject, isStaff: ownHousehold(person) === undefined };
  const origin = originOf(clock, call);
  const after = await changeHousehold(backend, origin, householdId, requestId, wanted, asker);
  return shownWithHolder(table, after);
}

/** The household of the path, if it is there for this person. */
async function seenHousehold({ person, path: { estateId, householdId } }: HouseholdCall) {
  checkOwn(ownHousehold(person), householdId, `household ${householdId}`);
  await householdExists(table, estateId, householdId);
  return { estateId, householdId };
}

/** No facility is called by nothing: without one, the estate's own tariff is in force. */
function tariffNow(estateId: string, facilityId = '') {
  return registry.tariffAt(estateId, facilityId, clock.now());
}
