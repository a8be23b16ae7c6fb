import * as z from 'zod/mini';
import { staySchema } from '../journal/facts/door.ts';
import { ownOf } from '../shared/own.ts';

export type Stay = z.infer<typeof staySchema>;

const endedStaySchema = z.extend(staySchema, { leftAtMs: z.int() });
export type EndedStay = z.infer<typeof endedStaySchema>;

/** Where a credential is: at most one open stay, and the last time it left each place it has been to. */
export const presenceSchema = z.object({
  estateId: z.string(),
  credentialId: z.string(),
  householdId: z.string(),
  open: z.optional(staySchema),
  leftAtMs: z.record(z.string(), z.int()),
  /** Stays that are over, with sessions that still wait to know it. Their timer is due at once. */
  ended: z.optional(z.array(endedStaySchema)),
  dueAtMs: z.optional(z.int()),
  version: z.optional(z.int()),
});
export type Presence = z.infer<typeof presenceSchema>;

export interface Passing {
  readonly identity: string;
  readonly facilityId: string;
  readonly direction: 'in' | 'out';
  readonly atMs: number;
}

export type Passed =
  | { readonly outcome: 'entered'; readonly stay: Stay; readonly unseenLeaving?: Stay }
  | { readonly outcome: 'left'; readonly stay: EndedStay }
  /** Came in before a leaving that is known already: the stay was over when it was told. */
  | { readonly outcome: 'entered-and-left'; readonly stay: EndedStay }
  /** A way out without a way in: nobody is kept inside for that, and it is written down. */
  | { readonly outcome: 'left-without-entering' }
  /** Older than what is known to have happened after it. */
  | { readonly outcome: 'overtaken' };

/**
 * What one passing through a door does to a credential's presence. Pure. The order of telling does not matter:
 * what counts is when the door was passed.
 */
export function pass(before: Presence, passing: Passing): { after: Presence; passed: Passed } {
  const { facilityId, atMs } = passing;
  const { open, ...rest } = before;
  const leftLast = ownOf(before.leftAtMs, facilityId);
  if (passing.direction === 'in') {
    const stay: Stay = { stayId: passing.identity, facilityId, enteredAtMs: atMs };
    if (leftLast !== undefined && leftLast >= atMs)
      return {
        after: before,
        passed: { outcome: 'entered-and-left', stay: { ...stay, leftAtMs: leftLast } },
      };
    if (open !== undefined && open.enteredAtMs > atMs)
      return { after: before, passed: { outcome: 'overtaken' } };
    return {
      after: { ...rest, open: stay },
      passed: { outcome: 'entered', stay, ...(open === undefined ? {} : { unseenLeaving: open }) },
    };
  }
  if (leftLast !== undefined && leftLast >= atMs) return { after: before, passed: { outcome: 'overtaken' } };
  const leftAtMs = { ...before.leftAtMs, [facilityId]: atMs };
  if (open === undefined || open.facilityId !== facilityId || open.enteredAtMs > atMs) {
    return { after: { ...before, leftAtMs }, passed: { outcome: 'left-without-entering' } };
  }
  const stay = { ...open, leftAtMs: atMs };
  const ended = { ended: [...(before.ended ?? []), stay], dueAtMs: atMs };
  return {
    after: { ...rest, leftAtMs, ...(stay.sessions === undefined ? {} : ended) },
    passed: { outcome: 'left', stay },
  };
}
