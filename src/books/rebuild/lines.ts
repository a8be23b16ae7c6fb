import * as z from 'zod/mini';
import type { RebuildDifference } from '../../../contract/shapes/rebuild.ts';
import type { Backend } from '../../journal/commit.ts';
import { type Entry, parseEntry } from '../../journal/entry.ts';
import { retentionDays } from '../../journal/kinds.ts';
import { type Posting, postingSchema } from '../../ledger/ledger.ts';
import type { Item, Key } from '../../shared/table.ts';
import { ledgerLines } from '../../views/money-view.ts';
import { asText, comparedItem } from './compare.ts';

/** As many as one read of several items takes. */
export const linesAtOnce = 100;

const lineSchema = z.looseObject({
  entry: z.object({ pk: z.string(), sk: z.string() }),
  atMs: z.int(),
  postings: z.array(postingSchema),
});

/**
 * Lines of the ledger, or of a household's part of it, against the entries that they were made from: each line is what
 * its entry says, and every other line of the same entry is there too. Answers what the entries move.
 */
export async function checkLines(
  { table, clock }: Pick<Backend, 'table' | 'clock'>,
  lines: readonly Item[],
): Promise<{
  readonly postings: readonly Posting[];
  readonly differences: readonly RebuildDifference[];
  /** The entries that are still kept. */
  readonly entries: readonly Entry[];
}> {
  const parsed = lines.map((line) => lineSchema.parse(line));
  const items = await table.get(parsed.map(({ entry }) => entry));
  const entries = items.map((item) => (item === undefined ? undefined : parseEntry(item)));
  const expected = new Map(entries.flatMap(linesOf).map((line) => [nameOf(line), line]));
  const stored = new Map(lines.map((line) => [nameOf(line), line]));
  const others = [...expected.values()].filter((line) => !stored.has(nameOf(line)));
  for (let from = 0; from < others.length; from += linesAtOnce)
    for (const item of await table.get(others.slice(from, from + linesAtOnce)))
      if (item !== undefined) stored.set(nameOf(item), item);

  const differences: RebuildDifference[] = [];
  const postings: Posting[] = [];
  for (const [index, line] of lines.entries()) {
    const { entry: made, atMs, postings: told } = parsed[index] ?? lineSchema.parse(line);
    const entry = entries[index];
    // What the journal keeps no longer is believed: the line is all that is left of it.
    const isForgotten = entry === undefined && atMs < clock.now() - keptMs;
    postings.push(...(isForgotten ? told : (entry?.postings ?? [])));
    if (!isForgotten && !expected.has(nameOf(line)))
      differences.push({
        ...{ what: 'ledger-line', of: `${made.pk}|${made.sk}`, where: nameOf(line) },
        ...{ recorded: asText(told), recomputed: 'absent' },
      });
  }
  for (const [name, line] of expected)
    differences.push(...comparedItem('ledger-line', aboutOf(line), line, stored.get(name)));
  return { postings, differences, entries: entries.filter((entry) => entry !== undefined) };
}

/** How long an entry that moves money is kept: what is older cannot be computed again. */
export const keptMs = retentionDays.money * 86_400_000;

function linesOf(entry: Entry | undefined): Item[] {
  if (entry === undefined) return [];
  return ledgerLines(entry).flatMap((write) => ('put' in write ? [write.put] : []));
}

const nameOf = ({ pk, sk }: Key): string => `${pk}|${sk}`;

function aboutOf(line: Item): string {
  const { entry } = lineSchema.parse(line);
  return `${entry.pk}|${entry.sk}`;
}
