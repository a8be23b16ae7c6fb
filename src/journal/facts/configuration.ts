import * as z from 'zod/mini';
import { membersSchema } from '../../../contract/shapes/change.ts';
import { tariffSchema } from '../../../contract/shapes/tariff.ts';

/** What a version of the prices is, of which nothing is ever changed. */
export const tariffFacts = z.object({ tariff: tariffSchema });

const difference = { before: z._default(membersSchema, {}), after: z._default(membersSchema, {}) };

export const credentialFacts = z.object({
  credentialId: z.string(),
  lastDigits: z.optional(z.string()),
  ...difference,
});

/** What a household has agreed. */
export const householdFacts = z.object({
  householdId: z.string(),
  change: z.enum(['month-limit', 'member', 'member-gone']),
  memberId: z.optional(z.string()),
  name: z.optional(z.nullable(z.string())),
  monthLimitFen: z.optional(z.nullable(z.int())),
  byStaff: z._default(z.boolean(), false),
  ...difference,
});
