import { newAlert } from '../alerts/alert.ts';
import { putAlert } from '../alerts/alert-store.ts';
import type { BoardSwipe } from '../devices/events.ts';
import { addressOf, type DoorBoard } from '../estate/device.ts';
import { type Backend, type Decision, type Recorded, record } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import type { Outgoing } from '../journal/outbox.ts';
import { recordAnyway } from '../journal/record-anyway.ts';
import { believedMs } from '../shared/clock.ts';
import { keys } from '../shared/keys.ts';
import { identityIn } from '../shared/keys-read.ts';
import type { Key, Write } from '../shared/table.ts';
import { listBoundMs } from './card-list.ts';
import type { Credential } from './credential.ts';
import { findByCard } from './credential-store.ts';
import { longestBacklogMs, recordPassing } from './handle-door-passed.ts';
import { swipeValidMs } from './handle-swipe.ts';

/**
 * A board that decides alone tells of a swipe. Granted, it opens or ends a stay like a door passed; the two feeds of its
 * gateway may both tell it, in either order and hours apart, and it counts once.
 */
export async function handleBoardSwipe(
  backend: Backend,
  origin: Origin,
  board: DoorBoard,
  event: BoardSwipe,
): Promise<Recorded> {
  const credential = await findByCard(backend.table, backend.vault, board.estateId, event.card);
  const key = keys.event(board.deviceId, event.identity);
  if (!event.granted || credential === undefined) return recordRefused(backend, origin, board, event);
  const atMs = believedMs(origin, longestBacklogMs);
  const admitted =
    event.direction === 'in' && atMs - (credential.revokedAtMs ?? Number.POSITIVE_INFINITY) > listBoundMs;
  return recordPassing(
    backend,
    origin,
    key,
    'board-swipe',
    {
      estateId: board.estateId,
      credentialId: credential.credentialId,
      householdId: credential.householdId,
      door: event.door,
      passing: {
        identity: `${board.deviceId}.${event.identity}`,
        facilityId: board.facilityId,
        direction: event.direction,
        atMs,
      },
    },
    admitted
      ? { refusal: 'revoked-card-admitted', writes: [admittedAlert(origin, board, event, credential)] }
      : undefined,
  );
}

/**
 * What the board refused it has refused; only a way out is opened by us, because leaving is never denied. The board
 * opens at our word for a card that may open there, and answers when it does not; that answer is journalled.
 */
function recordRefused(
  backend: Backend,
  origin: Origin,
  board: DoorBoard,
  event: BoardSwipe,
): Promise<Recorded> {
  const letsOut = !event.granted && event.direction === 'out' && isFresh(backend, origin);
  const decide = async (key: Key): Promise<Decision> => ({
    entry: draft(key, origin, {
      kind: 'board-swipe',
      outcome: letsOut ? 'let-out' : 'refused',
      refusal: event.granted ? 'card-only-known-to-board' : 'refused-by-board',
      facts: {
        facilityId: board.facilityId,
        door: event.door,
        direction: event.direction,
        reasonCode: event.reasonCode,
      },
      commands: letsOut ? [unlockFor(board, origin, event, key)] : [],
    }),
  });
  // A board that counts its events anew keeps nobody inside.
  return letsOut
    ? recordAnyway(backend, origin, event.identity, decide)
    : record(backend, () => decide(keys.event(board.deviceId, event.identity)));
}

function unlockFor(
  board: DoorBoard,
  { receivedAtMs }: Origin,
  { door, card }: BoardSwipe,
  key: Key,
): Outgoing {
  const commandId = `${board.deviceId}.${identityIn(key)}`;
  return {
    to: addressOf(board),
    command: { type: 'unlock', commandId, expiresAtMs: receivedAtMs + swipeValidMs, door, card },
    acknowledgedAt: keys.commandAcknowledged(board.deviceId, commandId),
  };
}

/** Whether somebody may still stand there: a gateway also tells of what happened while it was away. */
function isFresh(backend: Backend, { receivedAtMs, occurredAtMs = receivedAtMs }: Origin): boolean {
  return backend.clock.now() - receivedAtMs <= swipeValidMs && receivedAtMs - occurredAtMs <= swipeValidMs;
}

function admittedAlert(
  origin: Origin,
  board: DoorBoard,
  event: BoardSwipe,
  { credentialId }: Credential,
): Write {
  const place = board.doors.find(({ door }) => door === event.door)?.name ?? {
    zh: board.deviceId,
    en: board.deviceId,
  };
  return putAlert(
    newAlert({
      estateId: board.estateId,
      kind: 'door',
      severity: 'urgent',
      createdAtMs: origin.receivedAtMs,
      // Not the fact itself, which names the card.
      cause: `admitted ${board.deviceId} ${event.identity}`,
      deviceId: board.deviceId,
      facilityId: board.facilityId,
      place,
      text: {
        zh: `${place.zh}：门禁板放行了已停用的卡（${credentialId}）`,
        en: `${place.en}: the board admitted a revoked card (${credentialId})`,
      },
    }),
  );
}
