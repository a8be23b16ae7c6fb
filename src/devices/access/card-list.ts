import * as z from 'zod/mini';
import { addressOf, type DoorBoard } from '../../estate/device.ts';
import type { Backend } from '../../journal/commit.ts';
import { record } from '../../journal/commit.ts';
import { entryOf, type Origin } from '../../journal/entry.ts';
import { keys } from '../../shared/keys.ts';
import type { Key, Write } from '../../shared/table.ts';
import type { Outgoing } from '../outbox.ts';
import { boardNumber } from './card-number.ts';
import type { CardVault } from './card-vault.ts';
import type { Credential } from './credential.ts';

/**
 * One card that a board should have in its list, or should not: what is wanted, and whether the board has said that
 * it is so. A board decides alone, so this list is the only way to it; what it has not confirmed is sent again.
 */
export const listedCardSchema = z.object({
  deviceId: z.string(),
  estateId: z.string(),
  credentialId: z.string(),
  wanted: z.enum(['in', 'out']),
  sealedUid: z.string(),
  validFrom: z.string(),
  validUntil: z.string(),
  commandId: z.string(),
  sinceMs: z.int(),
  confirmedAtMs: z.optional(z.int()),
  dueAtMs: z.optional(z.int()),
  version: z.optional(z.int()),
});
export type ListedCard = z.infer<typeof listedCardSchema>;

/** How long a board may take to confirm before it is told again. */
const confirmWithinMs = 120_000;
const commandValidMs = 3_600_000;

/** What must be written and sent so that every door board of these facilities learns of a card, or forgets it. */
export async function listWrites(
  backend: Backend,
  credential: Credential,
  sealedUid: string,
  wanted: 'in' | 'out',
  atMs: number,
): Promise<{ writes: Write[]; commands: Outgoing[] }> {
  const devices = await backend.registry.devicesOfEstate(credential.estateId);
  const boards = devices.filter(
    (device) => device.kind === 'door-board' && credential.facilities.includes(device.facilityId),
  ) as DoorBoard[];
  const existing = await backend.table.get(
    boards.map((board) => keys.listedCard(board.deviceId, credential.credentialId)),
  );
  const listed = boards.map(
    (board, index): ListedCard => ({
      deviceId: board.deviceId,
      estateId: credential.estateId,
      credentialId: credential.credentialId,
      wanted,
      sealedUid,
      validFrom: credential.validFrom,
      validUntil: credential.validUntil,
      commandId: `${wanted}.${credential.credentialId}.${atMs}`,
      sinceMs: atMs,
      dueAtMs: atMs + confirmWithinMs,
      version: existing[index]?.version,
    }),
  );
  return {
    writes: listed.map(putListed),
    commands: listed.map((card, index) => commandFor(card, boards[index] as DoorBoard, backend.vault, atMs)),
  };
}

/** The timer of a card that a board should have confirmed: confirmed, it rests; else the board is told again. */
export async function listedCardDue(backend: Backend, key: Key): Promise<void> {
  const nowMs = backend.clock.now();
  const [item] = await backend.table.get([key]);
  if (item === undefined) return;
  const card = listedCardSchema.parse(item);
  if (card.dueAtMs === undefined || card.dueAtMs > nowMs) return;
  const board = await backend.registry.device(card.deviceId);
  if (board?.kind !== 'door-board') return;
  const [answer] = await backend.table.get([keys.commandAcknowledged(card.deviceId, card.commandId)]);
  if (answer?.['outcome'] === 'done') {
    const { dueAtMs: _, ...rest } = card;
    await backend.table.commit([putListed({ ...rest, confirmedAtMs: Number(answer['receivedAtMs']) })]);
    return;
  }
  const again = {
    ...card,
    commandId: `${card.wanted}.${card.credentialId}.${nowMs}`,
    dueAtMs: nowMs + confirmWithinMs,
  };
  const origin: Origin = {
    estateId: card.estateId,
    deviceId: card.deviceId,
    receivedAtMs: nowMs,
    topic: 'sweep',
    sender: 'sweep',
    payload: new Uint8Array(),
    fact: again.commandId,
  };
  await record(backend, async () => ({
    entry: entryOf(
      keys.event(card.deviceId, `list:${again.commandId}`),
      origin,
      {
        kind: 'card-list-repeated',
        outcome: card.wanted,
        keep: 'operation',
        commands: [commandFor(again, board, backend.vault, nowMs)],
      },
      backend.vault,
    ),
    writes: [putListed(again)],
  }));
}

function commandFor(card: ListedCard, board: DoorBoard, vault: CardVault, nowMs: number): Outgoing {
  const number = boardNumber(vault.open(card.sealedUid));
  const tracked = { commandId: card.commandId, expiresAtMs: nowMs + commandValidMs, card: number };
  return {
    to: addressOf(board),
    command:
      card.wanted === 'in'
        ? {
            type: 'put-card',
            ...tracked,
            startDate: card.validFrom,
            endDate: card.validUntil,
            doors: board.doors.map(({ door }) => door),
          }
        : { type: 'delete-card', ...tracked },
    acknowledgedAt: keys.commandAcknowledged(board.deviceId, card.commandId),
  };
}

function putListed(card: ListedCard): Write {
  const { version, ...content } = card;
  return { put: { ...keys.listedCard(card.deviceId, card.credentialId), ...content }, when: { version } };
}
