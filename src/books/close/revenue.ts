import * as z from 'zod/mini';
import { type SplitLine, splitLines } from '../../../contract/words/words.ts';
import { keys } from '../../shared/keys.ts';
import type { Item, Table } from '../../shared/table.ts';

/** What one line earned on a day in a facility under a version of the prices. */
const cellSchema = z.object({
  /** Empty where the money belongs to no facility: packages are sold by the estate. */
  facilityId: z.string(),
  tariffVersion: z.string(),
  line: z.enum(splitLines),
  amountFen: z.int(),
  /** What was delivered, counted in the line of electricity alone, so that it can be added up. */
  energyWh: z.int(),
});
export type RevenueCell = z.infer<typeof cellSchema>;

/** A day's revenue in the books of a month; a day before that month is one whose truth came late. */
export const revenueDaySchema = z.object({
  day: z.string(),
  cells: z.array(cellSchema),
  version: z.optional(z.int()),
});
export type RevenueDay = z.infer<typeof revenueDaySchema>;

/** Adds to a day; the cells keep one order, so that the same money makes the same item. */
export function addRevenue(day: RevenueDay, added: readonly RevenueCell[]): RevenueDay {
  const cells = new Map(day.cells.map((cell) => [cellName(cell), cell]));
  for (const cell of added) {
    if (cell.amountFen === 0 && cell.energyWh === 0) continue;
    const before = cells.get(cellName(cell)) ?? { ...cell, amountFen: 0, energyWh: 0 };
    cells.set(cellName(cell), {
      ...before,
      amountFen: before.amountFen + cell.amountFen,
      energyWh: before.energyWh + cell.energyWh,
    });
  }
  const names = [...cells.keys()].sort();
  return { ...day, cells: names.flatMap((name) => cells.get(name) ?? []) };
}

const cellName = ({ facilityId, tariffVersion, line }: RevenueCell): string =>
  `${facilityId}\n${tariffVersion}\n${splitLines.indexOf(line)}`;

/** A month's revenue, by day. At most as many items as days. */
export async function readRevenue(table: Table, estateId: string, month: string): Promise<RevenueDay[]> {
  const items = await table.query({ pk: keys.revenueOfDay(estateId, month, '').pk });
  return items.map((item) => revenueDaySchema.parse(item));
}

export function revenueDay(item: Item | undefined, day: string): RevenueDay {
  return item === undefined ? { day, cells: [] } : revenueDaySchema.parse(item);
}

/** What each line earned over the days. */
export function totalsOf(days: readonly RevenueDay[]): Record<SplitLine, number> {
  const totals = { electricity: 0, service: 0, package: 0 };
  for (const { cells } of days) {
    for (const { line, amountFen } of cells) totals[line] += amountFen;
  }
  return totals;
}
