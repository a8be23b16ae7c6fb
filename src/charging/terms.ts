import type { Tariff } from '../../contract/shapes/tariff.ts';
import { affordable } from '../billing/affordable.ts';
import { most } from '../billing/price.ts';
import type { Agreement } from '../journal/facts/session.ts';
import { DomainError } from '../shared/errors.ts';
import { leftOfLimits } from '../wallet/budget.ts';
import { usablePurchase } from '../wallet/purchase.ts';
import { monthAt } from '../wallet/session-money.ts';
import { spendableFen, type Wallet } from '../wallet/wallet.ts';
import { limits } from './session.ts';

/** What a session may take: the part of an agreement that follows from the wallet and the tariff. */
export type Terms = Pick<Agreement, 'holdFen' | 'allowance' | 'energyLimitWh' | 'timeLimitMs'>;

/** A board counts in steps of 10 Wh: less than one step is no session. */
const leastWh = 10;

/** The most that a port can deliver in one session. */
const longestSessionWh = (limits.portPowerW * limits.longestSessionMs) / 3_600_000;

/**
 * A package pays first. One of sessions or days pays for everything, and nothing has to be held: what it costs to leave
 * the bike standing is claimed afterwards. One of energy pays for what is left of it, and the money held for the rest.
 * Throws `too-little-money`, or `spend-limit-reached` where it is a limit that leaves too little.
 */
export function termsOf(
  wallet: Wallet,
  tariff: Tariff,
  { memberId, atMs }: { readonly memberId: string | undefined; readonly atMs: number },
): Terms {
  const usable = usablePurchase(wallet.purchases, atMs);
  if (usable !== undefined && usable.purchase.kind !== 'energy') {
    const allowance = { purchaseId: usable.purchaseId, reservedAmount: 1 };
    return { holdFen: 0, allowance, energyLimitWh: most.energyWh };
  }
  const month = monthAt(tariff, atMs);
  const thereFen = Math.min(tariff.holdFen, spendableFen(wallet));
  const leftFen = Math.max(0, leftOfLimits(wallet.budget, Object.values(wallet.holds), memberId, month));
  const holdFen = Math.min(thereFen, leftFen);
  const { energyWh, ms } = affordable(tariff, holdFen);
  const packageWh = usable === undefined ? 0 : Math.min(usable.purchase.left, longestSessionWh);
  if (packageWh + energyWh < leastWh || holdFen < feesFen(tariff) || (ms === 0 && packageWh === 0)) {
    if (leftFen < thereFen)
      throw new DomainError('spend-limit-reached', `${leftFen} fen are left of this month's limit`);
    throw new DomainError('too-little-money', `${holdFen} fen are left`);
  }
  if (usable === undefined)
    return { holdFen, energyLimitWh: energyWh, ...(ms === undefined ? {} : { timeLimitMs: ms }) };
  return {
    holdFen,
    allowance: { purchaseId: usable.purchaseId, energyWh: packageWh, reservedAmount: packageWh },
    energyLimitWh: packageWh + energyWh,
    // When the package will be used up nobody knows: its readings will tell.
    ...(ms === undefined ? {} : { timeLimitMs: limits.longestSessionMs }),
  };
}

/** No package of energy pays what is due once. */
function feesFen({ startFeeFen = 0, minimum, capPerSessionFen = Number.POSITIVE_INFINITY }: Tariff): number {
  return Math.min(startFeeFen + (minimum?.feeFen ?? 0), capPerSessionFen);
}
