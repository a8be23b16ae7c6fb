import * as z from 'zod/mini';
import { nobodysEstate } from '../devices/intake.ts';
import type { Registry } from '../estate/registry-store.ts';
import { keys } from '../shared/keys.ts';
import { wallClock } from '../shared/local-time.ts';
import type { Table } from '../shared/table.ts';

const shownAtMost = 50;

/** A device that repeats one mistake all day must not make the page slow: the newest of each list are counted. */
const countedAtMost = 500;

const refusalSchema = z.object({
  atMs: z.int(),
  deviceId: z.string(),
  topic: z.string(),
  reason: z.string(),
  detail: z.optional(z.string()),
});

/** The day by the estate's own wall clock; what belongs to no estate goes by UTC. */
export async function refusalDay(registry: Registry, estateId: string, atMs: number): Promise<string> {
  const timeZone = estateId === nobodysEstate ? 'UTC' : (await registry.estate(estateId)).timeZone;
  return wallClock(atMs, timeZone).date;
}

/** What was refused today, counted by reason, and the latest of it; `atLeast` when there was more than was counted. */
export async function refusalsOf(
  table: Table,
  registry: Registry,
  estateIds: readonly string[],
  nowMs: number,
) {
  const lists = await Promise.all(
    estateIds.map(async (estateId) => {
      const { pk } = keys.refusalOfEstate(estateId, await refusalDay(registry, estateId, nowMs), 0, '');
      return table.query({ pk, newestFirst: true, limit: countedAtMost });
    }),
  );
  const items = lists.flat().sort((a, b) => Number(b['atMs']) - Number(a['atMs']));
  const today: Record<string, number> = {};
  for (const item of items) today[String(item['reason'])] = (today[String(item['reason'])] ?? 0) + 1;
  return {
    today,
    atLeast: lists.some((list) => list.length === countedAtMost),
    latest: items.slice(0, shownAtMost).map((item) => refusalSchema.parse(item)),
  };
}
