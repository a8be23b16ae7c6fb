import { type Outgoing, unanswered } from '../devices/outbox.ts';
import { type Facility, facilitySchema } from '../estate/facility.ts';
import { type Backend, record } from '../journal/commit.ts';
import { entryOf, timerOrigin } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import type { Key } from '../shared/table.ts';
import { cutPorts, holdOpen, release, repeatMs } from './evacuation.ts';
import { putFacility, readFacility, releasing } from './evacuation-store.ts';

/**
 * While an evacuation lasts, its commands are sent again every minute: to a door until it has answered, to a port as
 * long as it may be live, whatever it has answered. A stop can arrive before its start, or name an order of yesterday.
 * After it, doors are told to go back to their cards until each has answered.
 */
export async function facilityDue(backend: Backend, key: Key): Promise<void> {
  const nowMs = backend.clock.now();
  const [item] = await backend.table.get([key]);
  if (item === undefined || item.dueAtMs === undefined || item.dueAtMs > nowMs) return;
  const { estateId, facilityId } = facilitySchema.parse(item);
  const origin = timerOrigin({ estateId, deviceId: facilityId }, nowMs, 'repeat');
  await record(backend, async () => {
    const { facility, told } = await readFacility(backend, estateId, facilityId);
    const { evacuation } = facility;
    const commands = await stillNeeded(backend, facility, nowMs);
    const after =
      evacuation === undefined
        ? releasing(commands.length === 0 ? undefined : facility.releasing, nowMs)
        : { evacuation, dueAtMs: nowMs + repeatMs };
    return {
      entry: entryOf(
        keys.event(facilityId, `repeat:${nowMs}`),
        origin,
        {
          kind: evacuation === undefined ? 'release-repeated' : 'evacuation-repeated',
          outcome: `${commands.length} sent again`,
          keep: 'operation',
          commands,
        },
        backend.vault,
      ),
      writes: [putFacility(facility, told, after)],
    };
  });
}

async function stillNeeded(backend: Backend, facility: Facility, nowMs: number): Promise<Outgoing[]> {
  if (facility.evacuation === undefined) {
    const alertId = facility.releasing;
    if (alertId === undefined) return [];
    return unanswered(backend.table, await release(backend, facility, alertId, nowMs));
  }
  const doors = await holdOpen(backend, facility, facility.evacuation.alertId, nowMs);
  return [...(await cutPorts(backend, facility, nowMs)), ...(await unanswered(backend.table, doors))];
}
