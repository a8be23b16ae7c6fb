import { type Refusals, refusalSchema } from '../../contract/shapes/refusal.ts';
import type { Registry } from '../estate/registry-store.ts';
import { refusalDay } from '../journal/counted-refusals.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';

const shownAtMost = 50;

/** A device that repeats one mistake all day must not make the page slow: the newest of each list are counted. */
const countedAtMost = 500;

/** What was refused today, counted by reason, and the latest of it; `atLeast` when there was more than was counted. */
export async function refusalsOf(
  table: Table,
  registry: Registry,
  estateIds: readonly string[],
  nowMs: number,
): Promise<Refusals> {
  const lists = await Promise.all(
    estateIds.map(async (estateId) => {
      const { pk } = keys.refusalOfEstate(estateId, await refusalDay(registry, estateId, nowMs), 0, '');
      return table.query({ pk, newestFirst: true, limit: countedAtMost });
    }),
  );
  const items = lists
    .flat()
    .map((item) => refusalSchema.parse(item))
    .sort((a, b) => b.atMs - a.atMs);
  const today: Record<string, number> = {};
  for (const { reason, count = 1 } of items) today[reason] = (today[reason] ?? 0) + count;
  return {
    today,
    // Of many that are counted, the newest may not stand there yet.
    atLeast: lists.some((list) => list.length === countedAtMost) || items.some(({ count = 0 }) => count > 16),
    latest: items.slice(0, shownAtMost),
  };
}
