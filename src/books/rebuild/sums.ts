import type { RebuildDifference, RebuildPage } from '../../../contract/shapes/rebuild.ts';

/** What the pages of one rebuild come to together. */
export interface RebuildSums {
  readonly checked: RebuildPage['checked'];
  readonly differences: readonly RebuildDifference[];
  readonly accounts: Readonly<Record<string, number>>;
  readonly packagesUsed: Readonly<Record<string, number>>;
  readonly packages: RebuildPage['packages'];
}

const noPages: RebuildSums = {
  checked: { sessions: 0, receipts: 0, entries: 0, households: 0, payments: 0 },
  differences: [],
  accounts: {},
  packagesUsed: {},
  packages: {},
};

function withPage(sums: RebuildSums, page: RebuildPage): RebuildSums {
  const { sessions, receipts, entries, households, payments } = sums.checked;
  return {
    checked: {
      sessions: sessions + page.checked.sessions,
      receipts: receipts + page.checked.receipts,
      entries: entries + page.checked.entries,
      households: households + page.checked.households,
      payments: payments + page.checked.payments,
    },
    differences: [...sums.differences, ...page.differences],
    accounts: added(sums.accounts, page.accounts),
    packagesUsed: added(sums.packagesUsed, page.packagesUsed),
    packages: { ...sums.packages, ...page.packages },
  };
}

/** Asks for page after page of an estate and adds them up. `ask` gets the cursor of the page before. */
export async function rebuildAll(
  ask: (cursor: string | undefined) => Promise<RebuildPage>,
  progress: (sums: RebuildSums) => void = () => {},
): Promise<RebuildSums> {
  let sums = noPages;
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    sums = withPage(sums, page);
    cursor = page.cursor;
    progress(sums);
  } while (cursor !== undefined);
  return sums;
}

/** Every difference, with those that only the whole can show: the ledger's sum, and what is left of packages. */
export function allDifferences(sums: RebuildSums): RebuildDifference[] {
  return [...sums.differences, ...ledgerDifferences(sums), ...packageDifferences(sums)];
}

function ledgerDifferences({ accounts }: RebuildSums): RebuildDifference[] {
  const sumFen = Object.values(accounts).reduce((sum, fen) => sum + fen, 0);
  return different('ledger', 'all accounts', 'sum', sumFen, 0);
}

function packageDifferences({ packages, packagesUsed }: RebuildSums): RebuildDifference[] {
  return Object.entries(packages).flatMap(([name, { bought, left }]) => {
    // What a correction would take of a package that others have used up meanwhile is not missed (session-money.ts).
    const dueLeft = Math.max(0, bought - (packagesUsed[name] ?? 0));
    return different('package', name, 'left', left, dueLeft);
  });
}

function different(
  what: string,
  of: string,
  where: string,
  recorded: number,
  recomputed: number,
): RebuildDifference[] {
  if (recorded === recomputed) return [];
  return [{ what, of, where, recorded: String(recorded), recomputed: String(recomputed) }];
}

function added(
  sums: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const all = { ...sums };
  for (const [name, value] of Object.entries(more)) all[name] = (all[name] ?? 0) + value;
  return all;
}
