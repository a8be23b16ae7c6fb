import * as z from 'zod/mini';
import { budgetSchema, purchaseSchema } from './wallet.ts';

/** What a household has, has set aside, owes, and has agreed with itself. */
export const walletSchema = z.object({
  householdId: z.string(),
  /** Who answers for the account, by the subject of their token; absent: all of its residents do. */
  holderId: z.optional(z.string()),
  balanceFen: z.int(),
  /** Set aside for sessions that run. */
  heldFen: z.int(),
  /** Those sessions, by their ids. */
  sessionsRunning: z.array(z.string()),
  creditLimitFen: z.int(),
  /** Claimed after a session and not covered: paid from the next deposit. */
  owedFen: z.int(),
  /** What a new session may set aside. */
  spendableFen: z.int(),
  budget: budgetSchema,
  purchases: z.array(z.extend(purchaseSchema, { purchaseId: z.string() })),
});

export type Wallet = z.infer<typeof walletSchema>;
export type Budget = Wallet['budget'];
export type Purchase = Wallet['purchases'][number];
