/**
 * What stands under a name in a record whose names are ids. An id may be called as what every object has: nothing
 * stands under `constructor` until somebody puts it there. The linter asks for this wherever an id is a name.
 */
export function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
