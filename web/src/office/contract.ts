import * as z from 'zod/mini';

/** What the API says of cash and corrections at the property office. */
export const order = z.object({
  kind: z.string(),
  orderId: z.string(),
  householdId: z.string(),
  amountFen: z.int(),
  reason: z.optional(z.string()),
  chargeId: z.optional(z.string()),
  state: z.string(),
  askedBy: z.string(),
  askedAtMs: z.int(),
  decidedBy: z.optional(z.string()),
  decidedAtMs: z.optional(z.int()),
  balanceAfterFen: z.optional(z.int()),
  owedFen: z.optional(z.int()),
});
export type Order = z.infer<typeof order>;
export const orderList = z.object({ orders: z.array(order) });

const members = z.record(z.string(), z.unknown());
const difference = { before: members, after: members };

/** A change of the configuration that a second person decides on. */
export const change = z.object({
  changeId: z.string(),
  setting: z.object({ kind: z.string(), id: z.string() }),
  ...difference,
  state: z.string(),
  askedBy: z.string(),
  askedAtMs: z.int(),
});
export type Change = z.infer<typeof change>;
export const changeList = z.object({ changes: z.array(change) });

/** What was changed in the configuration, by whom and when. */
export const auditPage = z.object({
  lines: z.array(
    z.object({
      atMs: z.int(),
      by: z.string(),
      about: z.object({ kind: z.string(), id: z.string() }),
      outcome: z.string(),
      ...difference,
    }),
  ),
  next: z.optional(z.string()),
});
export type AuditPage = z.infer<typeof auditPage>;
export type AuditLine = AuditPage['lines'][number];

const household = z.object({ householdId: z.string(), building: z.string(), unit: z.string() });
export type Household = z.infer<typeof household>;
export const householdList = z.object({ households: z.array(household) });
