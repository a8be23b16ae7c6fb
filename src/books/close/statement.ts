import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { rowSchema, statementSchema } from '../../../contract/shapes/books.ts';
import { DomainError } from '../../shared/errors.ts';
import { keys } from '../../shared/keys.ts';
import type { Table } from '../../shared/table.ts';
import { closedMonth } from './month-store.ts';

export type StatementRow = z.infer<typeof rowSchema>;

export type Statement = z.infer<typeof statementSchema>;

export interface Household {
  readonly householdId: string;
  readonly building: string;
  readonly unit: string;
}

/** A statement on which nothing has happened yet. */
export function openStatement(
  estateId: string,
  month: string,
  household: Household,
  before: Statement | undefined,
): Statement {
  const openingFen = before?.closingFen ?? 0;
  const openingOwedFen = before?.closingOwedFen ?? 0;
  return {
    estateId,
    month,
    ...household,
    openingFen,
    openingOwedFen,
    movedFen: {},
    closingFen: openingFen,
    closingOwedFen: openingOwedFen,
    energyWh: 0,
    rows: 0,
    hash: '',
  };
}

type NewRow = Omit<StatementRow, 'balanceAfterFen' | 'owedAfterFen'>;

/** The statement with one more movement, and the row as it is shown. */
export function withRow(
  statement: Statement,
  movement: NewRow,
): { readonly statement: Statement; readonly row: StatementRow } {
  const { kind, balanceFen, owedFen, energyWh } = movement;
  const row: StatementRow = {
    ...movement,
    balanceAfterFen: statement.closingFen + balanceFen,
    owedAfterFen: statement.closingOwedFen + owedFen,
  };
  return {
    row,
    statement: {
      ...statement,
      movedFen: { ...statement.movedFen, [kind]: (statement.movedFen[kind] ?? 0) + balanceFen },
      closingFen: row.balanceAfterFen,
      closingOwedFen: row.owedAfterFen,
      energyWh: statement.energyWh + energyWh,
      rows: statement.rows + 1,
      hash: chained(statement.hash, row),
    },
  };
}

/** A hash over what came before and this; objects are written with their names in order, however they were made. */
export function chained(before: string, value: unknown): string {
  return createHash('sha256')
    .update(`${before}\n${canonical(value)}`)
    .digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = new Map(Object.entries(value).filter(([, member]) => member !== undefined));
  const written = [...members.keys()]
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(members.get(name))}`);
  return `{${written.join(',')}}`;
}

/** A statement's share in the hash of its month. */
export function hashedStatement({ version: _, ...statement }: Statement): Omit<Statement, 'version'> {
  return statement;
}

/**
 * A household's statement of a closed month, with its rows. One that nothing ever happened to has an empty one. Throws
 * `not-found` for a household or a month that is not there, and `month-open`.
 */
export async function readStatement(table: Table, estateId: string, month: string, householdId: string) {
  const [household] = await table.get([keys.household(estateId, householdId)]);
  if (household === undefined) throw new DomainError('not-found', `There is no household ${householdId}`);
  const closed = await closedMonth(table, estateId, month);
  const [item] = await table.get([keys.statement(estateId, month, householdId)]);
  const statement =
    item === undefined
      ? openStatement(estateId, month, householdOf(household, householdId), undefined)
      : statementSchema.parse(item);
  const rows = await table.query({ pk: keys.statementRow(estateId, month, householdId, 0, '').pk });
  return {
    statement: hashedStatement(statement),
    rows: rows.map((row) => rowSchema.parse(row)),
    timeZone: closed.timeZone,
    facilities: closed.facilities,
  };
}

const householdItemSchema = z.looseObject({ building: z.string(), unit: z.string() });

export function householdOf(item: unknown, householdId: string): Household {
  const parsed = householdItemSchema.safeParse(item);
  return {
    householdId,
    building: parsed.success ? parsed.data.building : '',
    unit: parsed.success ? parsed.data.unit : '',
  };
}
