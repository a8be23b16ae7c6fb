import { chargingContract, startedSessionSchema } from '../contract/routes/charging.ts';
import { startOfMonth } from '../src/books/book-day.ts';
import { startSession } from '../src/charging/start-session.ts';
import { stopForPerson } from '../src/charging/stop-session.ts';
import { DomainError } from '../src/shared/errors.ts';
import { nextMonth } from '../src/shared/local-time.ts';
import { latestSessions, sessionDetail } from '../src/views/session-detail.ts';
import { accountsOf } from '../src/wallet/accounts.ts';
import { awsBackend } from './wiring/backend.ts';
import { originOf } from './wiring/origin.ts';
import { checkOwn, householdOf, ownHousehold } from './wiring/person.ts';
import { type Call, serve } from './wiring/serve.ts';

const backend = await awsBackend();
const { table, clock, registry } = backend;

/** Sessions: to look at, to start from the phone, to stop. */
export const handler = serve(chargingContract, {
  'GET /estates/{estateId}/sessions': async ({ path, query }) => ({
    sessions: await latestSessions(table, path.estateId, query.limit),
  }),
  'GET /estates/{estateId}/sessions/{sessionId}': async (call) => {
    const { agreement: _, ...detail } = await seenSession(call);
    return detail;
  },
  'GET /estates/{estateId}/accounts': async ({ path: { estateId }, query: { month } }) => {
    if (month === undefined) return { accounts: await accountsOf(table, estateId) };
    const { timeZone } = await registry.estate(estateId);
    const fromMs = startOfMonth(month, timeZone);
    const toMs = startOfMonth(nextMonth(month), timeZone);
    return { accounts: await accountsOf(table, estateId, { fromMs, toMs }) };
  },
  'POST /estates/{estateId}/sessions': async (call) => {
    const householdId = householdOf(call.person);
    const { subject } = call.person;
    const { requestId, deviceId, port } = call.body;
    const board = await registry.device(deviceId);
    if (board?.kind !== 'charging-board' || board.estateId !== call.path.estateId)
      throw new DomainError('not-found', `There is no board ${deviceId}`);
    const identity = `phone:${subject}:${requestId}`;
    const { entry } = await startSession(backend, originOf(clock, call, `${identity} ${deviceId} ${port}`), {
      board,
      port,
      identity,
      startedBy: 'phone',
      householdId,
      credentialId: `phone:${subject}`,
      memberId: subject,
    });
    return startedSessionSchema.parse(entry.facts);
  },
  'POST /estates/{estateId}/sessions/{sessionId}/stop': async (call) => {
    const { agreement } = await seenSession(call);
    await stopForPerson(backend, originOf(clock, call, `stop ${agreement.sessionId}`), agreement);
    return { sessionId: agreement.sessionId };
  },
});

/** The session of the path, if it is there for this person. One that was paid at the board is no household's. */
async function seenSession({ person, path: { estateId, sessionId } }: Call<'estateId' | 'sessionId'>) {
  const own = ownHousehold(person);
  const detail = await sessionDetail(table, estateId, sessionId);
  checkOwn(own, detail.agreement.householdId, `session ${sessionId}`);
  return detail;
}
