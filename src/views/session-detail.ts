import * as z from 'zod/mini';
import { type SessionSummary, sessionSummarySchema } from '../../contract/shapes/session.ts';
import { parseSessionId } from '../charging/session.ts';
import { readSteps, receiptIn } from '../charging/steps.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';
import { newestOf, summarise } from './session-summary.ts';

const staySchema = z.object({ enteredAtMs: z.int(), leftAtMs: z.optional(z.int()) });

/** The latest sessions of an estate, newest first. */
export async function latestSessions(
  table: Table,
  estateId: string,
  limit: number,
): Promise<SessionSummary[]> {
  const items = await table.query({ pk: keys.sessionOfEstate(estateId, 0, '').pk, newestFirst: true, limit });
  return items.map((item) => sessionSummarySchema.parse(item));
}

/** One session from its journal: what it is now, its bill, and the stay during which it ran. Throws `not-found`. */
export async function sessionDetail(table: Table, estateId: string, sessionId: string) {
  const named = parseSessionId(sessionId);
  const steps = named === undefined ? undefined : await readSteps({ table }, named.deviceId, named.order);
  const agreement = steps?.agreement;
  if (steps === undefined || agreement === undefined || agreement.estateId !== estateId)
    throw new DomainError('not-found', `There is no session ${sessionId}`);
  const newest = newestOf(steps);
  const receipt = receiptIn(newest);
  const [stay] =
    agreement.stayId === undefined ? [] : await table.get([keys.stay(estateId, agreement.stayId)]);
  return {
    agreement,
    session: summarise(agreement, newest),
    ...(receipt === undefined ? {} : { receipt }),
    ...(stay === undefined ? {} : { stay: staySchema.parse(stay) }),
  };
}
