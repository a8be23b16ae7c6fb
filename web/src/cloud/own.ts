/** What stands under an id, which may be called as what every object has: `constructor` is nobody's until somebody is called so. */
export function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
