import type { Backend } from './commit.ts';
import { commandsOf, type Entry } from './entry.ts';
import { send, unanswered } from './outbox.ts';

/**
 * Sends again those commands of an entry that no device has answered yet and that may still be carried out: the
 * function that recorded them may have died between the commit and the sending. Answers how many were looked at again.
 */
export async function redeliver(
  backend: Backend,
  entry: Pick<Entry, 'outbox' | 'outboxUntilMs'>,
): Promise<number> {
  if ((entry.outboxUntilMs ?? 0) <= backend.clock.now()) return 0;
  const open = await unanswered(backend.table, commandsOf(entry, backend.vault));
  await send(backend.publisher, backend.clock, open);
  return open.length;
}
