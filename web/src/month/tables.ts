import type { Table } from './month-api.ts';

/** A household's month in one line. */
export interface StatementLine {
  readonly householdId: string;
  readonly place: string;
  readonly openingFen: number;
  readonly closingFen: number;
  readonly owedFen: number;
  readonly energyWh: number;
}

export const revenueGroups = ['facility', 'day', 'tariff'] as const;
export type RevenueGroup = (typeof revenueGroups)[number];

/** What one facility, day or version earned. */
export interface RevenueLine {
  readonly group: string;
  readonly electricityFen: number;
  readonly serviceFen: number;
  readonly packageFen: number;
  readonly totalFen: number;
  readonly energyWh: number;
}

/** The columns of the files are named in two languages; the English part is unique. */
function cellsOf({ columns }: Table): (row: Table['rows'][number], column: string) => string | number | null {
  const names = columns.map((name) =>
    name
      .replace(/\([^)]*\)/g, '')
      .replace(/[^ -~]/g, '')
      .trim(),
  );
  return (row, column) => row[names.indexOf(column)] ?? null;
}

const whole = (cell: string | number | null): number => (typeof cell === 'number' ? cell : 0);
const word = (cell: string | number | null): string => (cell === null ? '' : String(cell));

/** The openings and closings in the file of statements, a line a household. */
export function statementLines(table: Table): StatementLine[] {
  const cell = cellsOf(table);
  const lines = new Map<string, StatementLine>();
  for (const row of table.rows) {
    const householdId = word(cell(row, 'household'));
    const kind = cell(row, 'kind');
    const known = lines.get(householdId);
    if (kind === 'opening') {
      const place = [cell(row, 'building'), cell(row, 'unit')].map(word).filter(Boolean).join('-');
      const openingFen = whole(cell(row, 'balance'));
      lines.set(householdId, {
        ...{ householdId, place, openingFen, closingFen: openingFen },
        ...{ owedFen: whole(cell(row, 'owed')), energyWh: 0 },
      });
    } else if (kind === 'closing' && known !== undefined)
      lines.set(householdId, {
        ...known,
        closingFen: whole(cell(row, 'balance')),
        owedFen: whole(cell(row, 'owed')),
        energyWh: whole(cell(row, 'energy')),
      });
  }
  return [...lines.values()];
}

const nothing = { electricityFen: 0, serviceFen: 0, packageFen: 0, totalFen: 0, energyWh: 0 };

/** The file of revenue, added up by facility, day or version; the lines add up to the whole, however it is grouped. */
export function revenueLines(table: Table, by: RevenueGroup): RevenueLine[] {
  const cell = cellsOf(table);
  const lines = new Map<string, RevenueLine>();
  for (const row of table.rows) {
    const group = word(cell(row, by));
    const before = lines.get(group) ?? { group, ...nothing };
    const fen = whole(cell(row, 'revenue'));
    const line = cell(row, 'line');
    lines.set(group, {
      group,
      electricityFen: before.electricityFen + (line === 'electricity' ? fen : 0),
      serviceFen: before.serviceFen + (line === 'service' ? fen : 0),
      packageFen: before.packageFen + (line === 'package' ? fen : 0),
      totalFen: before.totalFen + fen,
      energyWh: before.energyWh + whole(cell(row, 'energy')),
    });
  }
  return [...lines.values()].sort((a, b) => (a.group < b.group ? -1 : 1));
}

export function sumOf(lines: readonly RevenueLine[]): RevenueLine {
  return lines.reduce(
    (sum, line) => ({
      group: '',
      electricityFen: sum.electricityFen + line.electricityFen,
      serviceFen: sum.serviceFen + line.serviceFen,
      packageFen: sum.packageFen + line.packageFen,
      totalFen: sum.totalFen + line.totalFen,
      energyWh: sum.energyWh + line.energyWh,
    }),
    { group: '', ...nothing },
  );
}

/** Every day of a month, as dates. */
export function daysOfMonth(month: string): string[] {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: count }, (_, day) => `${month}-${String(day + 1).padStart(2, '0')}`);
}
