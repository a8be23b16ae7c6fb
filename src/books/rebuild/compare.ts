import type { RebuildDifference } from '../../../contract/shapes/rebuild.ts';
import { fieldDifferences } from '../../charging/verify-session.ts';
import type { Item, Key } from '../../shared/table.ts';

/** Every field in which a stored item is not the one that follows from the journal. */
export function comparedItem(
  what: string,
  of: string,
  expected: Item,
  stored: Item | undefined,
): RebuildDifference[] {
  const place = `${expected.pk}|${expected.sk}`;
  if (stored === undefined)
    return [{ what, of, where: place, recorded: 'absent', recomputed: asText(withoutKey(expected)) }];
  return fieldDifferences(withoutKey(stored), withoutKey(expected)).map(({ path, recorded, recomputed }) => ({
    what,
    of,
    where: `${place} ${path}`,
    recorded: asText(recorded),
    recomputed: asText(recomputed),
  }));
}

/** Every field in which a part of a stored item is not what follows from the journal. */
export function comparedFields(
  {
    what,
    of,
    key,
    path: base,
  }: {
    readonly what: string;
    readonly of: string;
    readonly key: Key;
    /** The part of the item; empty: all of it. */
    readonly path: string;
  },
  recorded: unknown,
  recomputed: unknown,
): RebuildDifference[] {
  return fieldDifferences(recorded, recomputed, base).map((difference) => ({
    ...{ what, of, where: `${key.pk}|${key.sk} ${difference.path}`.trimEnd() },
    ...{ recorded: asText(difference.recorded), recomputed: asText(difference.recomputed) },
  }));
}

function withoutKey({ pk: _p, sk: _s, version: _v, ...content }: Item): Readonly<Record<string, unknown>> {
  return content;
}

/**
 * The several items of one thing are not read in one moment: what differs is looked at once more, because a session may
 * have ended in between.
 */
export async function twiceIfDifferent<T extends { readonly differences: readonly unknown[] }>(
  check: () => Promise<T>,
): Promise<T> {
  const found = await check();
  return found.differences.length === 0 ? found : check();
}

export const asText = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value));
