import * as z from 'zod/mini';
import { previewSchema, tariffSchema } from '../shapes/tariff.ts';
import { rolloutSchema, tariffsSchema } from '../shapes/tariff-list.ts';
import { type RouteContract, staff } from './route.ts';

const tariffs = '/estates/{estateId}/tariffs';
const everybody = ['resident', 'manager', 'committee', 'operator'] as const;

/** A version as a person writes it. The zone is the estate's; only yuan are known, and another currency has its own error. */
export const draftSchema = z.extend(z.omit(tariffSchema, { timeZone: true, currency: true }), {
  /** Part of a path: letters, digits and `.:_-`. */
  tariffVersion: z.string().check(z.regex(/^[A-Za-z0-9:._-]{1,40}$/)),
  timeZone: z.optional(z.string()),
  currency: z.optional(z.string()),
});

const previewBodySchema = z.object({
  tariff: draftSchema,
  /** Sessions that were authorised from then on; absent: in the last thirty days. */
  fromMs: z.optional(z.int().check(z.minimum(0))),
  /** … and before then; absent: until now. */
  untilMs: z.optional(z.int().check(z.minimum(0))),
  /** Where the last answer ended. Pages are added up by whoever asks. */
  cursor: z.optional(z.string().check(z.maxLength(1_000_000))),
});

const previewAnswerSchema = z.object({
  /** Of this page. */
  preview: previewSchema,
  /** The span that was looked at; to be sent again with the cursor, so that it does not move between pages. */
  fromMs: z.int(),
  untilMs: z.int(),
  /** Absent: this was the last page. */
  cursor: z.optional(z.string()),
});

const pricesSchema = z.object({
  facilityId: z.string(),
  /** In force now. */
  tariff: tariffSchema,
  /** Announced. */
  next: z.optional(tariffSchema),
});

export const tariffsContract = [
  {
    method: 'GET',
    path: tariffs,
    summary: 'All versions of an estate’s prices, and which is in force where.',
    roles: everybody,
    answer: tariffsSchema,
  },
  {
    method: 'POST',
    path: tariffs,
    summary: 'Saves a version, which takes effect in the future and is never changed.',
    roles: staff,
    body: draftSchema,
    status: 201,
    answer: z.object({ tariffVersion: z.string(), saved: z.enum(['saved', 'stands']) }),
  },
  {
    method: 'POST',
    path: `${tariffs}/preview`,
    summary: 'Prices the last sessions again under a draft, a page at a time; nothing is saved.',
    roles: staff,
    body: previewBodySchema,
    answer: previewAnswerSchema,
  },
  {
    method: 'GET',
    path: `${tariffs}/{tariffVersion}/rollout`,
    summary: 'How far a version has come on each charging board.',
    roles: [...staff, 'committee'],
    answer: rolloutSchema,
  },
  {
    method: 'GET',
    path: '/estates/{estateId}/facilities/{facilityId}/prices',
    summary: 'The price sheet of a facility.',
    roles: everybody,
    answer: pricesSchema,
  },
] as const satisfies readonly RouteContract[];
