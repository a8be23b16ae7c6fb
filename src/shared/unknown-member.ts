/**
 * Where what was given has a member that was not taken over into what was parsed of it, outermost first; undefined where
 * there is none. A schema leaves out what it does not know, and so would an optional member that is misspelt be lost
 * without a word: a limit that is none, a cap that is not there.
 */
export function unknownMember(
  given: unknown,
  parsed: unknown,
  path: readonly PropertyKey[] = [],
): readonly PropertyKey[] | undefined {
  if (typeof given !== 'object' || given === null || typeof parsed !== 'object' || parsed === null)
    return undefined;
  for (const [key, value] of Object.entries(given)) {
    const at = [...path, Array.isArray(given) ? Number(key) : key];
    if (!Object.hasOwn(parsed, key)) return at;
    const within = unknownMember(value, (parsed as Record<string, unknown>)[key], at);
    if (within !== undefined) return within;
  }
  return undefined;
}

/** `readings[2].energyWh`: a place in what was given; empty for all of it. */
export const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
