import type * as z from 'zod/mini';
import type { previewSchema, Tariff } from '../../contract/shapes/tariff.ts';
import type { SessionToPrice } from './bill.ts';
import { chargeable } from './hold-limit.ts';
import { price } from './price.ts';
import { chargedByLine } from './receipt.ts';

export type TariffPreview = z.infer<typeof previewSchema>;

type Line = TariffPreview['byLine'][number]['line'];

/** A session that is over, with its bill and all that another bill for it is made of. */
export interface PastSession extends SessionToPrice {
  readonly householdId: string;
  /** Whose day a cap of the day is; absent where nobody's. */
  readonly credentialId?: string | undefined;
  /** What was charged. */
  readonly beforeFen: Readonly<Record<Line, number>>;
  /** What was held, where the wallet, a limit or a package left it below the tariff's hold: nor can a draft hold more. */
  readonly heldFen?: number | undefined;
  /** The readings are those of the receipt alone. */
  readonly framesGone: boolean;
}

/** What each credential has spent on its latest days under the draft, in grains, by `credential|date`. */
export type SpentDays = Readonly<Record<string, number>>;

/**
 * Prices sessions again under a draft, in the order in which they began: a cap of the day counts what the sessions before
 * have spent under the same draft. Pure. `spent` is handed on to the next page.
 */
export function previewTariff(
  draft: Tariff,
  sessions: readonly PastSession[],
  leftOut: TariffPreview['leftOut'] = { paidAtBoard: 0, unfinished: 0 },
  spentBefore: SpentDays = {},
): { preview: TariffPreview; spent: SpentDays } {
  const spent = new Map(Object.entries(spentBefore));
  let preview: TariffPreview = { ...nothing, leftOut };
  for (const { householdId, credentialId, beforeFen, heldFen, framesGone, ...session } of sessions) {
    const days = credentialId === undefined ? {} : daysOf(spent, credentialId);
    const bill = price(draft, { ...session, spentBefore: days });
    if (credentialId !== undefined) keepDays(spent, credentialId, bill.spent);
    const holdFen = Math.min(draft.holdFen, heldFen ?? draft.holdFen);
    const chargedFen = chargeable(draft, bill, holdFen);
    const afterFen = chargedByLine({ lines: bill.lines, chargedFen });
    const unmeasured = bill.lines.some(({ slices }) => slices.some(({ measured }) => !measured));
    const byLine = lines.map((line) => ({ line, ...changed(beforeFen[line], afterFen[line]) }));
    const totals = changed(beforeFen.electricity + beforeFen.service, chargedFen);
    preview = addPreviews(preview, {
      ...nothing,
      sessions: 1,
      interpolated: framesGone && unmeasured ? 1 : 0,
      households: [{ householdId, sessions: 1, ...totals }],
      totals,
      byLine,
    });
  }
  return { preview, spent: Object.fromEntries(spent) };
}

/** Two pages of one preview as one. */
export function addPreviews(a: TariffPreview, b: TariffPreview): TariffPreview {
  const households = new Map(a.households.map((household) => [household.householdId, household]));
  for (const { householdId, sessions, ...more } of b.households) {
    const known = households.get(householdId);
    households.set(
      householdId,
      known === undefined
        ? { householdId, sessions, ...more }
        : { householdId, sessions: known.sessions + sessions, ...sum(known, more) },
    );
  }
  const all = [...households.values()].sort((one, other) => (one.householdId < other.householdId ? -1 : 1));
  const count = (which: (differenceFen: number) => boolean) =>
    all.filter(({ differenceFen }) => which(differenceFen)).length;
  return {
    sessions: a.sessions + b.sessions,
    interpolated: a.interpolated + b.interpolated,
    leftOut: {
      paidAtBoard: a.leftOut.paidAtBoard + b.leftOut.paidAtBoard,
      unfinished: a.leftOut.unfinished + b.leftOut.unfinished,
    },
    households: all,
    totals: sum(a.totals, b.totals),
    byLine: lines.map((line) => ({ line, ...sum(ofLine(a, line), ofLine(b, line)) })),
    payMore: count((differenceFen) => differenceFen > 0),
    payLess: count((differenceFen) => differenceFen < 0),
    paySame: count((differenceFen) => differenceFen === 0),
  };
}

const lines = ['electricity', 'service'] as const;

const nothing: TariffPreview = {
  sessions: 0,
  interpolated: 0,
  leftOut: { paidAtBoard: 0, unfinished: 0 },
  households: [],
  totals: changed(0, 0),
  byLine: lines.map((line) => ({ line, ...changed(0, 0) })),
  payMore: 0,
  payLess: 0,
  paySame: 0,
};

type Change = TariffPreview['totals'];

function changed(beforeFen: number, afterFen: number): Change {
  return { beforeFen, afterFen, differenceFen: afterFen - beforeFen };
}

function sum(a: Change, b: Change): Change {
  return changed(a.beforeFen + b.beforeFen, a.afterFen + b.afterFen);
}

function ofLine({ byLine }: TariffPreview, line: Line): Change {
  return byLine.find((it) => it.line === line) ?? changed(0, 0);
}

function daysOf(spent: ReadonlyMap<string, number>, credentialId: string): Record<string, number> {
  const prefix = `${credentialId}|`;
  const own = [...spent].filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, grains]) => [key.slice(prefix.length), grains]));
}

/** A session ends on the day after it began at the latest: of each credential the days before those are forgotten. */
function keepDays(
  spent: Map<string, number>,
  credentialId: string,
  more: Readonly<Record<string, number>>,
): void {
  const dates = Object.keys(more).sort();
  const [first] = dates;
  if (first === undefined) return;
  const before = daysOf(spent, credentialId);
  for (const date of Object.keys(before)) if (date < first) spent.delete(`${credentialId}|${date}`);
  for (const date of dates) spent.set(`${credentialId}|${date}`, (before[date] ?? 0) + (more[date] ?? 0));
}
