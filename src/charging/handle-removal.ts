import type { EndedStay } from '../access/presence.ts';
import { presenceSchema } from '../access/presence.ts';
import { putPresence } from '../access/presence-store.ts';
import { type Backend, record } from '../journal/commit.ts';
import { draft, timerOrigin } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import type { Key } from '../shared/table.ts';
import { adjustEnded } from './adjust-session.ts';
import { parseSessionId } from './session.ts';

/**
 * The timer of a card's presence: somebody has left a place in which they charged, under a tariff that has a fee for
 * leaving the bike standing. With the stay the bike is taken away, or, where another session was started in it, with that
 * one. Done again, nothing more happens.
 */
export async function stayEnded(backend: Backend, key: Key): Promise<void> {
  const [item] = await backend.table.get([key]);
  if (item === undefined) return;
  const presence = presenceSchema.parse(item);
  for (const stay of presence.ended ?? []) await bikeRemoved(backend, presence.estateId, stay);
  const { ended: _, dueAtMs: _due, ...rest } = presence;
  // Where somebody has passed a door in this moment, they are looked at again.
  await backend.table.commit([putPresence(rest)]);
}

async function bikeRemoved(backend: Backend, estateId: string, stay: EndedStay): Promise<void> {
  const sessions = stay.sessions ?? [];
  for (const [index, { sessionId }] of sessions.entries()) {
    const named = parseSessionId(sessionId);
    const board = named === undefined ? undefined : await backend.registry.device(named.deviceId);
    if (named === undefined || board?.kind !== 'charging-board') continue;
    const { deviceId, order } = named;
    const removedAtMs = sessions[index + 1]?.atMs ?? stay.leftAtMs;
    // When it was taken away is kept as long as the bill; through which door is not.
    const origin = timerOrigin(
      { estateId, deviceId },
      backend.clock.now(),
      `removed ${sessionId} ${stay.stayId}`,
    );
    await record(backend, async () => ({
      entry: draft(keys.session(deviceId, order, 'removed'), origin, {
        kind: 'bike-removed',
        outcome: 'noted',
        facts: { removedAtMs },
      }),
    }));
    await adjustEnded(backend, origin, board, order);
  }
}
