import type { RefusalReason } from '../../contract/words/words.ts';
import type { DoorPassed } from '../devices/events.ts';
import type { Reader } from '../estate/device.ts';
import { type Backend, type Recorded, record } from '../journal/commit.ts';
import { draft, type Origin, parseEntry } from '../journal/entry.ts';
import { doorFacts } from '../journal/facts/door.ts';
import { believedMs } from '../shared/clock.ts';
import { keys } from '../shared/keys.ts';
import type { Write } from '../shared/table.ts';
import { type Passing, pass } from './presence.ts';
import { putPresence, readPresence } from './presence-store.ts';

/**
 * Somebody went through a door that a swipe had opened: the stay begins or ends here, and not at the swipe, because a
 * door can be opened and not passed. Throws when the swipe is not there yet: the message is delivered again, later.
 */
export async function handleDoorPassed(
  backend: Backend,
  origin: Origin,
  reader: Reader,
  event: DoorPassed,
): Promise<Recorded> {
  const key = keys.event(reader.deviceId, event.identity);
  const swipe = await newestSwipe(backend, reader, event.swipeIdentity);
  if (swipe === undefined && backend.clock.now() - origin.receivedAtMs < patienceMs)
    throw new EarlyDoorPassed(event);
  const facts = swipe?.outcome === 'granted' ? doorFacts.parse(swipe.facts) : undefined;
  if (facts?.direction === undefined || facts.credentialId === undefined || facts.householdId === undefined) {
    const outcome = facts?.direction === 'out' ? 'passed-unknown' : 'refused';
    return record(backend, async () => ({
      entry: draft(key, origin, {
        kind: 'door-passed',
        outcome,
        refusal: outcome === 'refused' ? 'door-passed-without-swipe' : undefined,
      }),
    }));
  }
  return recordPassing(backend, origin, key, 'door-passed', {
    estateId: reader.estateId,
    credentialId: facts.credentialId,
    householdId: facts.householdId,
    door: 1,
    passing: {
      identity: `${reader.deviceId}.${event.identity}`,
      facilityId: reader.facilityId,
      direction: facts.direction,
      atMs: believedMs(origin, longestBacklogMs),
    },
  });
}

/** A reader that counts anew may have named several swipes alike: the last of them opened the door. */
async function newestSwipe({ table }: Backend, { deviceId }: Reader, identity: string) {
  const [[first], again] = await Promise.all([
    table.get([keys.event(deviceId, identity)]),
    table.query(keys.eventsAgain(deviceId, identity)),
  ]);
  return [first, ...again]
    .flatMap((item) => (item === undefined ? [] : [parseEntry(item)]))
    .sort((a, b) => a.receivedAtMs - b.receivedAtMs)
    .at(-1);
}

/** How long a door passed waits for its own swipe to be told. */
const patienceMs = 60_000;

/** The door passed overtook its swipe. Delivered again, it finds it. */
export class EarlyDoorPassed extends Error {
  override readonly name = 'EarlyDoorPassed';
  constructor(event: DoorPassed) {
    super(`The swipe ${event.swipeIdentity} of this door passed is not there yet`);
  }
}

/** Who went through which door. */
export interface KnownPassing {
  readonly estateId: string;
  readonly credentialId: string;
  readonly householdId: string;
  readonly door: number;
  readonly passing: Passing;
}

/** What is wrong with it, although it happened, and who is told. */
interface Remark {
  readonly refusal: RefusalReason;
  readonly writes: readonly Write[];
}

/** Records that somebody went through, with the stay that it begins or ends. */
export function recordPassing(
  backend: Backend,
  origin: Origin,
  key: ReturnType<typeof keys.event>,
  kind: 'door-passed' | 'board-swipe',
  known: KnownPassing,
  remark?: Remark,
): Promise<Recorded> {
  return record(backend, async () => {
    const before = await readPresence(backend.table, known);
    const { after, passed } = pass(before, known.passing);
    const { facilityId, direction } = known.passing;
    const facts = {
      facilityId,
      door: known.door,
      direction,
      credentialId: known.credentialId,
      householdId: known.householdId,
      passed,
    };
    return {
      entry: draft(key, origin, {
        kind,
        outcome: passed.outcome,
        refusal: remark?.refusal,
        facts,
      }),
      writes: [...(after === before ? [] : [putPresence(after)]), ...(remark?.writes ?? [])],
    };
  });
}

/** A board may have been away for a month, and then tell of every day of it. */
export const longestBacklogMs = 31 * 86_400_000;
