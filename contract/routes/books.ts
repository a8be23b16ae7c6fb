import * as z from 'zod/mini';
import {
  exportPageSchema,
  monthSchema,
  monthShownSchema,
  reconciliationSchema,
  splitRuleSchema,
  statementShownSchema,
} from '../shapes/books.ts';
import { changeShownSchema } from '../shapes/change.ts';
import { exportKinds, providerNames } from '../words/words.ts';
import { type RouteContract, staff } from './route.ts';

const months = '/estates/{estateId}/months';
const month = `${months}/{month}` as const;

const day = z.iso.date();

const closeSchema = z.object({
  /** Why the month may be closed although a provider's bill of it was not compared. */
  withoutReconciliation: z.optional(z.string().check(z.minLength(3), z.maxLength(200))),
});

export const progressSchema = z.object({
  state: z.enum(['running', 'closed']),
  /** In thousandths of the way: `done` of `total`. */
  done: z.int(),
  total: z.int(),
});

/** A page of bills, one a day; at most two megabytes together. Without any, what was given before is compared. */
export const reconciliationBodySchema = z.object({
  provider: z.enum(providerNames),
  /** The provider's files as they are. */
  bills: z.optional(
    z.array(z.object({ day, text: z.string().check(z.maxLength(2_000_000)) })).check(z.maxLength(31)),
  ),
  /** Days whose bill is fetched from the provider. */
  fetchDays: z.optional(z.array(day).check(z.maxLength(2))),
  /** Compares what was given with the ledger. */
  finish: z._default(z.boolean(), false),
});

export const exportKindSchema = z.enum(exportKinds);
const exportQuery = {
  /** The `cursor` of the page before. */
  cursor: z.optional(z.string().check(z.maxLength(1000))),
  format: z._default(z.enum(['json', 'csv']), 'json'),
};
const statementsQuery = {
  month: monthSchema,
  /** Whose; needed for the staff, and for residents always their own. */
  householdId: z.optional(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/))),
};

export const booksContract = [
  {
    method: 'GET',
    path: months,
    summary:
      'The months that are closed or being closed, newest first, and the rules by which revenue is split.',
    roles: staff,
    answer: z.object({ months: z.array(monthShownSchema), splitRules: z.array(splitRuleSchema) }),
  },
  {
    method: 'POST',
    path: '/estates/{estateId}/split-rules',
    summary:
      'Asks a second person to set how revenue is split from a month on, in permille of each line; again until that month is closed.',
    roles: ['operator'],
    body: splitRuleSchema,
    answer: z.object({ splitRules: z.array(splitRuleSchema), awaiting: z.optional(changeShownSchema) }),
  },
  {
    method: 'GET',
    path: month,
    summary: 'One month with its accounts and its split.',
    roles: staff,
    answer: monthShownSchema,
  },
  {
    method: 'POST',
    path: `${month}/close`,
    summary: 'Goes a few steps towards closing a month; called again until its state is closed.',
    roles: staff,
    body: closeSchema,
    answer: progressSchema,
  },
  {
    method: 'POST',
    path: `${month}/reconciliation`,
    summary:
      'Takes a provider’s bills of a month, a few days at a time, and at the end compares them with the ledger.',
    roles: staff,
    body: reconciliationBodySchema,
    answer: z.object({ kept: z.int(), reconciliation: z.optional(reconciliationSchema) }),
  },
  {
    method: 'GET',
    path: `${month}/reconciliation`,
    summary: 'What comparing providers’ bills with the ledger told.',
    roles: staff,
    answer: z.object({ reconciliations: z.array(reconciliationSchema) }),
  },
  {
    method: 'GET',
    path: `${month}/export/{kind}`,
    summary: 'A page of one of a month’s files: statements, revenue, split, reconciliation or ledger.',
    roles: staff,
    query: exportQuery,
    answer: exportPageSchema,
  },
  {
    method: 'GET',
    path: '/estates/{estateId}/statements',
    summary: 'A household’s statement of a closed month; a resident sees those of the own household.',
    roles: [...staff, 'resident'],
    query: statementsQuery,
    answer: statementShownSchema,
  },
] as const satisfies readonly RouteContract[];
