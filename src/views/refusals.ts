import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';

const shownAtMost = 50;

/** What was refused today, counted by reason, and the latest of it. Days are UTC days. */
export async function refusalsOf(table: Table, estateIds: readonly string[], nowMs: number) {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const lists = await Promise.all(
    estateIds.map((estateId) =>
      table.query({ pk: keys.refusalOfEstate(estateId, day, 0, '').pk, newestFirst: true }),
    ),
  );
  const items = lists.flat().sort((a, b) => Number(b['atMs']) - Number(a['atMs']));
  const today: Record<string, number> = {};
  for (const item of items) today[String(item['reason'])] = (today[String(item['reason'])] ?? 0) + 1;
  return {
    today,
    latest: items
      .slice(0, shownAtMost)
      .map(({ atMs, deviceId, topic, reason, detail }) => ({ atMs, deviceId, topic, reason, detail })),
  };
}
