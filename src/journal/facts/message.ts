import * as z from 'zod/mini';

export const acknowledgedFacts = z.object({ commandId: z.string(), detail: z.optional(z.string()) });

export const refusedFacts = z.object({ detail: z.string() });
