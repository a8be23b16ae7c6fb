import { describe, expect, test } from 'vitest';
import {
  checkOwn,
  householdAsked,
  householdOf,
  ownHousehold,
  type Person,
} from '../../functions/wiring/person.ts';

const resident: Person = { subject: 's', roles: ['resident'], estates: ['ziyun'], householdId: 'h1' };
const refused = (error: string) => expect.objectContaining({ error });

const ofNobody: readonly (readonly [string, Person])[] = [
  ['the token names several estates', { ...resident, estates: ['ziyun', 'youyi'] }],
  ['the token names no household', { ...resident, householdId: undefined }],
];

describe('the household of a resident', () => {
  test('is that of the one estate in the token', () => {
    expect(householdOf(resident)).toBe('h1');
    expect(ownHousehold(resident)).toBe('h1');
  });

  test.each(ofNobody)('is nobody’s where %s', (_, person) => {
    expect(() => householdOf(person)).toThrow(refused('forbidden'));
    expect(() => ownHousehold(person)).toThrow(refused('forbidden'));
    expect(() => householdAsked(person, 'h1')).toThrow(refused('forbidden'));
  });

  test.each(['h2', undefined])('is the only one that is there: not %s', (householdId) => {
    expect(() => checkOwn('h1', householdId, 'session 7')).toThrow('There is no session 7');
    expect(() => checkOwn('h1', householdId, 'session 7')).toThrow(refused('not-found'));
  });

  test('is shown whatever is asked for', () => {
    expect(householdAsked(resident, 'h2')).toBe('h1');
    expect(householdAsked({ ...resident, roles: ['committee', 'resident'] }, 'h2')).toBe('h1');
  });
});

describe.each(['manager', 'operator'])('the staff, a %s', (role) => {
  const person = { ...resident, roles: ['resident', role], estates: ['ziyun', 'youyi'] };

  test('sees every household', () => {
    expect(ownHousehold(person)).toBeUndefined();
    expect(() => checkOwn(ownHousehold(person), 'h2', 'session 7')).not.toThrow();
    expect(householdAsked(person, 'h2')).toBe('h2');
  });

  test('says whose list it wants', () => {
    expect(() => householdAsked(person, undefined)).toThrow(refused('bad-request'));
  });
});
