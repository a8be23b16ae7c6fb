import type { Receipt } from '../../contract/shapes/receipt.ts';
import { parseSessionId } from '../charging/session.ts';
import { newestReceiptStep, readSteps, receiptIn, type SessionSteps } from '../charging/steps.ts';
import type { Registry } from '../estate/registry-store.ts';
import type { Agreement } from '../journal/facts/session.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';
import { receiptCodeIn } from './receipt-code.ts';
import type { Bilingual } from './words.ts';

/** A receipt with the journal's account of its session. */
export interface FoundReceipt {
  readonly receipt: Receipt;
  readonly agreement: Agreement;
  readonly steps: SessionSteps;
}

/**
 * The receipt that a code stands on. Throws `not-found` for every code alike, whether it has a letter too many or
 * belongs to nobody: who tries codes learns nothing from the difference.
 */
export async function findReceipt(table: Table, typed: string): Promise<FoundReceipt> {
  const code = receiptCodeIn(typed);
  const unknown = new DomainError('not-found', 'There is no receipt with this code');
  // A code that cannot be is looked up too: the answer takes as long.
  const [item] = await table.get([keys.receiptCode(code ?? 'none')]);
  const session = parseSessionId(String(item?.['sessionId']));
  if (code === undefined || session === undefined) throw unknown;
  const steps = await readSteps({ table }, session.deviceId, session.order);
  const receipt = receiptIn(newestReceiptStep(steps));
  const { agreement } = steps;
  // The lookup is a read model; the journal decides which receipt has which code.
  if (receipt?.code !== code || agreement === undefined || agreement.estateId !== item?.['estateId'])
    throw unknown;
  return { receipt, agreement, steps };
}

/** What the places of a session are called. A facility that is gone keeps its id. */
export async function placeOf(
  registry: Registry,
  { estateId, facilityId }: Agreement,
): Promise<{ readonly estate: Bilingual; readonly facility: Bilingual; readonly timeZone: string }> {
  const [estate, facilities] = await Promise.all([registry.estate(estateId), registry.facilities(estateId)]);
  const found = facilities.find((facility) => facility.facilityId === facilityId);
  return {
    estate: estate.name,
    facility: found?.name ?? { zh: facilityId, en: facilityId },
    timeZone: estate.timeZone,
  };
}
