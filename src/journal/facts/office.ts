import * as z from 'zod/mini';
import { officeOrderSchema } from '../../../contract/shapes/office.ts';
import { cashAloneSchema } from '../../../contract/shapes/wallet.ts';

export const officeFacts = z.object({
  order: officeOrderSchema,
  balanceAfterFen: z.optional(z.int()),
  owedFen: z.optional(z.int()),
  cashAlone: z.optional(cashAloneSchema),
});
