import * as z from 'zod/mini';
import { wallClock } from '../shared/local-time.ts';

const date = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));

/** A card, and where it lets its household in. Its numbers are kept apart, hashed. */
export const credentialSchema = z.object({
  credentialId: z.string(),
  estateId: z.string(),
  householdId: z.string(),
  /** Whose card it is in the household; absent: everybody's. */
  memberId: z.optional(z.string()),
  facilities: z.array(z.string()),
  /** First and last day, in the estate's zone. */
  validFrom: date,
  validUntil: date,
  revokedAtMs: z.optional(z.int()),
});
export type Credential = z.infer<typeof credentialSchema>;

export type CredentialRefusal = 'unknown-card' | 'revoked-card' | 'card-not-valid-today' | 'no-right-here';

/** Why this card may not be used at this facility now, or undefined when it may. */
export function credentialRefusal(
  credential: Credential | undefined,
  facilityId: string,
  atMs: number,
  timeZone: string,
): CredentialRefusal | undefined {
  if (credential === undefined) return 'unknown-card';
  if (credential.revokedAtMs !== undefined) return 'revoked-card';
  const { date: today } = wallClock(atMs, timeZone);
  if (today < credential.validFrom || today > credential.validUntil) return 'card-not-valid-today';
  return credential.facilities.includes(facilityId) ? undefined : 'no-right-here';
}
