import { believedMs } from '../shared/clock.ts';
import { keys } from '../shared/keys.ts';
import { type Backend, type Decision, type Recorded, record } from './commit.ts';
import type { Entry, Origin } from './entry.ts';

/**
 * Records what has to be acted on under whatever identity it came: danger, and whoever wants to leave. Numbers, ids and
 * clocks of devices begin again; where another fact stands under the identity, this one gets an identity of its own,
 * which follows from what it says, so that told twice it still takes effect once.
 */
export function recordAnyway(
  backend: Backend,
  { deviceId, fact }: Origin,
  identity: string,
  decide: (key: ReturnType<typeof keys.event>) => Promise<Decision>,
): Promise<Recorded> {
  const own = keys.eventAgain(deviceId, identity, backend.vault.mac(fact));
  return record(
    backend,
    () => decide(keys.event(deviceId, identity)),
    () => record(backend, () => decide(own)),
  );
}

/** A message that is repeated comes within so long, or its device has a clock that says how old it is. */
const repeatedWithinMs = 10 * 60_000;

/** A device's clock is not believed about what would have been so long on its way. */
const longestOnItsWayMs = 3_600_000;

/**
 * The same for danger, which a device without a clock or a counter says in the same words every time: said again long
 * after, it is danger again. Where the clock was right the first time, it is an old message that comes late.
 */
export async function recordDanger(
  backend: Backend,
  origin: Origin,
  identity: string,
  decide: (key: ReturnType<typeof keys.event>) => Promise<Decision>,
): Promise<Recorded> {
  const recorded = await recordAnyway(backend, origin, identity, decide);
  if (recorded.recorded === 'now' || !isSaidAnew(recorded.entry, origin)) return recorded;
  const { deviceId, fact, receivedAtMs } = origin;
  const own = keys.eventAgain(deviceId, identity, backend.vault.mac(`${fact} ${receivedAtMs}`));
  return record(backend, () => decide(own));
}

function isSaidAnew(first: Entry, { receivedAtMs }: Origin): boolean {
  const clockWasRight = believedMs(first, longestOnItsWayMs) === first.occurredAtMs;
  return !clockWasRight && receivedAtMs - first.receivedAtMs > repeatedWithinMs;
}
