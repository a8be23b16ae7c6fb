import { isDeepStrictEqual } from 'node:util';
import type { Publisher } from '../journal/outbox.ts';
import type { Table, Write } from '../shared/table.ts';
import type { View, ViewSources } from './view.ts';
import { type Change, isOfNow, viewOf } from './view-of-change.ts';

/**
 * Shows one change: its read models and the live pages. What is made of how things stand now is made again once it is
 * written: they may have moved on meanwhile, and their own change may have been shown already, since a dead letter is
 * given back in no order.
 */
export async function showChange(sources: ViewSources, publisher: Publisher, change: Change): Promise<void> {
  const view = await viewOf(sources, change);
  await writeView(sources.table, publisher, view);
  let { writes } = view;
  while (isOfNow(change)) {
    const now = await viewOf(sources, change);
    if (isDeepStrictEqual(now.writes, writes)) return;
    await writeView(sources.table, publisher, now);
    writes = now.writes;
  }
}

/**
 * Writes the read models, each by itself, and tells the live pages. A condition that does not hold means that
 * something newer stands there. A page that is not told catches up when it next looks.
 */
export async function writeView(table: Table, publisher: Publisher, view: View): Promise<void> {
  await writeAll(table, view.writes);
  await Promise.all(
    view.live.map(({ topic, body }) => publisher.publish(topic, Buffer.from(JSON.stringify(body)))),
  );
}

async function writeAll(table: Table, writes: readonly Write[]): Promise<void> {
  await Promise.all(writes.map((write) => table.commit([write])));
}
