import * as z from 'zod/mini';
import { type ChargeSummary, chargeSummarySchema } from '../../contract/shapes/charge.ts';
import { parseChargeId } from '../charging/charge.ts';
import { readSteps, receiptIn } from '../charging/steps.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';
import { newestOf, summarise } from './charge-summary.ts';

const staySchema = z.object({ enteredAtMs: z.int(), leftAtMs: z.optional(z.int()) });

/** The latest charges of an estate, newest first. */
export async function latestCharges(table: Table, estateId: string, limit: number): Promise<ChargeSummary[]> {
  const items = await table.query({ pk: keys.chargeOfEstate(estateId, 0, '').pk, newestFirst: true, limit });
  return items.map((item) => chargeSummarySchema.parse(item));
}

/** One charge from its journal: what it is now, its bill, and the stay during which it ran. Throws `not-found`. */
export async function chargeDetail(table: Table, estateId: string, chargeId: string) {
  const named = parseChargeId(chargeId);
  const steps = named === undefined ? undefined : await readSteps({ table }, named.deviceId, named.order);
  const agreement = steps?.agreement;
  if (steps === undefined || agreement === undefined || agreement.estateId !== estateId)
    throw new DomainError('not-found', `There is no charge ${chargeId}`);
  const newest = newestOf(steps);
  const receipt = receiptIn(newest);
  const [stay] =
    agreement.stayId === undefined ? [] : await table.get([keys.stay(estateId, agreement.stayId)]);
  return {
    agreement,
    charge: summarise(agreement, newest),
    ...(receipt === undefined ? {} : { receipt }),
    ...(stay === undefined ? {} : { stay: staySchema.parse(stay) }),
  };
}
