import * as z from 'zod/mini';
import { receipt } from '../contract.ts';

const bilingual = z.object({ zh: z.string(), en: z.string() });

/** What `GET /receipts/<code>` says, as far as the page shows it. */
export const publicReceipt = z.object({
  receipt,
  estate: bilingual,
  facility: bilingual,
  tariff: z.looseObject({ tariffVersion: z.string(), timeZone: z.string() }),
  verification: z.object({
    same: z.boolean(),
    differences: z.array(z.object({ where: z.string(), receipt: z.string(), journal: z.string() })),
  }),
});
export type PublicReceipt = z.infer<typeof publicReceipt>;
