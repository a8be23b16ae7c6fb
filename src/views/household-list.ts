import type * as z from 'zod/mini';
import { householdShownSchema } from '../../contract/shapes/office.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';

export type HouseholdShown = z.infer<typeof householdShownSchema>;

const readAtOnce = 500;

/** An estate's households in the order of their ids, from after one on. */
export interface HouseholdsWanted {
  /** Part of an id, or of building and unit (`3-201`), in any case; absent: all. */
  readonly search?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * A page of an estate's households; `next` is the `after` of the page that follows. An estate has some thousands of
 * households at most, so a search reads through them.
 */
export async function householdsOf(
  table: Table,
  estateId: string,
  { search = '', after, limit }: HouseholdsWanted,
): Promise<{ readonly households: readonly HouseholdShown[]; readonly next?: string }> {
  const found: HouseholdShown[] = [];
  for (let from = after; ; ) {
    const items = await table.query({ ...keys.householdsAfter(estateId, from), limit: readAtOnce });
    const read = items.map((item) => householdShownSchema.parse(item));
    found.push(...read.filter((household) => matches(household, search)));
    const next = found[limit - 1]?.householdId;
    if (found.length > limit && next !== undefined) return { households: found.slice(0, limit), next };
    if (read.length < readAtOnce) return { households: found };
    from = read.at(-1)?.householdId;
  }
}

function matches({ householdId, building, unit }: HouseholdShown, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return [householdId, `${building}-${unit}`].some((text) => text.toLowerCase().includes(wanted));
}
