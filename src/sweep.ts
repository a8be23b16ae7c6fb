import { type Channel, deliverAlert } from './alerts/deliver-alert.ts';
import { facilityDue } from './alerts/take-smoke.ts';
import { portDue } from './charging/watch-port.ts';
import { corridorDue } from './corridor/take-sighting.ts';
import { listedCardDue } from './devices/access/card-list.ts';
import type { Backend } from './journal/commit.ts';
import { type Key, timerShards } from './shared/table.ts';

export interface SweepSources extends Backend {
  readonly channel: Channel;
  readonly signingKey: string;
}

/** How many timers of one shard are looked at in one go; what is left waits for the next, a moment later. */
const batch = 50;
const roundLimit = 20;

/** Timers that failed: the sweep goes on with the others, and then says so. */
export class TimersFailed extends Error {
  override readonly name = 'TimersFailed';
  constructor(failures: readonly { key: Key; error: unknown }[]) {
    const told = failures.slice(0, 3).map(({ key, error }) => `${key.pk} ${key.sk}: ${String(error)}`);
    super(`${failures.length} timers failed, e.g. ${told.join('; ')}`);
  }
}

/** Looks at everything that is due. Each timer is decided on the item as it is now, so a late or second look is harmless. */
export async function sweep(sources: SweepSources): Promise<number> {
  const nowMs = sources.clock.now();
  const failures: { key: Key; error: unknown }[] = [];
  const seen = new Set<string>();
  for (let shard = 0; shard < timerShards; shard += 1) {
    for (let round = 0; round < roundLimit; round += 1) {
      const due = (await sources.table.due(shard, nowMs, batch)).filter(
        (key) => !seen.has(`${key.pk} ${key.sk}`),
      );
      if (due.length === 0) break;
      for (const key of due) {
        seen.add(`${key.pk} ${key.sk}`);
        try {
          await timerDue(sources, key);
        } catch (error) {
          failures.push({ key, error });
        }
      }
    }
  }
  if (failures.length > 0) throw new TimersFailed(failures);
  return seen.size;
}

/** Whose timer it is stands in its key. */
async function timerDue(sources: SweepSources, key: Key): Promise<void> {
  if (key.sk.startsWith('PORT#')) return portDue(sources, key);
  if (key.sk.startsWith('FACILITY#')) return facilityDue(sources, key);
  if (key.sk.startsWith('CARD#')) return listedCardDue(sources, key);
  if (key.sk === 'CORRIDOR') return corridorDue(sources, key);
  if (key.pk.endsWith('#ALERTS')) return deliverAlert(sources, key, sources.channel, sources.signingKey);
  throw new RangeError(`No timer belongs to ${key.pk} ${key.sk}`);
}
