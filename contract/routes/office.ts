import * as z from 'zod/mini';
import { changeShownSchema } from '../shapes/change.ts';
import {
  correctionAccounts,
  householdShownSchema,
  orderShownSchema,
  orderStates,
  slipSchema,
} from '../shapes/office.ts';
import { walletSchema } from '../shapes/wallet-shown.ts';
import { type RouteContract, staff } from './route.ts';
import { fenSchema, nameSchema, requestIdSchema } from './wallet.ts';

const estate = '/estates/{estateId}';

const cash = { householdId: nameSchema, amountFen: fenSchema, currency: z.optional(z.string()) };
const cashTopUpSchema = z.object({ transferId: nameSchema, ...cash });
const cashRefundSchema = z.object({ refundId: nameSchema, ...cash });
const correctionSchema = z.object({
  correctionId: nameSchema,
  ...cash,
  reason: z.string().check(z.minLength(3), z.maxLength(400)),
  /** A board's name, and an order's number. */
  sessionId: z.optional(z.string().check(z.maxLength(71))),
  account: z.optional(z.enum(correctionAccounts)),
});
const creditLimitSchema = z.object({ requestId: requestIdSchema, creditLimitFen: fenSchema });
const householdsQuery = {
  /** Part of an id, or of building and unit (`3-201`), in any case. */
  search: z.optional(z.string().check(z.maxLength(60))),
  /** The `next` of the page before. */
  after: z.optional(nameSchema),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(500)), 50),
};
const orderQuery = { state: z.optional(z.enum(orderStates)) };

const topUp = `${estate}/cash-top-ups/{transferId}` as const;
const refund = `${estate}/cash-refunds/{refundId}` as const;
const correction = `${estate}/corrections/{correctionId}` as const;

/** What is the same for everything that a second person decides on. */
const decided = <Path extends string>(path: Path, what: string) =>
  [
    {
      method: 'GET',
      path,
      summary: `${what} and what became of it.`,
      roles: staff,
      answer: orderShownSchema,
    },
    {
      method: 'POST',
      path: `${path}/approve`,
      summary: `${what}: a second person approves, and it is booked, once.`,
      roles: staff,
      answer: orderShownSchema,
    },
    {
      method: 'POST',
      path: `${path}/reject`,
      summary: `${what}: a second person rejects, and no money moves.`,
      roles: staff,
      answer: orderShownSchema,
    },
  ] as const satisfies readonly RouteContract[];

const printed = <Path extends string>(path: Path, what: string) =>
  [
    {
      method: 'GET',
      path: `${path}/slip`,
      summary: `${what}: what its slip says.`,
      roles: staff,
      answer: slipSchema,
    },
    {
      method: 'POST',
      path: `${path}/slip/print`,
      summary: `${what}: the slip to be printed now; printed again, it says that it is a copy.`,
      roles: staff,
      answer: 'html',
    },
  ] as const satisfies readonly RouteContract[];

export const officeContract = [
  {
    method: 'GET',
    path: `${estate}/office-orders`,
    summary: 'The latest cash and corrections, newest first; with a state, those that are in it.',
    roles: staff,
    query: orderQuery,
    answer: z.object({ orders: z.array(orderShownSchema) }),
  },
  {
    method: 'POST',
    path: `${estate}/cash-top-ups`,
    summary:
      'Cash paid in; above the estate’s limit, with what was booked alone for the household that day, it waits for a second person.',
    roles: staff,
    body: cashTopUpSchema,
    status: 201,
    answer: orderShownSchema,
  },
  ...decided(topUp, 'A cash top-up'),
  ...printed(topUp, 'A cash top-up'),
  {
    method: 'POST',
    path: `${estate}/cash-refunds`,
    summary:
      'Unused money paid out in cash; above the estate’s limit, with what was booked alone for the household that day, it waits for a second person.',
    roles: staff,
    body: cashRefundSchema,
    status: 201,
    answer: orderShownSchema,
  },
  ...decided(refund, 'A cash refund'),
  ...printed(refund, 'A cash refund'),
  {
    method: 'POST',
    path: `${estate}/corrections`,
    summary: 'Proposes a correction of the books; it is booked when a second person approves.',
    roles: ['operator'],
    body: correctionSchema,
    status: 202,
    answer: orderShownSchema,
  },
  ...decided(correction, 'A correction'),
  {
    method: 'GET',
    path: `${estate}/households`,
    summary: 'The households of an estate in the order of their ids; with a search, those that it finds.',
    roles: staff,
    query: householdsQuery,
    answer: z.object({ households: z.array(householdShownSchema), next: z.optional(z.string()) }),
  },
  {
    method: 'POST',
    path: `${estate}/households/{householdId}/credit-limit`,
    summary: 'Lowers how far below zero a household may charge; to raise it, a second person is asked.',
    roles: ['operator'],
    body: creditLimitSchema,
    answer: z.extend(walletSchema, { awaiting: z.optional(changeShownSchema) }),
  },
] as const satisfies readonly RouteContract[];
