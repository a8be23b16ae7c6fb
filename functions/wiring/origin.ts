import type { Origin } from '../../src/journal/entry.ts';
import type { Clock } from '../../src/shared/clock.ts';
import type { Call } from './http.ts';

/** A person's request as the journal keeps it: `fact` is what makes two requests the same one. */
export function originOf(clock: Clock, call: Call, estateId: string, fact: string): Origin {
  return {
    estateId,
    deviceId: 'api',
    receivedAtMs: clock.now(),
    topic: 'api',
    sender: call.person.subject,
    payload: Buffer.from(call.rawBody),
    fact,
  };
}
