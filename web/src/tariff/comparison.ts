import type { Preview } from '../../../contract/shapes/tariff.ts';

/** What one household paid, and would pay. */
export type Comparable = Pick<
  Preview['households'][number],
  'householdId' | 'sessions' | 'beforeFen' | 'afterFen'
>;

export interface Compared extends Comparable {
  readonly differenceFen: number;
  readonly pays: 'more' | 'less' | 'same';
  /** The length of its bar, of the longest: 0 to 100. */
  readonly percent: number;
}

export interface Comparison {
  /** Those that change most first; of equals, by name. */
  readonly households: readonly Compared[];
  readonly count: Readonly<Record<Compared['pays'], number>>;
}

/** Who would pay more, less or the same, the greatest difference first. */
export function compared(rows: readonly Comparable[]): Comparison {
  const differences = rows.map((row) => ({ ...row, differenceFen: row.afterFen - row.beforeFen }));
  const most = Math.max(1, ...differences.map(({ differenceFen }) => Math.abs(differenceFen)));
  const households = differences
    .map((row): Compared => {
      const { differenceFen } = row;
      const pays = differenceFen > 0 ? 'more' : differenceFen < 0 ? 'less' : 'same';
      return { ...row, pays, percent: (Math.abs(differenceFen) / most) * 100 };
    })
    .sort(
      (a, b) =>
        Math.abs(b.differenceFen) - Math.abs(a.differenceFen) || (a.householdId < b.householdId ? -1 : 1),
    );
  const count = { more: 0, less: 0, same: 0 };
  for (const { pays } of households) count[pays] += 1;
  return { households, count };
}

/** A preview as far as the page shows it: a page of it, or all of its pages added up. */
export interface PreviewSum extends Pick<Preview, 'sessions' | 'interpolated' | 'leftOut'> {
  readonly households: readonly Comparable[];
  readonly totals: Pick<Preview['totals'], 'beforeFen' | 'afterFen'>;
}

/** Two pages of one preview as one: what households appear on both is added up. */
export function addPages(one: PreviewSum, other: PreviewSum): PreviewSum {
  const households = new Map(one.households.map((household) => [household.householdId, household]));
  for (const row of other.households) {
    const known = households.get(row.householdId);
    const { householdId, sessions } = row;
    households.set(
      householdId,
      known === undefined ? row : { householdId, sessions: known.sessions + sessions, ...sum(known, row) },
    );
  }
  return {
    sessions: one.sessions + other.sessions,
    interpolated: one.interpolated + other.interpolated,
    leftOut: {
      paidAtBoard: one.leftOut.paidAtBoard + other.leftOut.paidAtBoard,
      unfinished: one.leftOut.unfinished + other.leftOut.unfinished,
    },
    households: [...households.values()],
    totals: sum(one.totals, other.totals),
  };
}

function sum(one: PreviewSum['totals'], other: PreviewSum['totals']): PreviewSum['totals'] {
  return { beforeFen: one.beforeFen + other.beforeFen, afterFen: one.afterFen + other.afterFen };
}
