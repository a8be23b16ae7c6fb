import { describe, expect, test } from 'vitest';
import { type Call, householdOf, named } from '../../functions/wiring/http.ts';

describe('a name in a path', () => {
  test.each(['861317069234387-9', '1795431600000-smoke-1-smoke-0a1b2c3d', 'a:b_c.d'])(
    '%s is taken',
    (name) => {
      expect(named({ chargeId: name }, 'chargeId')).toBe(name);
    },
  );

  test.each([undefined, '', '%zz', 'a/b', 'a b', 'a#b', 'ü', 'x'.repeat(201)])('%j is refused', (name) => {
    expect(() => named({ chargeId: name }, 'chargeId')).toThrow(
      expect.objectContaining({ error: 'bad-request' }),
    );
  });
});

describe('the household of a resident', () => {
  const call = (estates: readonly string[], householdId: string | undefined): Call => ({
    person: { subject: 's', roles: ['resident'], estates, householdId },
    path: {},
    query: {},
    body: undefined,
    rawBody: '',
  });

  test('is that of the one estate in the token', () => {
    expect(householdOf(call(['ziyun'], 'h1'))).toBe('h1');
  });

  test.each([
    ['the token names several estates', call(['ziyun', 'youyi'], 'h1')],
    ['the token names no household', call(['ziyun'], undefined)],
  ])('is nobody’s where %s', (_, asked) => {
    expect(() => householdOf(asked)).toThrow(expect.objectContaining({ error: 'forbidden' }));
  });
});
