import type { RefusalReason } from '../../contract/words/words.ts';
import { type Credential, credentialRefusal } from '../access/credential.ts';
import { findByCard } from '../access/credential-store.ts';
import type { CardAtPort } from '../devices/events.ts';
import { addressOf, type ChargingBoard } from '../estate/device.ts';
import { type Backend, record, refusedAfter } from '../journal/commit.ts';
import { commandsOf, draft, type Origin, parseEntry } from '../journal/entry.ts';
import { send } from '../journal/outbox.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { spendableFen } from '../wallet/wallet.ts';
import { parseWallet, walletKey } from '../wallet/wallet-store.ts';
import { findOrder } from './find-order.ts';
import { limits } from './session.ts';
import { startSession } from './start-session.ts';

/**
 * A card was held to a port. Starts a session, or answers why not; a card held again while its own start is under way
 * sends the same start again, because the board repeats a request that it heard no answer to.
 */
export async function handleCardAtPort(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  told: CardAtPort,
): Promise<void> {
  const event = { ...told, identity: identityOf(backend, told) };
  const [credential, [before], { authorised }] = await Promise.all([
    findByCard(backend.table, backend.vault, board.estateId, event.card),
    backend.table.get([keys.event(board.deviceId, event.identity)]),
    findOrder(backend, board.deviceId, event.identity),
  ]);
  // Authorised once, this very request stays so, however late it is told again: its start is sent as long as it holds.
  if (authorised !== undefined)
    return send(backend.publisher, backend.clock, commandsOf(authorised, backend.vault));
  // Refused once, this very request stays refused: whoever held the card has had the answer, and may have gone.
  const refusedBefore = before === undefined ? undefined : parseEntry(before).refusal;
  if (refusedBefore !== undefined) return sayRefused(backend, board, event, refusedBefore);
  if (event.action === 'balance') return answerBalance(backend, origin, board, event, credential);
  const stale = backend.clock.now() - origin.receivedAtMs > limits.startValidMs;
  const refusal = stale
    ? 'stale-request'
    : credentialRefusal(credential, board.facilityId, origin.receivedAtMs, board.timeZone);
  if (refusal !== undefined || credential === undefined)
    return refuseCard(backend, origin, board, event, refusal ?? 'unknown-card');
  try {
    await startSession(backend, origin, {
      board,
      port: event.port,
      identity: event.identity,
      startedBy: 'card',
      householdId: credential.householdId,
      credentialId: credential.credentialId,
      memberId: credential.memberId,
    });
  } catch (error) {
    if (!(error instanceof DomainError) || error.retry) throw error;
    await refuseCard(backend, origin, board, event, error.error);
  }
}

/** Two cards held to one port in one millisecond are two requests; the key names no card, so a keyed hash tells. */
function identityOf({ vault }: Backend, { identity, card }: CardAtPort): string {
  return `${identity}:${vault.mac(`${card.form} ${card.number}`).slice(0, 16)}`;
}

/**
 * The protocol has no answer of its own for a refused start; the answer to a balance query carries the codes that the
 * board can say aloud (unknown, frozen, too little money, in use), so that is what it gets.
 */
async function refuseCard(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: CardAtPort,
  reason: RefusalReason,
): Promise<void> {
  const answerIt = () => sayRefused(backend, board, event, reason);
  await record(
    backend,
    async () => ({
      entry: draft(keys.event(board.deviceId, event.identity), origin, {
        kind: 'card-at-port',
        outcome: 'refused',
        refusal: reason,
        facts: { port: event.port },
      }),
    }),
    refusedAfter(answerIt),
  );
  await answerIt();
}

async function sayRefused(
  backend: Backend,
  board: ChargingBoard,
  event: CardAtPort,
  reason: string,
): Promise<void> {
  await send(backend.publisher, backend.clock, [
    {
      to: addressOf(board),
      command: {
        type: 'answer-balance',
        port: event.port,
        card: event.card,
        balanceFen: 0,
        result: spoken(reason),
      },
    },
  ]);
}

async function answerBalance(
  backend: Backend,
  origin: Origin,
  board: ChargingBoard,
  event: CardAtPort,
  credential: Credential | undefined,
): Promise<void> {
  const refusal = credentialRefusal(credential, board.facilityId, origin.receivedAtMs, board.timeZone);
  if (refusal !== undefined || credential === undefined)
    return refuseCard(backend, origin, board, event, refusal ?? 'unknown-card');
  const [item] = await backend.table.get([walletKey(board.estateId, credential.householdId)]);
  const balanceFen = spendableFen(parseWallet(item, board.estateId, credential.householdId));
  await record(backend, async () => ({
    entry: draft(keys.event(board.deviceId, event.identity), origin, {
      kind: 'balance-asked',
      outcome: 'answered',
    }),
  }));
  await send(backend.publisher, backend.clock, [
    {
      to: addressOf(board),
      command: {
        type: 'answer-balance',
        port: event.port,
        card: event.card,
        balanceFen,
        result: 'ok',
      },
    },
  ]);
}

function spoken(reason: string): 'unknown' | 'frozen' | 'too-little-money' | 'in-use' {
  const answers: Readonly<Record<string, 'unknown' | 'too-little-money' | 'in-use'>> = {
    'unknown-card': 'unknown',
    'too-little-money': 'too-little-money',
    'spend-limit-reached': 'too-little-money',
    'port-busy': 'in-use',
    'credential-busy': 'in-use',
  };
  return answers[reason] ?? 'frozen';
}
