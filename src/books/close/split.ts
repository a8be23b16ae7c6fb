import type * as z from 'zod/mini';
import type { sharesSchema, splitResultSchema, splitRuleSchema } from '../../../contract/shapes/books.ts';
import { type Party, parties, type SplitLine, splitLines } from '../../../contract/words/words.ts';

export type Shares = z.infer<typeof sharesSchema>;

export type SplitRule = z.infer<typeof splitRuleSchema>;

/** Where nothing was agreed, the property manager, who runs the facilities, has everything. */
const allToProperty: Shares = { property: 1000, operator: 0, committee: 0 };
export const unwrittenRule: SplitRule['shares'] = {
  electricity: allToProperty,
  service: allToProperty,
  package: allToProperty,
};

export type SplitResult = z.infer<typeof splitResultSchema>;

/**
 * Divides an amount, which may be negative, by shares that add up to 1000, so that the parts add up to it to the fen:
 * each gets the whole fen of its share, and those that are left go to the largest remainders.
 */
export function divide(totalFen: number, shares: Shares): Record<Party, number> {
  const sign = Math.sign(totalFen);
  const exact = parties.map((party) => {
    const share = BigInt(Math.abs(totalFen)) * BigInt(shares[party]);
    return { party, fen: Number(share / 1000n), remainder: Number(share % 1000n) };
  });
  const left = Math.abs(totalFen) - exact.reduce((sum, { fen }) => sum + fen, 0);
  // Among equals the order of the parties stays.
  const byRemainder = [...exact].sort((a, b) => b.remainder - a.remainder);
  const luckier = new Set(byRemainder.slice(0, left).map(({ party }) => party));
  const parts = exact.map(({ party, fen }) => {
    const whole = fen + (luckier.has(party) ? 1 : 0);
    return [party, whole === 0 ? 0 : sign * whole];
  });
  return Object.fromEntries(parts) as Record<Party, number>;
}

/** The rule for a month, of those in the order of their months: the latest that does not begin after it. */
export function ruleFor(rules: readonly SplitRule[], month: string): SplitRule | undefined {
  return rules.findLast(({ fromMonth }) => fromMonth <= month);
}

/** Splits what each line earned in a month. */
export function split(
  revenueFen: Readonly<Record<SplitLine, number>>,
  rule: SplitRule | undefined,
): SplitResult {
  const shares = rule?.shares ?? unwrittenRule;
  const line = (name: SplitLine) => ({
    totalFen: revenueFen[name],
    shares: shares[name],
    parts: divide(revenueFen[name], shares[name]),
  });
  return {
    ...(rule === undefined ? {} : { ruleFromMonth: rule.fromMonth }),
    lines: { electricity: line('electricity'), service: line('service'), package: line('package') },
  };
}

/** The lines in their order, with a name for whoever goes through them. */
export const linesOf = ({ lines }: SplitResult) => splitLines.map((line) => ({ line, ...lines[line] }));
