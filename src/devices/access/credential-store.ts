import * as z from 'zod/mini';
import { DomainError } from '../../shared/errors.ts';
import { keys } from '../../shared/keys.ts';
import type { Item, Table, Write } from '../../shared/table.ts';
import type { CardNumber } from '../events.ts';
import { boardNumber, uidNumber } from './card-number.ts';
import type { CardVault } from './card-vault.ts';
import { type Credential, credentialSchema } from './credential.ts';

/** The credential itself, with what is needed to find all of its numbers again. */
const storedSchema = z.extend(credentialSchema, {
  hashes: z.array(z.string()),
  sealedUid: z.string(),
  /** The last two digits, which is all that pages show. */
  lastDigits: z.string(),
  version: z.optional(z.int()),
});
export type StoredCredential = z.infer<typeof storedSchema>;

/**
 * A card's every number leads to a copy of its credential, so that a swipe costs one read whatever the reader makes
 * of the card. The copies change together, in one transaction.
 */
export async function findByCard(
  table: Table,
  vault: CardVault,
  estateId: string,
  card: CardNumber,
): Promise<Credential | undefined> {
  const [item] = await table.get([keys.card(estateId, vault.hash(estateId, card))]);
  return item === undefined ? undefined : credentialSchema.parse(item);
}

export async function findCredential(
  table: Table,
  estateId: string,
  credentialId: string,
): Promise<StoredCredential | undefined> {
  const [item] = await table.get([keys.credential(estateId, credentialId)]);
  return item === undefined ? undefined : storedSchema.parse(item);
}

/**
 * The writes that make a card known. Throws `card-number-taken` when a number belongs to another credential: a shared
 * number would open doors for one household and bill another.
 */
export async function grantWrites(
  table: Table,
  vault: CardVault,
  credential: Credential,
  cardUid: string,
): Promise<Write[]> {
  const hashes = reportedNumbers(cardUid).map((number) => vault.hash(credential.estateId, number));
  const own = keys.credential(credential.estateId, credential.credentialId);
  const [existing, ...cards] = await table.get([
    own,
    ...hashes.map((hash) => keys.card(credential.estateId, hash)),
  ]);
  for (const card of cards) {
    if (card !== undefined && card['credentialId'] !== credential.credentialId)
      throw new DomainError('card-number-taken', 'Another credential has a card with one of these numbers');
  }
  const stored = { ...credential, hashes, sealedUid: vault.seal(cardUid), lastDigits: cardUid.slice(-2) };
  return [
    { put: { ...own, ...stored }, when: { version: version(existing) } },
    ...hashes.map((hash, index): Write => copyOf(credential, hash, version(cards[index]))),
  ];
}

/** The writes that revoke: from the commit on, no number of this card opens anything. */
export async function revokeWrites(table: Table, stored: StoredCredential, atMs: number): Promise<Write[]> {
  const { hashes, estateId, credentialId } = stored;
  const cards = await table.get(hashes.map((hash) => keys.card(estateId, hash)));
  const revoked = { ...credentialSchema.parse(stored), revokedAtMs: atMs };
  const { version: read, ...content } = stored;
  return [
    {
      put: { ...keys.credential(estateId, credentialId), ...content, revokedAtMs: atMs },
      when: { version: read },
    },
    ...hashes.map((hash, index): Write => copyOf(revoked, hash, version(cards[index]))),
  ];
}

/**
 * The numbers under which the readers and boards of an estate report a card: its UID, and its four bytes straight and
 * reversed. The three-byte numbers of Wiegand-26 lines are not among them: two cards of one estate may share one.
 */
function reportedNumbers(cardUid: string): CardNumber[] {
  const numbers = [uidNumber(cardUid), boardNumber(cardUid, 'u32'), boardNumber(cardUid, 'u32-reversed')];
  return [...new Map(numbers.map((number) => [`${number.form} ${number.number}`, number])).values()];
}

function copyOf(credential: Credential, hash: string, readVersion: number | undefined): Write {
  return { put: { ...keys.card(credential.estateId, hash), ...credential }, when: { version: readVersion } };
}

function version(item: Item | undefined): number | undefined {
  return item?.version;
}
