import type * as z from 'zod/mini';
import type { DoorOutcome } from '../../contract/words/words.ts';
import type { Entry } from '../journal/entry.ts';
import { doorFacts } from '../journal/facts/door.ts';
import { keys } from '../shared/keys.ts';
import type { Write } from '../shared/table.ts';
import { live, type View } from './view.ts';

/** What somebody did at a door: the door's last event, and the stay it began or ended. */
export function movementView(entry: Entry): View {
  const { facilityId, door, direction, passed } = doorFacts.parse(entry.facts);
  const outcome: DoorOutcome =
    entry.outcome === 'refused' ? 'refused' : entry.kind === 'door-passed' ? 'passed' : 'granted';
  if (facilityId === undefined || door === undefined) return { writes: stayWrites(entry, passed), live: [] };
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
        ...{ facilityId, direction, deviceId: entry.deviceId, door },
        ...last,
      }),
    ],
  };
}

type Passed = z.infer<typeof doorFacts>['passed'];

/**
 * A stay as it can be looked up by its id. It begins at one door and ends at another, and the two are told in no
 * certain order: an ending is complete in itself, and a beginning is written only where nothing stands yet.
 */
function stayWrites(entry: Entry, passed: Passed): Write[] {
  if (passed?.stay === undefined) return [];
  const put = {
    ...keys.stay(entry.estateId, passed.stay.stayId),
    ...passed.stay,
    expiresAtS: entry.expiresAtS,
  };
  return [{ put, when: 'leftAtMs' in passed.stay ? 'always' : 'absent' }];
}
