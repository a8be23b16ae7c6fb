import type { Publisher } from '../journal/outbox.ts';
import type { Table } from '../shared/table.ts';
import type { View } from './view.ts';

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
