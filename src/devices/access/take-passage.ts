import * as z from 'zod/mini';
import type { DoorBoard, Reader } from '../../estate/device.ts';
import { type Backend, type Recorded, record } from '../../journal/commit.ts';
import { entryOf, type Origin, parseEntry } from '../../journal/entry.ts';
import { keys } from '../../shared/keys.ts';
import type { BoardSwipe, Passage } from '../events.ts';
import { findByCard } from './credential-store.ts';
import { type Passing, pass } from './whereabouts.ts';
import { putWhereabouts, readWhereabouts } from './whereabouts-store.ts';

const swipeFactsSchema = z.object({
  direction: z.enum(['in', 'out']),
  credentialId: z.optional(z.string()),
  householdId: z.optional(z.string()),
});

/**
 * Somebody went through a door that a swipe had opened: the stay begins or ends here, and not at the swipe, because a
 * door can be opened and not passed. Throws when the swipe is not there yet: the message is delivered again, later.
 */
export async function takePassage(
  backend: Backend,
  origin: Origin,
  reader: Reader,
  event: Passage,
): Promise<Recorded> {
  const [item] = await backend.table.get([keys.event(reader.deviceId, event.swipeIdentity)]);
  const key = keys.event(reader.deviceId, event.identity);
  const swipe = item === undefined ? undefined : parseEntry(item);
  if (swipe === undefined && backend.clock.now() - origin.receivedAtMs < patienceMs)
    throw new EarlyPassage(event);
  const facts = swipe?.outcome === 'granted' ? swipeFactsSchema.parse(swipe.facts) : undefined;
  if (facts?.credentialId === undefined || facts.householdId === undefined) {
    const outcome = facts?.direction === 'out' ? 'passed-unknown' : 'refused';
    return record(backend, async () => ({
      entry: entryOf(
        key,
        origin,
        {
          kind: 'passage',
          outcome,
          refusal: outcome === 'refused' ? 'passage-without-swipe' : undefined,
          keep: 'movement',
        },
        backend.vault,
      ),
    }));
  }
  return recordPassing(backend, origin, key, 'passage', {
    estateId: reader.estateId,
    credentialId: facts.credentialId,
    householdId: facts.householdId,
    door: 1,
    passing: {
      identity: `${reader.deviceId}.${event.identity}`,
      facilityId: reader.facilityId,
      direction: facts.direction,
      atMs: passedAtMs(event.occurredAtMs, origin.receivedAtMs),
    },
  });
}

/** How long a passage waits for its own swipe to be told. */
const patienceMs = 60_000;

/** The passage overtook its swipe. Delivered again, it finds it. */
export class EarlyPassage extends Error {
  override readonly name = 'EarlyPassage';
  constructor(event: Passage) {
    super(`The swipe ${event.swipeIdentity} of this passage is not there yet`);
  }
}

/**
 * A board that decides alone tells of a swipe. Granted, it opens or ends a stay like a passage; the two feeds of its
 * gateway may both tell it, in either order and hours apart, and it counts once.
 */
export async function takeBoardSwipe(
  backend: Backend,
  origin: Origin,
  board: DoorBoard,
  event: BoardSwipe,
): Promise<Recorded> {
  const key = keys.event(board.deviceId, event.identity);
  const credential = await findByCard(backend.table, backend.vault, board.estateId, event.card);
  const place = { facilityId: board.facilityId, door: event.door };
  if (!event.granted || credential === undefined) {
    const refusal = event.granted ? 'card-only-known-to-board' : 'refused-by-board';
    return record(backend, async () => ({
      entry: entryOf(
        key,
        origin,
        {
          kind: 'board-swipe',
          outcome: 'refused',
          refusal,
          keep: 'movement',
          facts: { ...place, reasonCode: event.reasonCode },
          carriesCard: true,
        },
        backend.vault,
      ),
    }));
  }
  return recordPassing(backend, origin, key, 'board-swipe', {
    estateId: board.estateId,
    credentialId: credential.credentialId,
    householdId: credential.householdId,
    door: event.door,
    passing: {
      identity: `${board.deviceId}.${event.identity}`,
      facilityId: board.facilityId,
      direction: event.direction,
      atMs: passedAtMs(event.occurredAtMs, origin.receivedAtMs),
    },
  });
}

interface KnownPassing {
  readonly estateId: string;
  readonly credentialId: string;
  readonly householdId: string;
  readonly door: number;
  readonly passing: Passing;
}

function recordPassing(
  backend: Backend,
  origin: Origin,
  key: ReturnType<typeof keys.event>,
  kind: string,
  known: KnownPassing,
) {
  return record(backend, async () => {
    const before = await readWhereabouts(backend.table, known);
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
      entry: entryOf(
        key,
        origin,
        { kind, outcome: passed.outcome, keep: 'movement', facts, carriesCard: kind === 'board-swipe' },
        backend.vault,
      ),
      writes: after === before ? [] : [putWhereabouts(after)],
    };
  });
}

/** The device's own clock where it can be true: not after we heard of it, and not older than a month of backlog. */
function passedAtMs(occurredAtMs: number | undefined, receivedAtMs: number): number {
  const believable =
    occurredAtMs !== undefined &&
    occurredAtMs <= receivedAtMs + 60_000 &&
    receivedAtMs - occurredAtMs < 31 * 86_400_000;
  return believable ? occurredAtMs : receivedAtMs;
}
