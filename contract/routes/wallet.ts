import * as z from 'zod/mini';
import { packageSchema } from '../shapes/tariff.ts';
import { boughtSchema, movementSchema, noticeSchema } from '../shapes/wallet.ts';
import { walletSchema } from '../shapes/wallet-shown.ts';
import type { RouteContract } from './route.ts';

const estate = '/estates/{estateId}';
const household = `${estate}/households/{householdId}` as const;
const everybody = ['resident', 'manager', 'operator'] as const;

/** Chosen by the caller: the same request is carried out once, however often it is sent. */
export const requestIdSchema = z.string().check(z.regex(/^[A-Za-z0-9-]{8,64}$/));
/** Whole fen are asked for by the books themselves, so that what is none gets its own name: `money-invalid`. */
export const fenSchema = z.number();
export const nameSchema = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/));

const budgetBodySchema = z.object({
  requestId: requestIdSchema,
  /** Null: no limit. */
  monthLimitFen: z.nullable(fenSchema),
});

/** What is absent stays as it is, null removes it. */
const memberBodySchema = z.object({
  requestId: requestIdSchema,
  memberId: nameSchema,
  name: z.optional(z.nullable(z.string().check(z.minLength(1), z.maxLength(40)))),
  monthLimitFen: z.optional(z.nullable(fenSchema)),
});

const requestBodySchema = z.object({ requestId: requestIdSchema });

const packageBodySchema = z.object({
  requestId: requestIdSchema,
  packageId: z.string().check(z.maxLength(40)),
  /** Where prices of its own are in force; absent: the estate's. */
  facilityId: z.optional(nameSchema),
});

export const monthSchema = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/));

const movementsQuery = {
  month: z.optional(monthSchema),
  /** The `next` of the page before. */
  after: z.optional(z.string().check(z.maxLength(500))),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1000)), 100),
};

export const walletContract = [
  {
    method: 'GET',
    path: `${household}/wallet`,
    summary: 'What a household has, has set aside, owes, and has agreed with itself.',
    roles: everybody,
    answer: walletSchema,
  },
  {
    method: 'GET',
    path: `${household}/movements`,
    summary: 'Every posting of a household in the order of time, with the balance after each.',
    roles: everybody,
    query: movementsQuery,
    answer: z.object({ movements: z.array(movementSchema), next: z.optional(z.string()) }),
  },
  {
    method: 'POST',
    path: `${household}/budget`,
    summary:
      'Sets, or with null lifts, what a household lets itself spend in a calendar month: for its holder, or the staff.',
    roles: everybody,
    body: budgetBodySchema,
    answer: walletSchema,
  },
  {
    method: 'POST',
    path: `${household}/members`,
    summary:
      'Sets a member of a household, and what that member may spend in a calendar month: for its holder, or the staff.',
    roles: everybody,
    body: memberBodySchema,
    answer: walletSchema,
  },
  {
    method: 'POST',
    path: `${household}/members/{memberId}/remove`,
    summary: 'Removes a member; what was spent stays counted for the household.',
    roles: everybody,
    body: requestBodySchema,
    answer: walletSchema,
  },
  {
    method: 'GET',
    path: `${household}/notices`,
    summary:
      'What a household was told of its limits: once for each limit and month, when 80 % are spent; of a changed limit again.',
    roles: everybody,
    answer: z.object({ notices: z.array(noticeSchema) }),
  },
  {
    method: 'POST',
    path: `${household}/notices/{noticeId}/read`,
    summary: 'Marks a notice as read; who read it first stays.',
    roles: everybody,
    answer: noticeSchema,
  },
  {
    method: 'POST',
    path: `${household}/packages/{purchaseId}/return`,
    summary: 'Gives a package back that has paid for nothing yet, at its full price.',
    roles: everybody,
    body: requestBodySchema,
    answer: boughtSchema,
  },
  {
    method: 'GET',
    path: `${estate}/packages`,
    summary: 'The packages that can be bought now.',
    roles: everybody,
    query: { facilityId: z.optional(nameSchema) },
    answer: z.object({ tariffVersion: z.string(), packages: z.array(packageSchema) }),
  },
  {
    method: 'POST',
    path: `${estate}/packages`,
    summary: 'Buys a package for the own household.',
    roles: ['resident'],
    body: packageBodySchema,
    status: 201,
    answer: boughtSchema,
  },
] as const satisfies readonly RouteContract[];
