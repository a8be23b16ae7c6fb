import * as z from 'zod/mini';
import { receiptSchema } from './receipt.ts';
import { tariffSchema } from './tariff.ts';

const bilingual = z.object({ zh: z.string(), en: z.string() });

/** A value of the receipt that the journal says otherwise: where in the receipt, and both values as text. */
export const differenceSchema = z.object({ where: z.string(), receipt: z.string(), journal: z.string() });

/** What anybody may see who has the code: no household, no card, no person. */
export const publicReceiptSchema = z.object({
  receipt: receiptSchema,
  /** What makes the receipt's total what was charged, where that is less. Beside the receipt: it follows from it. */
  notCharged: z.optional(z.object({ why: z.literal('limited-to-hold'), amountFen: z.int() })),
  estate: bilingual,
  facility: bilingual,
  /** The whole version, so that everybody can compute the bill again. */
  tariff: tariffSchema,
  /** What the messages of the board come to now. */
  evidence: z.object({
    readings: z.array(z.object({ atMs: z.int(), energyWh: z.int(), powerW: z.optional(z.int()) })),
    removedAtMs: z.optional(z.int()),
  }),
  /** The receipt computed again by us, from the journal and the tariff alone. */
  verification: z.object({ same: z.boolean(), differences: z.array(differenceSchema) }),
});

export type PublicReceipt = z.infer<typeof publicReceiptSchema>;
