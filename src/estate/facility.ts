import * as z from 'zod/mini';
import { nameSchema } from '../../contract/shapes/name.ts';

export const estateSchema = z.object({
  estateId: z.string(),
  name: nameSchema,
  timeZone: z.string(),
  committeeWebhookUrl: z.optional(z.string()),
  /** Cash above it, by household and local day, needs a second person; absent: the default of src/wallet/cash-alone.ts. */
  cashApprovalFen: z.optional(z.int()),
});
export type Estate = z.infer<typeof estateSchema>;

/** Smoke seen, or the fire input of a door board: nothing starts and the doors stand open until it is over. */
export const evacuationSchema = z.object({
  sinceMs: z.int(),
  alertId: z.string(),
  /** When the doors were told to open for this alert; absent: when it began. */
  askedAtMs: z.optional(z.int()),
  /** That doors did not confirm in time was told, once for this alert. */
  doorsToldAtMs: z.optional(z.int()),
  /** Detectors in alarm now. */
  detectors: z.array(z.string()),
  /** The named person who answered for it. */
  acknowledgedBy: z.optional(z.string()),
});

export const facilitySchema = z.object({
  facilityId: z.string(),
  estateId: z.string(),
  facilityKind: z.enum(['shed', 'garage']),
  name: nameSchema,
  bays: z.int(),
  evacuation: z.optional(evacuationSchema),
  evacuationEndedAtMs: z.optional(z.int()),
  /** The alert of an evacuation that is over, until every door has said that it is back to its cards. */
  releasing: z.optional(z.string()),
  version: z.optional(z.int()),
});
export type Facility = z.infer<typeof facilitySchema>;
