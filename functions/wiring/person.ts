import * as z from 'zod/mini';
import { staff } from '../../contract/routes/route.ts';
import { DomainError } from '../../src/shared/errors.ts';
import type { HttpRequest } from './http.ts';

/** Who asks: from the token alone, never from the request. */
export interface Person {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly estates: readonly string[];
  readonly householdId: string | undefined;
}

const words = z._default(z.string(), '');
const claimsSchema = z.object({
  sub: z.string(),
  roles: words,
  estates: words,
  household: z.optional(z.string()),
});

export function personOf(request: HttpRequest): Person {
  const { sub, roles, estates, household } = claimsSchema.parse(request.requestContext.authorizer.jwt.claims);
  return {
    subject: sub,
    roles: roles.split(' ').filter(Boolean),
    estates: estates.split(' ').filter(Boolean),
    householdId: household,
  };
}

/**
 * The household that a resident acts for. A token names one household but may name several estates, and then nothing
 * says whose household it is; and without one, nothing is this person's own. Throws `forbidden`.
 */
export function householdOf({ householdId, estates }: Person): string {
  if (householdId === undefined) throw new DomainError('forbidden', 'The token names no household');
  if (estates.length !== 1)
    throw new DomainError('forbidden', 'A household belongs to one estate; the token names several');
  return householdId;
}

/**
 * The only household whose things this person may see: a resident's own. Undefined for the staff, who see those of all.
 * To be asked before the thing is looked for: throws `forbidden` as above, whether it is there or not.
 */
export function ownHousehold(person: Person): string | undefined {
  return staff.some((role) => person.roles.includes(role)) ? undefined : householdOf(person);
}

/** What is another household's, or none's, is not there for a resident. Throws `not-found` in the words of `what`. */
export function checkOwn(own: string | undefined, householdId: string | undefined, what: string): void {
  if (own !== undefined && own !== householdId) throw new DomainError('not-found', `There is no ${what}`);
}

/** Whose list is shown: a resident's own, whatever was asked. Throws `bad-request` when the staff ask for nobody's. */
export function householdAsked(person: Person, asked: string | undefined): string {
  const householdId = ownHousehold(person) ?? asked;
  if (householdId === undefined) throw new DomainError('bad-request', 'householdId is missing');
  return householdId;
}
