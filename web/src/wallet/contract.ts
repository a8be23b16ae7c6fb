import * as z from 'zod/mini';
import { bilingual } from '../contract.ts';

/** What the API says of a household's money, as far as the pages use it. */
const budget = z.object({
  monthLimitFen: z.optional(z.int()),
  members: z.record(
    z.string(),
    z.object({ name: z.optional(z.string()), monthLimitFen: z.optional(z.int()) }),
  ),
  spent: z.object({ month: z.string(), totalFen: z.int(), byMember: z.record(z.string(), z.int()) }),
});
export type Budget = z.infer<typeof budget>;

const purchase = z.object({
  purchaseId: z.string(),
  packageId: z.string(),
  kind: z.string(),
  left: z.int(),
  used: z.optional(z.boolean()),
  boughtAtMs: z.int(),
  validUntilMs: z.int(),
});
export type Purchase = z.infer<typeof purchase>;

export const wallet = z.object({
  householdId: z.string(),
  /** Who alone may change limits and members; absent: everybody of the household. */
  holderId: z.optional(z.string()),
  balanceFen: z.int(),
  heldFen: z.int(),
  /** By their ids. */
  chargesRunning: z._default(z.array(z.string()), []),
  creditLimitFen: z.int(),
  owedFen: z.int(),
  spendableFen: z.int(),
  budget,
  purchases: z.array(purchase),
});
export type Wallet = z.infer<typeof wallet>;

/** A limit that is raised waits for a second person. */
export const creditAnswer = z.extend(wallet, { awaiting: z.optional(z.object({ changeId: z.string() })) });
export type CreditAnswer = z.infer<typeof creditAnswer>;

const movement = z.object({
  movementId: z.string(),
  atMs: z.int(),
  kind: z.string(),
  memo: z.string(),
  amountFen: z.int(),
  account: z.string(),
  balanceFen: z.int(),
  owedFen: z.int(),
});
export type Movement = z.infer<typeof movement>;
export const movementList = z.object({ movements: z.array(movement), next: z.optional(z.string()) });

export const notice = z.object({
  noticeId: z.string(),
  memberId: z.optional(z.string()),
  month: z.string(),
  limitFen: z.int(),
  spentFen: z.int(),
  atMs: z.int(),
  readAtMs: z.optional(z.int()),
});
export type Notice = z.infer<typeof notice>;
export const noticeList = z.object({ notices: z.array(notice) });

const offer = z.object({
  packageId: z.string(),
  name: bilingual,
  priceFen: z.int(),
  kind: z.string(),
  amount: z.int(),
  validDays: z.int(),
});
export type Offer = z.infer<typeof offer>;
export const offerList = z.object({ tariffVersion: z.string(), packages: z.array(offer) });

/** A package that was bought or given back; the wallet says the rest. */
export const bought = z.object({ purchaseId: z.string(), priceFen: z.int() });

const paymentShape = {
  orderId: z.string(),
  provider: z.string(),
  amountFen: z.int(),
  state: z.string(),
  createdAtMs: z.int(),
  expiresAtMs: z.int(),
  qrText: z.optional(z.string()),
  paidAtMs: z.optional(z.int()),
  refundedFen: z.int(),
};
export const refund = z.object({
  refundId: z.string(),
  orderId: z.string(),
  amountFen: z.int(),
  reason: z.string(),
  state: z.string(),
  requestedAtMs: z.int(),
  said: z.optional(z.string()),
});
export type Refund = z.infer<typeof refund>;

/** One top-up by a provider. With its refunds where it was asked for alone. */
export const payment = z.object({ ...paymentShape, refunds: z.optional(z.array(refund)) });
export type Payment = z.infer<typeof payment>;
export const paymentList = z.object({ payments: z.array(payment) });
