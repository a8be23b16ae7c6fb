import * as z from 'zod/mini';
import { thingName } from '../shapes/provisioning.ts';
import { sessionDetailSchema, sessionSummarySchema } from '../shapes/session.ts';
import { type RouteContract, staff } from './route.ts';
import { monthSchema } from './wallet.ts';

const sessions = '/estates/{estateId}/sessions';

const startSessionSchema = z.object({
  /** Chosen by the caller: the same one starts one session, however often it is sent. */
  requestId: z.string().check(z.regex(/^[A-Za-z0-9-]{8,64}$/)),
  deviceId: thingName,
  port: z.int().check(z.minimum(1), z.maximum(20)),
});

const limitSchema = z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1000)), 50);

/** Without a month the whole ledger is read, and wallets say beside it what they have. */
const accountsQuery = { month: z.optional(monthSchema) };

export const startedSessionSchema = z.object({ sessionId: z.string(), holdFen: z.optional(z.int()) });

export const chargingContract = [
  {
    method: 'GET',
    path: sessions,
    summary: 'The latest sessions, newest first.',
    roles: staff,
    query: { limit: limitSchema },
    answer: z.object({ sessions: z.array(sessionSummarySchema) }),
  },
  {
    method: 'GET',
    path: `${sessions}/{sessionId}`,
    summary:
      'One session with its bill and the stay in which it ran; a resident sees those of the own household.',
    roles: [...staff, 'resident'],
    answer: sessionDetailSchema,
  },
  {
    method: 'GET',
    path: '/estates/{estateId}/accounts',
    summary:
      'Every account of the estate, added up from its postings, in all or in a month; the sum of all is zero.',
    roles: ['operator'],
    query: accountsQuery,
    answer: z.object({
      accounts: z.array(
        z.object({
          account: z.string(),
          balanceFen: z.int(),
          heldFen: z.optional(z.int()),
          walletFen: z.optional(z.int()),
        }),
      ),
    }),
  },
  {
    method: 'POST',
    path: sessions,
    summary: 'Starts a session from the phone.',
    roles: ['resident'],
    body: startSessionSchema,
    status: 202,
    answer: startedSessionSchema,
  },
  {
    method: 'POST',
    path: `${sessions}/{sessionId}/stop`,
    summary: 'Asks the board to end a session.',
    roles: [...staff, 'resident'],
    status: 202,
    answer: z.object({ sessionId: z.string() }),
  },
] as const satisfies readonly RouteContract[];
