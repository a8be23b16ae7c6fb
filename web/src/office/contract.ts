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

const household = z.object({ householdId: z.string(), building: z.string(), unit: z.string() });
export type Household = z.infer<typeof household>;
export const householdList = z.object({ households: z.array(household) });
