import { putAlert } from '../alerts/alert-store.ts';
import { type Facility, facilitySchema } from '../estate/facility.ts';
import { type Backend, record } from '../journal/commit.ts';
import { draft, timerOrigin } from '../journal/entry.ts';
import { type Outgoing, unanswered } from '../journal/outbox.ts';
import { keys } from '../shared/keys.ts';
import type { Key } from '../shared/table.ts';
import { cutPorts, holdOpen, release, repeatMs } from './evacuation.ts';
import { putFacility, readFacility, releasing } from './evacuation-store.ts';
import { unansweredDoorsAlert } from './unanswered-doors.ts';

/**
 * While an evacuation lasts, its commands are sent again every minute: to a door until it has answered, to a port as
 * long as it may be live, whatever it has answered. A stop can arrive before its start, or name an order of yesterday.
 * After it, doors are told to go back to their cards until each has answered. That doors have not confirmed that they
 * stand open is told at the first repetition, a minute after they were asked.
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
    const { ports, doors } = await stillNeeded(backend, facility, nowMs);
    const commands = [...ports, ...doors];
    const alert = await unansweredDoorsAlert(backend, facility, doors, nowMs);
    const after =
      evacuation === undefined
        ? releasing(commands.length === 0 ? undefined : facility.releasing, nowMs)
        : {
            evacuation: { ...evacuation, ...(alert === undefined ? {} : { doorsToldAtMs: nowMs }) },
            dueAtMs: nowMs + repeatMs,
          };
    return {
      entry: draft(keys.evacuationRepeated(estateId, facilityId, nowMs), origin, {
        kind: evacuation === undefined ? 'release-repeated' : 'evacuation-repeated',
        outcome: `${commands.length} sent again`,
        commands,
      }),
      writes: [putFacility(facility, told, after), ...(alert === undefined ? [] : [putAlert(alert)])],
    };
  });
}

async function stillNeeded(
  backend: Backend,
  facility: Facility,
  nowMs: number,
): Promise<{ readonly ports: readonly Outgoing[]; readonly doors: readonly Outgoing[] }> {
  const { evacuation, releasing: alertId } = facility;
  if (evacuation === undefined) {
    const doors = alertId === undefined ? [] : await release(backend, facility, alertId, nowMs);
    return { ports: [], doors: await unanswered(backend.table, doors) };
  }
  const doors = await holdOpen(backend, facility, evacuation.alertId, nowMs);
  return { ports: await cutPorts(backend, facility, nowMs), doors: await unanswered(backend.table, doors) };
}
