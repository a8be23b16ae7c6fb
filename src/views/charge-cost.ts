import { DomainError } from '../shared/errors.ts';
import type { Table } from '../shared/table.ts';
import type { ChargeCost } from '../wallet/correction.ts';
import { chargeDetail } from './charge-detail.ts';

/** What was charged for a charge by its newest receipt, and to whom: as far as it can be corrected. */
export function chargeCostIn(table: Table): ChargeCost {
  return async (estateId, chargeId) => {
    const detail = await chargeDetail(table, estateId, chargeId).catch(absent);
    if (detail?.receipt === undefined) return undefined;
    return { householdId: detail.agreement.householdId, chargedFen: detail.receipt.chargedFen };
  };
}

function absent(error: unknown): undefined {
  if (error instanceof DomainError && error.error === 'not-found') return undefined;
  throw error;
}
