import type { Origin } from '../../src/journal/entry.ts';
import type { Clock } from '../../src/shared/clock.ts';
import type { Call } from './serve.ts';

/** A person's request as the journal keeps it: `fact` is what makes two requests the same one; some verbs put their own. */
export function originOf(clock: Clock, { person, path, rawBody }: Call, fact = ''): Origin {
  return {
    estateId: path.estateId,
    deviceId: 'api',
    receivedAtMs: clock.now(),
    topic: 'api',
    sender: person.subject,
    payload: Buffer.from(rawBody),
    fact,
  };
}
