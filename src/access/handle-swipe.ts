import type { RefusalReason } from '../../contract/words/words.ts';
import type { Swipe } from '../devices/events.ts';
import type { Reader } from '../estate/device.ts';
import { addressOf } from '../estate/device.ts';
import { type Backend, type Decision, type Recorded, record } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import { type Outgoing, send } from '../journal/outbox.ts';
import { recordAnyway } from '../journal/record-anyway.ts';
import { keys } from '../shared/keys.ts';
import { identityIn } from '../shared/keys-read.ts';
import type { Key } from '../shared/table.ts';
import { type Credential, credentialRefusal } from './credential.ts';
import { findByCard } from './credential-store.ts';

/** How long after the card was shown a door may still open: as long as somebody stands there waiting. */
export const swipeValidMs = 10_000;

/** A reader's clock may be this far ahead of ours before its word is not taken. */
export const clockAheadMs = 60_000;

/**
 * A card at an online reader: one read, one conditional write, one publish. On the way out the door opens for any
 * card, known or not and whatever the reader's clock says, because leaving is never denied; but an old message opens
 * no door in either direction: whoever waited has gone.
 */
export async function handleSwipe(
  backend: Backend,
  origin: Origin,
  reader: Reader,
  event: Swipe,
): Promise<Recorded> {
  const credential = await findByCard(backend.table, backend.vault, reader.estateId, event.card);
  const nowMs = backend.clock.now();
  const reason = swipeRefusal(reader, credential, event, origin.receivedAtMs, nowMs);
  const facts = {
    facilityId: reader.facilityId,
    door: 1,
    direction: reader.direction,
    ...(credential === undefined
      ? {}
      : { credentialId: credential.credentialId, householdId: credential.householdId }),
  };
  const decide = async (key: Key): Promise<Decision> => ({
    entry: draft(key, origin, {
      kind: 'swipe',
      outcome: reason === undefined ? 'granted' : 'refused',
      refusal: reason,
      facts,
      commands: reason === undefined ? [unlockFor(reader, origin, event, key)] : [],
    }),
  });
  // A reader that counts its swipes anew keeps nobody inside; it lets nobody in under another's number either.
  const recorded = await (reader.direction === 'out'
    ? recordAnyway(backend, origin, event.identity, decide)
    : record(backend, () => decide(keys.event(reader.deviceId, event.identity))));
  if (recorded.entry.refusal !== undefined) {
    await send(backend.publisher, backend.clock, [
      {
        to: addressOf(reader),
        command: { type: 'refuse-swipe', swipeIdentity: event.identity, reason: recorded.entry.refusal },
      },
    ]);
  }
  return recorded;
}

/** One command for each swipe that the journal tells apart: a reader carries out one id once. */
function unlockFor(reader: Reader, { receivedAtMs }: Origin, { identity }: Swipe, key: Key): Outgoing {
  const commandId = `${reader.deviceId}.${identityIn(key)}`;
  return {
    to: addressOf(reader),
    command: {
      type: 'unlock',
      commandId,
      expiresAtMs: receivedAtMs + swipeValidMs,
      door: 1,
      swipeIdentity: identity,
    },
    acknowledgedAt: keys.commandAcknowledged(reader.deviceId, commandId),
  };
}

/** Why the door stays shut, or undefined when it opens. Pure. */
export function swipeRefusal(
  reader: Reader,
  credential: Credential | undefined,
  event: Swipe,
  receivedAtMs: number,
  nowMs: number,
): RefusalReason | undefined {
  if (nowMs - receivedAtMs > swipeValidMs) return 'stale-swipe';
  if (reader.direction === 'out') return undefined;
  const shownAtMs = event.occurredAtMs ?? receivedAtMs;
  if (receivedAtMs - shownAtMs > swipeValidMs) return 'stale-swipe';
  if (shownAtMs - receivedAtMs > clockAheadMs) return 'clock-ahead';
  return credentialRefusal(credential, reader.facilityId, receivedAtMs, reader.timeZone);
}
