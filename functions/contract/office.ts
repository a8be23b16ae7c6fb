import * as z from 'zod/mini';
import { correctionAccounts, orderShownSchema, orderStates } from '../../src/billing/office-order.ts';
import { slipSchema } from '../../src/billing/slip.ts';
import type { RouteContract } from './route.ts';
import { fenSchema, nameSchema, requestIdSchema, walletSchema } from './wallet.ts';

const estate = '/estates/{estateId}';
const staff = ['manager', 'operator'] as const;

const cash = { householdId: nameSchema, amountFen: fenSchema, currency: z.optional(z.string()) };
export const cashTopUpSchema = z.object({ transferId: nameSchema, ...cash });
export const cashRefundSchema = z.object({ refundId: nameSchema, ...cash });
export const correctionSchema = z.object({
  correctionId: nameSchema,
  ...cash,
  reason: z.string().check(z.minLength(3), z.maxLength(400)),
  chargeId: z.optional(z.string().check(z.maxLength(60))),
  account: z.optional(z.enum(correctionAccounts)),
});
export const creditLimitSchema = z.object({ requestId: requestIdSchema, creditLimitFen: fenSchema });
export const orderQuery = { state: z.optional(z.enum(orderStates)) };

const topUp = `${estate}/cash-top-ups/{transferId}`;
const refund = `${estate}/cash-refunds/{refundId}`;
const correction = `${estate}/corrections/{correctionId}`;

/** What is the same for everything that a second person decides on. */
const decided = (path: string, what: string) =>
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

const printed = (path: string, what: string) =>
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

export const officeContract: readonly RouteContract[] = [
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
    summary: 'Cash paid in; above the estate’s limit it waits for a second person.',
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
    summary: 'Unused money paid out in cash; above the estate’s limit it waits for a second person.',
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
    method: 'POST',
    path: `${estate}/households/{householdId}/credit-limit`,
    summary: 'Sets how far below zero a household may charge.',
    roles: ['operator'],
    body: creditLimitSchema,
    answer: walletSchema,
  },
];
