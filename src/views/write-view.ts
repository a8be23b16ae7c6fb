import { isDeepStrictEqual } from 'node:util';
import type { Publisher } from '../journal/outbox.ts';
import { DomainError } from '../shared/errors.ts';
import type { Table } from '../shared/table.ts';
import type { View, ViewSources } from './view.ts';
import { type Change, isOfNow, viewOf } from './view-of-change.ts';

const lookLimit = 12;

/**
 * Shows one change: its read models and the live pages. What is made of how things stand now is made again once it is
 * written: they may have moved on meanwhile, and their own change may have been shown already, since a dead letter is
 * given back in no order. Throws `lost-race` where they do not come to rest.
 */
export async function showChange(sources: ViewSources, publisher: Publisher, change: Change): Promise<void> {
  let shown: View | undefined;
  for (let look = 0; look < lookLimit; look += 1) {
    const view = await viewOf(sources, change);
    if (shown !== undefined && isDeepStrictEqual(view.writes, shown.writes)) return;
    await writeView(sources.table, publisher, view);
    if (!isOfNow(change)) return;
    shown = view;
  }
  throw new DomainError('lost-race', 'What is to be shown changes each time that it is looked at');
}

/**
 * Writes the read models, each by itself, and tells the live pages. A condition that does not hold means that
 * something newer stands there. A page that is not told catches up when it next looks.
 */
export async function writeView(table: Table, publisher: Publisher, view: View): Promise<void> {
  await Promise.all(view.writes.map((write) => table.commit([write])));
  await Promise.all(
    view.live.map(({ topic, body }) => publisher.publish(topic, Buffer.from(JSON.stringify(body)))),
  );
}
