import * as z from 'zod/mini';
import { reportedNumbers } from '../devices/card-number.ts';
import type { CardVault } from '../devices/card-vault.ts';
import type { CardNumber } from '../devices/events.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { startingWith } from '../shared/keys-read.ts';
import type { Item, Table, Write } from '../shared/table.ts';
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

/** Every credential of an estate, also those that are revoked. */
export async function credentialsOf(table: Table, estateId: string): Promise<StoredCredential[]> {
  const items = await table.query(startingWith(keys.credential(estateId, '')));
  return items.map((item) => storedSchema.parse(item));
}

/** A grant as it is to be written, and whose card it was before. */
interface Granted {
  readonly stored: StoredCredential;
  readonly writes: Write[];
  /** Revoked credentials that had the same card. */
  readonly takenFrom: string[];
}

/**
 * The writes that make a card known. Throws `card-number-taken` when a number belongs to another credential that is
 * not revoked: a shared number would open doors for one household and bill another. Throws `already-exists` for a
 * credential that is revoked, or that has another card: it stays that card's for as long as it lasts, so that every
 * list and every entry means one card by it.
 */
export async function grantWrites(
  table: Table,
  vault: CardVault,
  credential: Credential,
  cardUid: string,
): Promise<Granted> {
  const { estateId, credentialId } = credential;
  const hashes = reportedNumbers(cardUid).map((number) => vault.hash(estateId, number));
  const own = keys.credential(estateId, credentialId);
  const [existing, ...cards] = await table.get([own, ...hashes.map((hash) => keys.card(estateId, hash))]);
  // Looked at in the very state that the writes are decided on: a revocation in the same moment must not be undone.
  if (existing?.['revokedAtMs'] !== undefined)
    throw new DomainError('already-exists', `Credential ${credentialId} was revoked; grant a new one`);
  if (existing !== undefined && storedSchema.parse(existing).hashes.join() !== hashes.join())
    throw new DomainError(
      'already-exists',
      `Credential ${credentialId} has another card; revoke it and grant a new one`,
    );
  const others = cards.filter((card) => card !== undefined && card['credentialId'] !== credentialId);
  if (others.some((card) => card?.['revokedAtMs'] === undefined))
    throw new DomainError('card-number-taken', 'Another credential has a card with one of these numbers');
  const stored: StoredCredential = {
    ...credential,
    hashes,
    sealedUid: vault.seal(cardUid),
    lastDigits: cardUid.slice(-2),
    version: existing?.version,
  };
  return {
    stored,
    writes: [
      { put: { ...own, ...stored }, when: { version: existing?.version } },
      ...hashes.map((hash, index): Write => copyOf(credential, hash, version(cards[index]))),
    ],
    takenFrom: [...new Set(others.map((card) => String(card?.['credentialId'])))],
  };
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

function copyOf(credential: Credential, hash: string, readVersion: number | undefined): Write {
  return { put: { ...keys.card(credential.estateId, hash), ...credential }, when: { version: readVersion } };
}

function version(item: Item | undefined): number | undefined {
  return item?.version;
}
