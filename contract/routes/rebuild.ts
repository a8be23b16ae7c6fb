import * as z from 'zod/mini';
import { rebuildPageSchema } from '../shapes/rebuild.ts';
import type { RouteContract } from './route.ts';

const rebuildBodySchema = z.object({
  /** Where the page before ended; absent: from the beginning. */
  cursor: z.optional(z.string().check(z.maxLength(400))),
});

export const rebuildContract = [
  {
    method: 'POST',
    path: '/estates/{estateId}/rebuild',
    summary:
      'Computes a page of receipts, ledger lines or wallets again from the journal, and writes nothing.',
    roles: ['operator'],
    body: rebuildBodySchema,
    answer: rebuildPageSchema,
  },
] as const satisfies readonly RouteContract[];
