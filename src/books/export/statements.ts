import { rowSchema, statementSchema } from '../../../contract/shapes/books.ts';
import { keys } from '../../shared/keys.ts';
import { ownOf } from '../../shared/own.ts';
import type { Table } from '../../shared/table.ts';
import { itemsAfter, type MonthItem } from '../close/month-store.ts';
import type { Statement, StatementRow } from '../close/statement.ts';
import type { Cell, Row, Rows } from './csv.ts';
import { localTime } from './tables.ts';

const rowsAtOnce = 400;
const statementsAtOnce = 50;

/**
 * All statements of a month, one behind the other: opening, movements, closing. The place is the household, and behind
 * it the last row that was told, so that no page is longer than it should be, however much a household moves.
 */
export async function statementPage(table: Table, month: MonthItem, after: string): Promise<Rows> {
  const rows: Row[] = [];
  let { household, row: rowPlace } = placeOf(after);
  if (rowPlace !== undefined) {
    const [item] = await table.get([keys.statement(month.estateId, month.month, household)]);
    if (item !== undefined) {
      const end = await addRows(table, month, statementSchema.parse(item), rowPlace, rows);
      if (end !== undefined) return { rows, after: end };
    }
  }
  while (rows.length < rowsAtOnce) {
    const { pk } = keys.statement(month.estateId, month.month, '');
    const items = await itemsAfter(table, pk, household, statementsAtOnce);
    for (const item of items) {
      if (rows.length >= rowsAtOnce) return { rows, after: household };
      const statement = statementSchema.parse(item);
      rows.push(edge(month, statement, 'opening', statement.openingFen, statement.openingOwedFen));
      const end = await addRows(table, month, statement, '', rows);
      if (end !== undefined) return { rows, after: end };
      household = statement.householdId;
      rowPlace = undefined;
    }
    if (items.length < statementsAtOnce) return { rows };
  }
  return { rows, after: household };
}

/** Adds movements from behind a place on, and behind the last of them the closing; answers where it stopped before. */
async function addRows(
  table: Table,
  month: MonthItem,
  statement: Statement,
  after: string,
  rows: Row[],
): Promise<string | undefined> {
  const { householdId } = statement;
  const { pk } = keys.statementRow(month.estateId, month.month, householdId, 0, '');
  const items = statement.rows === 0 ? [] : await itemsAfter(table, pk, after, rowsAtOnce);
  for (const item of items) rows.push(movement(month, statement, rowSchema.parse(item)));
  const last = items.at(-1)?.sk;
  if (items.length === rowsAtOnce && last !== undefined) return `${householdId} ${last}`;
  rows.push(edge(month, statement, 'closing', statement.closingFen, statement.closingOwedFen));
  return undefined;
}

/** A household's id has no space in it. */
function placeOf(after: string): { household: string; row: string | undefined } {
  const space = after.indexOf(' ');
  return space < 0
    ? { household: after, row: undefined }
    : { household: after.slice(0, space), row: after.slice(space + 1) };
}

function edge(
  { month }: MonthItem,
  statement: Statement,
  kind: string,
  balanceFen: number,
  owedFen: number,
): Row {
  const { householdId, building, unit, energyWh } = statement;
  const energy = kind === 'closing' ? energyWh : null;
  const none: Cell[] = ['', '', '', '', '', '', ''];
  const head = [month, householdId, building, unit, kind];
  return [...head, ...none, energy, null, null, null, null, balanceFen, owedFen, '', '', '', ''];
}

function movement({ month, timeZone, facilities }: MonthItem, statement: Statement, row: StatementRow): Row {
  const { session } = row;
  const at = (atMs: number | undefined) => (atMs === undefined ? '' : localTime(atMs, timeZone));
  return [
    month,
    statement.householdId,
    statement.building,
    statement.unit,
    row.kind,
    row.day,
    at(row.recordedAtMs),
    row.belongsTo ?? '',
    at(session?.startedAtMs),
    at(session?.endedAtMs),
    session === undefined ? '' : (ownOf(facilities, session.facilityId)?.zh ?? session.facilityId),
    session === undefined ? '' : `${session.deviceId}/${session.port}`,
    session === undefined ? null : row.energyWh,
    row.electricityFen ?? null,
    row.serviceFen ?? null,
    row.balanceFen,
    row.owedFen,
    row.balanceAfterFen,
    row.owedAfterFen,
    session?.receiptCode ?? '',
    session?.tariffVersion ?? '',
    row.memo,
    row.remarks.join('; '),
  ];
}
