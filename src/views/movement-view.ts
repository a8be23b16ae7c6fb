import * as z from 'zod/mini';
import { directionSchema } from '../../contract/shapes/overview.ts';
import type { Passed } from '../access/presence.ts';
import type { Entry } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import type { Write } from '../shared/table.ts';
import { live, type View } from './view.ts';

const placeSchema = z.object({ facilityId: z.string(), direction: z.optional(directionSchema) });

/** What somebody did at a door: the door's last event, and the stay it began or ended. */
export function movementView(entry: Entry): View {
  const { facilityId, door, direction } = entry.facts;
  const passed = entry.facts['passed'] as Passed | undefined;
  const outcome =
    entry.outcome === 'refused' ? 'refused' : entry.kind === 'door-passed' ? 'passed' : 'granted';
  if (typeof door !== 'number') return { writes: stayWrites(entry, passed), live: [] };
  const last = {
    atMs: entry.receivedAtMs,
    outcome,
    ...(entry.refusal === undefined ? {} : { reason: entry.refusal }),
  };
  return {
    writes: [
      { put: { ...keys.lastAtDoor(entry.estateId, entry.deviceId, door), ...last }, when: 'newest' },
      ...stayWrites(entry, passed),
    ],
    live: [
      live(entry.estateId, 'doors', {
        ...placeSchema.parse({ facilityId, direction }),
        ...{ deviceId: entry.deviceId, door },
        ...last,
      }),
    ],
  };
}

/**
 * A stay as it can be looked up by its id. It begins at one door and ends at another, and the two are told in no
 * certain order: an ending is complete in itself, and a beginning is written only where nothing stands yet.
 */
function stayWrites(entry: Entry, passed: Passed | undefined): Write[] {
  if (passed === undefined || !('stay' in passed)) return [];
  const put = {
    ...keys.stay(entry.estateId, passed.stay.stayId),
    ...passed.stay,
    expiresAtS: entry.expiresAtS,
  };
  return [{ put, when: 'leftAtMs' in passed.stay ? 'always' : 'absent' }];
}
