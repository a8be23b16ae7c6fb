import type { EndedStay } from '../access/whereabouts.ts';
import { whereaboutsSchema } from '../access/whereabouts.ts';
import { putWhereabouts } from '../access/whereabouts-store.ts';
import { type Backend, record } from '../journal/commit.ts';
import { draft, timerOrigin } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import type { Key } from '../shared/table.ts';
import { adjustEnded } from './adjust-charge.ts';
import { parseChargeId } from './charge.ts';

/**
 * The timer of a card's whereabouts: somebody has left a place in which they charged, under a tariff that has a fee for
 * leaving the bike standing. With the stay the bike is taken away, or, where another charge was started in it, with that
 * one. Done again, nothing more happens.
 */
export async function stayEnded(backend: Backend, key: Key): Promise<void> {
  const [item] = await backend.table.get([key]);
  if (item === undefined) return;
  const whereabouts = whereaboutsSchema.parse(item);
  for (const stay of whereabouts.ended ?? []) await bikeRemoved(backend, whereabouts.estateId, stay);
  const { ended: _, dueAtMs: _due, ...rest } = whereabouts;
  // Where somebody has passed a door in this moment, they are looked at again.
  await backend.table.commit([putWhereabouts(rest)]);
}

async function bikeRemoved(backend: Backend, estateId: string, stay: EndedStay): Promise<void> {
  const charges = stay.charges ?? [];
  for (const [index, { chargeId }] of charges.entries()) {
    const named = parseChargeId(chargeId);
    const board = named === undefined ? undefined : await backend.registry.device(named.deviceId);
    if (named === undefined || board?.kind !== 'charging-board') continue;
    const { deviceId, order } = named;
    const removedAtMs = charges[index + 1]?.atMs ?? stay.leftAtMs;
    // When it was taken away is kept as long as the bill; through which door is not.
    const origin = timerOrigin(
      { estateId, deviceId },
      backend.clock.now(),
      `removed ${chargeId} ${stay.stayId}`,
    );
    await record(backend, async () => ({
      entry: draft(keys.charge(deviceId, order, 'removed'), origin, {
        kind: 'bike-removed',
        outcome: 'noted',
        facts: { removedAtMs },
      }),
    }));
    await adjustEnded(backend, origin, board, order);
  }
}
