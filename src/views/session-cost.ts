import { DomainError } from '../shared/errors.ts';
import type { Table } from '../shared/table.ts';
import type { SessionCost } from '../wallet/correction.ts';
import { sessionDetail } from './session-detail.ts';

/** What was charged for a session by its newest receipt, and to whom: as far as it can be corrected. */
export function sessionCostIn(table: Table): SessionCost {
  return async (estateId, sessionId) => {
    const detail = await sessionDetail(table, estateId, sessionId).catch(absent);
    if (detail?.receipt === undefined) return undefined;
    return { householdId: detail.agreement.householdId, chargedFen: detail.receipt.chargedFen };
  };
}

function absent(error: unknown): undefined {
  if (error instanceof DomainError && error.error === 'not-found') return undefined;
  throw error;
}
