import * as z from 'zod/mini';
import { boardNumber } from '../devices/card-number.ts';
import type { CardVault } from '../devices/card-vault.ts';
import type { CardNumber } from '../devices/events.ts';
import { addressOf, type DoorBoard } from '../estate/device.ts';
import { doorBoardsOf } from '../estate/registry-store.ts';
import { type Backend, record } from '../journal/commit.ts';
import { draft, timerOrigin } from '../journal/entry.ts';
import type { Outgoing } from '../journal/outbox.ts';
import { keys } from '../shared/keys.ts';
import { startingWith } from '../shared/keys-read.ts';
import { wallClock } from '../shared/local-time.ts';
import type { Item, Key, Table, Write } from '../shared/table.ts';
import type { Credential } from './credential.ts';
import type { StoredCredential } from './credential-store.ts';

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
  /** Those of the board's doors that it opens. */
  doors: z.array(z.int()),
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

/** A board that can be reached has been told by then, five times over. One that still lets a revoked card in is told on. */
export const listBoundMs = 10 * 60_000;

/**
 * What must be written and sent so that every door board of the estate knows what it should of a credential: it is in
 * the lists of its facilities, and no longer in any other that it was in. `takenFrom` are revoked credentials that had
 * the card before: a board that gets it back must not be told, again, to forget it.
 */
export async function listWrites(
  backend: Backend,
  credential: Credential & { readonly sealedUid: string },
  atMs: number,
  takenFrom: readonly string[] = [],
): Promise<{ writes: Write[]; commands: Outgoing[] }> {
  const { estateId, credentialId } = credential;
  const boards = await doorBoardsOf(backend.table, estateId);
  const told = await Promise.all(
    boards.map(async (board) => {
      const [listed, ...former] = await backend.table.get(
        [credentialId, ...takenFrom].map((id) => keys.listedCard(board.deviceId, id)),
      );
      const wanted = wantedAt(credential, board);
      if (wanted === 'out' && listed === undefined && !credential.facilities.includes(board.facilityId))
        return undefined;
      const card = listedCard(credential, board, atMs, listed?.version);
      const resting =
        wanted === 'in' ? former.flatMap((item) => restingUnder(item, card, backend.vault)) : [];
      return {
        writes: [card, ...resting].map(putListed),
        command: commandFor(card, board, backend.vault, atMs),
      };
    }),
  );
  const known = told.filter((board) => board !== undefined);
  return {
    writes: known.flatMap(({ writes }) => writes),
    commands: known.map(({ command }) => command),
  };
}

/**
 * Makes the list of one board what it should be: a new board, or one that moved or has other doors, learns of every
 * card. The sweep sends them, so that any number of cards is written down at once. A card that is granted or revoked
 * in the same moment is left as that leaves it.
 */
export async function listAll(
  table: Table,
  board: DoorBoard,
  credentials: readonly StoredCredential[],
  atMs: number,
): Promise<void> {
  const { date: today } = wallClock(atMs, board.timeZone);
  const listed = new Map(
    (await table.query(startingWith(keys.listedCard(board.deviceId, '')))).map((item) => {
      const card = listedCardSchema.parse(item);
      return [card.credentialId, card];
    }),
  );
  const writes = credentials.flatMap((credential): Write[] => {
    const before = listed.get(credential.credentialId);
    const card = listedCard(credential, board, atMs, before?.version);
    const asItIs =
      before === undefined
        ? card.wanted === 'out' || credential.validUntil < today
        : termsOf(before) === termsOf(card);
    return asItIs ? [] : [putListed({ ...card, dueAtMs: atMs })];
  });
  for (let from = 0; from < writes.length; from += writesAtOnce)
    await Promise.all(writes.slice(from, from + writesAtOnce).map((write) => table.commit([write])));
}

const writesAtOnce = 25;

function wantedAt(credential: Credential, board: DoorBoard): 'in' | 'out' {
  return credential.revokedAtMs === undefined && credential.facilities.includes(board.facilityId)
    ? 'in'
    : 'out';
}

function listedCard(
  credential: Credential & { readonly sealedUid: string },
  board: DoorBoard,
  atMs: number,
  version: number | undefined,
): ListedCard {
  const { estateId, credentialId, sealedUid, validFrom, validUntil } = credential;
  const wanted = wantedAt(credential, board);
  return {
    deviceId: board.deviceId,
    estateId,
    credentialId,
    wanted,
    sealedUid,
    validFrom,
    validUntil,
    doors: board.doors.map(({ door }) => door),
    // With the step of the list, because a card can be granted twice in one millisecond.
    commandId: `${wanted}.${credentialId}.${atMs}.${version ?? 0}`,
    sinceMs: atMs,
    dueAtMs: atMs + confirmWithinMs,
    version,
  };
}

/** What a board was told of the same card before rests: the newer command has taken its place. */
function restingUnder(item: Item | undefined, by: ListedCard, vault: CardVault): ListedCard[] {
  if (item === undefined) return [];
  const { dueAtMs: _, ...card } = listedCardSchema.parse(item);
  return numberOf(card, vault).number === numberOf(by, vault).number
    ? [{ ...card, commandId: by.commandId }]
    : [];
}

function numberOf({ sealedUid }: Pick<ListedCard, 'sealedUid'>, vault: CardVault): CardNumber {
  return boardNumber(vault.open(sealedUid));
}

function termsOf({ wanted, validFrom, validUntil, doors }: ListedCard): string {
  return wanted === 'out' ? wanted : [wanted, validFrom, validUntil, ...doors].join(' ');
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
  const commandId = `${card.wanted}.${card.credentialId}.${nowMs}`;
  const origin = timerOrigin(card, nowMs, commandId);
  await record(backend, async () => {
    const [now] = await backend.table.get([key]);
    const still = listedCardSchema.parse(now);
    // Granted or revoked in the same moment: the board has just been told something newer.
    const overtaken = still.version !== card.version;
    const again = { ...still, commandId, dueAtMs: nowMs + confirmWithinMs };
    return {
      entry: draft(keys.event(card.deviceId, `list:${commandId}`), origin, {
        kind: 'card-list-repeated',
        outcome: overtaken ? 'overtaken' : card.wanted,
        commands: overtaken ? [] : [commandFor(again, board, backend.vault, nowMs)],
      }),
      writes: overtaken ? [] : [putListed(again)],
    };
  });
}

function commandFor(card: ListedCard, board: DoorBoard, vault: CardVault, nowMs: number): Outgoing {
  const { commandId } = card;
  const tracked = { commandId, expiresAtMs: nowMs + commandValidMs, card: numberOf(card, vault) };
  return {
    to: addressOf(board),
    command:
      card.wanted === 'in'
        ? {
            type: 'put-card',
            ...tracked,
            startDate: card.validFrom,
            endDate: card.validUntil,
            doors: card.doors,
          }
        : { type: 'delete-card', ...tracked },
    acknowledgedAt: keys.commandAcknowledged(board.deviceId, card.commandId),
    onlyWhile: {
      key: keys.listedCard(board.deviceId, card.credentialId),
      attribute: 'commandId',
      is: card.commandId,
    },
  };
}

function putListed(card: ListedCard): Write {
  const { version, ...content } = card;
  return { put: { ...keys.listedCard(card.deviceId, card.credentialId), ...content }, when: { version } };
}
