import { keys } from '../../../src/shared/keys.ts';
import { priceListSchema } from '../../../src/tariffs/price-list-store.ts';
import type { LedgerCheck } from '../checks/ledger-check.ts';
import { boards, facilityId } from '../world/small-estate.ts';
import type { Store } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

/** As long as a board that has missed everything may wait for the next telling. */
const TOLD_WITHIN_MS = 2 * 3_600_000;

/** At rest a board that takes what it is told has the prices that are in force where it stands. */
export function checkRollout(verdict: Verdict, store: Store, ledger: LedgerCheck, nowMs: number): void {
  const [deviceId] = boards;
  const inForce = ledger.tariffAt(facilityId, nowMs);
  if (inForce === undefined || inForce.effectiveFromMs > nowMs - TOLD_WITHIN_MS) return;
  const item = store.peek(keys.priceList(deviceId));
  const list = item === undefined ? undefined : priceListSchema.parse(item);
  if (list?.state !== 'accepted' || list.wanted?.tariffVersion !== inForce.tariffVersion)
    verdict.breach(
      'I9',
      `${deviceId} should show ${inForce.tariffVersion}: ${list?.wanted?.tariffVersion} is ${list?.state}`,
    );
}
