/**
 * Names in maps as they are stored. An id may be a name in a map, and some of what an id may be is not harmless there:
 * the SDK takes a map that has a `constructor` for an instance of a class, and loses `__proto__`; DynamoDB refuses an
 * empty name. What every object has is therefore stored behind a tilde, and, so that no two names become one, so is what
 * begins with a tilde.
 */
export function storedNames<T>(value: T): T {
  return renamed(value, (name) => (isSpecial(name) ? `~${name}` : name)) as T;
}

const isSpecial = (name: string) => name === '' || name in Object.prototype || name.startsWith('~');

/** The way back. */
export function givenNames<T>(value: T): T {
  return renamed(value, (name) => (name.startsWith('~') ? name.slice(1) : name)) as T;
}

function renamed(value: unknown, change: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((inner) => renamed(inner, change));
  if (typeof value !== 'object' || value === null) return value;
  // An assignment to `__proto__` would not make a member; this does.
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [change(name), renamed(inner, change)]),
  );
}
