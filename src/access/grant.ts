import { type Backend, conflictIs, record } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import { differenceOf } from '../settings/weigh.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { listWrites } from './card-list.ts';
import type { Credential } from './credential.ts';
import { findCredential, grantWrites, revokeWrites } from './credential-store.ts';

export interface Grant {
  readonly credentialId: string;
  readonly householdId: string;
  /** Absent: whose it is in its household stays; null: everybody's. */
  readonly memberId?: string | null | undefined;
  readonly cardUid: string;
  readonly facilities: readonly string[];
  readonly validFrom: string;
  readonly validUntil: string;
}

/**
 * Makes a card known, to the cloud and to every door board that decides alone. The same grant again changes nothing.
 * Throws `card-number-taken`; `already-exists` for a credential that is revoked or has another card; and `lost-race`
 * when somebody else changed it in the same moment.
 */
export async function grant(backend: Backend, origin: Origin, { cardUid, ...terms }: Grant): Promise<void> {
  const { estateId } = origin;
  const uid = cardUid.toUpperCase();
  const known = await findCredential(backend.table, estateId, terms.credentialId);
  const isStanding =
    known !== undefined &&
    known.revokedAtMs === undefined &&
    differenceOf(termsOf(known), termsOf(over(known, terms))) === undefined &&
    backend.vault.open(known.sealedUid) === uid;
  if (isStanding) return;
  const conflict = conflictIs(
    'lost-race',
    `Credential ${terms.credentialId} is being changed; grant it again`,
  );
  await record(
    backend,
    async () => {
      const before = await findCredential(backend.table, estateId, terms.credentialId);
      const credential = { ...over(before, terms), estateId };
      const granted = await grantWrites(backend.table, backend.vault, credential, uid);
      const listed = await listWrites(backend, granted.stored, origin.receivedAtMs, granted.takenFrom);
      return {
        entry: draft(
          // One step in the credential's life, so that two different grants cannot both be this one.
          keys.request(estateId, `grant:${terms.credentialId}:${granted.stored.version ?? 0}`),
          origin,
          {
            kind: 'credential-granted',
            outcome: 'granted',
            facts: {
              credentialId: terms.credentialId,
              lastDigits: granted.stored.lastDigits,
              ...differenceOf(before === undefined ? {} : termsOf(before), termsOf(credential)),
            },
            commands: listed.commands,
          },
        ),
        writes: [...granted.writes, ...listed.writes],
      };
    },
    conflict,
  );
}

/** What is granted over what is known of the card: a member is one of the household that it had. */
function over(known: Credential | undefined, { memberId, ...terms }: Omit<Grant, 'cardUid'>) {
  const standing = known?.householdId === terms.householdId ? known.memberId : undefined;
  const member = memberId === undefined ? standing : (memberId ?? undefined);
  return {
    ...terms,
    facilities: [...terms.facilities],
    ...(member === undefined ? {} : { memberId: member }),
  };
}

const termsOf = ({
  householdId,
  memberId,
  facilities,
  validFrom,
  validUntil,
}: Omit<Credential, 'estateId'>) => ({
  ...{ householdId, facilities, validFrom, validUntil },
  ...(memberId === undefined ? {} : { memberId }),
});

/** From the commit on the card opens no online door; boards that decide alone are told, and told again. */
export async function revoke(backend: Backend, origin: Origin, credentialId: string): Promise<void> {
  const { estateId } = origin;
  await record(backend, async () => {
    const stored = await findCredential(backend.table, estateId, credentialId);
    if (stored === undefined) throw new DomainError('not-found', `There is no credential ${credentialId}`);
    const writes =
      stored.revokedAtMs === undefined ? await revokeWrites(backend.table, stored, origin.receivedAtMs) : [];
    const listed =
      writes.length === 0
        ? { writes: [], commands: [] }
        : await listWrites(backend, { ...stored, revokedAtMs: origin.receivedAtMs }, origin.receivedAtMs);
    return {
      entry: draft(
        keys.request(estateId, `revoke:${credentialId}`),
        { ...origin, fact: `revoke ${credentialId}` },
        {
          kind: 'credential-revoked',
          outcome: 'revoked',
          facts: { credentialId, lastDigits: stored.lastDigits },
          commands: listed.commands,
        },
      ),
      writes: [...writes, ...listed.writes],
    };
  });
}
