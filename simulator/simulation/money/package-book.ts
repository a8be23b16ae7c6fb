import type { Agreement } from '../../../src/journal/facts/session.ts';
import type { Bought } from '../../../src/wallet/package.ts';
import type { Wallet } from '../../../src/wallet/wallet.ts';
import type { Verdict } from '../world/violation.ts';

type Allowance = NonNullable<Agreement['allowance']>;

interface Owned {
  readonly bought: Bought;
  readonly boughtAtMs: number;
  /** Less than nothing where sessions turned out to have used more than was left by then. */
  left: number;
  used: boolean;
  returned: boolean;
}

/** Packages, counted by what was bought, and by what each session has reserved and used. */
export class PackageBook {
  readonly #verdict: Verdict;
  readonly #owned = new Map<string, Owned>();
  readonly #reserved = new Map<string, Allowance>();
  /** By session, once it has a receipt. */
  readonly #used = new Map<string, number>();
  lastBoughtAtMs = 0;

  constructor(verdict: Verdict) {
    this.#verdict = verdict;
  }

  buy(bought: Bought, boughtAtMs: number): void {
    const { kind, amount, purchaseId } = bought;
    this.lastBoughtAtMs = boughtAtMs;
    const left = kind === 'days' ? 1 : amount;
    this.#owned.set(purchaseId, { bought, boughtAtMs, left, used: false, returned: false });
  }

  /** Answers when it had been bought. */
  giveBack(purchaseId: string): number {
    const owned = this.#owned.get(purchaseId);
    if (owned === undefined) return 0;
    if (owned.used || [...this.#reserved.values()].some((one) => one.purchaseId === purchaseId))
      this.#verdict.breach('I3', `The package ${purchaseId} was used, and is given back`);
    owned.returned = true;
    return owned.boughtAtMs;
  }

  reserve({ sessionId, householdId, authorisedAtMs }: Agreement, allowance: Allowance): void {
    const { purchaseId, reservedAmount } = allowance;
    const owned = this.#owned.get(purchaseId);
    this.#reserved.set(sessionId, allowance);
    if (owned === undefined || owned.returned || owned.bought.householdId !== householdId) {
      this.#verdict.breach('I3', `${sessionId} is to be paid by ${purchaseId}, which ${householdId} has not`);
      return;
    }
    if (owned.bought.validUntilMs <= authorisedAtMs)
      this.#verdict.breach('I3', `${sessionId} is to be paid by ${purchaseId}, which is over`);
    if (owned.bought.kind === 'days') return;
    owned.left -= reservedAmount;
    if (owned.left < 0) this.#verdict.breach('I3', `More is reserved of ${purchaseId} than was bought`);
  }

  release(sessionId: string): void {
    const allowance = this.#reserved.get(sessionId);
    if (allowance !== undefined) this.use(sessionId, allowance, 0);
  }

  /** What a session has used by its newest receipt. After the fact it may be more than others have left. */
  use(sessionId: string, { purchaseId, reservedAmount }: Allowance, used: number): void {
    const owned = this.#owned.get(purchaseId);
    if (owned === undefined) return;
    const before = this.#used.get(sessionId);
    this.#used.set(sessionId, used);
    this.#reserved.delete(sessionId);
    owned.used ||= used > 0;
    if (owned.bought.kind === 'days') return;
    if (before === undefined) owned.left += reservedAmount - used;
    else owned.left += before - used;
    if (owned.left > owned.bought.amount)
      this.#verdict.breach('I3', `Of ${purchaseId} more is left than was bought`);
  }

  compare({ householdId, purchases }: Wallet): void {
    for (const [purchaseId, { left }] of Object.entries(purchases)) {
      const owned = this.#owned.get(purchaseId);
      if (owned === undefined || owned.returned)
        this.#verdict.breach('I3', `${householdId} has a package ${purchaseId} that it has not bought`);
      else if (Math.max(0, owned.left) !== left)
        this.#verdict.breach(
          'I3',
          `Of ${purchaseId} there is ${owned.left} left, and the wallet says ${left}`,
        );
    }
  }
}
