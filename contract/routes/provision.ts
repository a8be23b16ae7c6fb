import * as z from 'zod/mini';
import { auditLineSchema, changeShownSchema } from '../shapes/change.ts';
import { provisioningSchema } from '../shapes/provisioning.ts';
import { type RouteContract, staff } from './route.ts';

const estate = '/estates/{estateId}';
const change = `${estate}/changes/{changeId}` as const;

/** What of a record waits for a second person; the rest of it, and the other records, are written. */
const awaitingSchema = z.object({
  /** Which of the records, counted from 0. */
  record: z.int(),
  state: z.literal('awaiting-approval'),
  /** A change of the configuration, or cash. */
  changeId: z.optional(z.string()),
  transferId: z.optional(z.string()),
});

const auditQuery = {
  /** The `next` of the page before. */
  before: z.optional(z.string().check(z.maxLength(1000))),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200)), 50),
};

export const provisionContract = [
  {
    method: 'POST',
    path: `${estate}/provision`,
    summary:
      'Writes an estate’s configuration, a page at a time and in order. What is absent stays as it is, null removes it; what was written before may be repeated. What loosens control over money or alarms waits for a second person.',
    roles: ['operator'],
    body: provisioningSchema,
    answer: z.object({ written: z.int(), awaiting: z.array(awaitingSchema) }),
  },
  {
    method: 'GET',
    path: `${estate}/changes`,
    summary: 'The changes of the configuration that wait for a second person, the oldest first.',
    roles: staff,
    answer: z.object({ changes: z.array(changeShownSchema) }),
  },
  {
    method: 'GET',
    path: change,
    summary: 'A change of the configuration and what became of it.',
    roles: staff,
    answer: changeShownSchema,
  },
  {
    method: 'POST',
    path: `${change}/approve`,
    summary:
      'A second person approves a change, and it is made, once, if what it was asked over still stands.',
    roles: staff,
    answer: changeShownSchema,
  },
  {
    method: 'POST',
    path: `${change}/reject`,
    summary: 'A second person rejects a change, and everything stays as it is.',
    roles: staff,
    answer: changeShownSchema,
  },
  {
    method: 'GET',
    path: `${estate}/audit`,
    summary:
      'What was changed in the configuration, by whom, when, from what to what; newest first. Kept three years, what is about cards half a year.',
    roles: staff,
    query: auditQuery,
    answer: z.object({ lines: z.array(auditLineSchema), next: z.optional(z.string()) }),
  },
] as const satisfies readonly RouteContract[];
