import * as z from 'zod/mini';
import type { RebuildDifference, RebuildPage } from '../../../contract/shapes/rebuild.ts';

export const cursorSchema = z.discriminatedUnion('part', [
  /** Sessions of one board, after an order. */
  z.object({ part: z.literal('sessions'), deviceId: z.optional(z.string()), order: z.optional(z.string()) }),
  z.object({ part: z.literal('ledger'), after: z.optional(z.string()) }),
  z.object({ part: z.literal('households'), after: z.optional(z.string()) }),
  /** Orders after a household; with `behind`, first the rest of that household's, behind one of them. */
  z.object({
    part: z.literal('payments'),
    after: z.optional(z.string()),
    behind: z.optional(z.string()),
  }),
]);
export type RebuildCursor = z.infer<typeof cursorSchema>;
export type CursorOf<P extends RebuildCursor['part']> = Extract<RebuildCursor, { part: P }>;

/** What the check of one part of a page comes to. */
export type PartOfPage = Partial<Omit<RebuildPage, 'checked' | 'cursor' | 'differences'>> & {
  readonly checked: Partial<RebuildPage['checked']>;
  readonly differences: readonly RebuildDifference[];
  readonly next?: RebuildCursor | undefined;
};
