import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';
import { monthSchema } from './book-day.ts';
import { closedMonth } from './month-store.ts';

/** One movement of a household's money, as its statement shows it. */
export const rowSchema = z.object({
  kind: z.enum(['charge', 'adjustment', 'top-up', 'refund', 'refund-returned', 'package', 'correction']),
  /** When it was recorded, and the local day it belongs to. */
  recordedAtMs: z.int(),
  day: z.string(),
  /** Set where it came after its own month was closed: the month it belongs to. */
  belongsTo: z.optional(monthSchema),
  /** What it did to the balance, and to what is owed. */
  balanceFen: z.int(),
  owedFen: z.int(),
  /** Both after it. */
  balanceAfterFen: z.int(),
  owedAfterFen: z.int(),
  /** What it adds to the energy of the month: all of a charge, and what a later truth makes more or less of it. */
  energyWh: z.int(),
  /** What a charge, or its correction, cost in each line. */
  electricityFen: z.optional(z.int()),
  serviceFen: z.optional(z.int()),
  charge: z.optional(
    z.object({
      chargeId: z.string(),
      facilityId: z.string(),
      deviceId: z.string(),
      port: z.int(),
      tariffVersion: z.string(),
      startedAtMs: z.optional(z.int()),
      endedAtMs: z.optional(z.int()),
      /** All of it, as it is known by this row. */
      energyWh: z.int(),
      receiptCode: z.optional(z.string()),
    }),
  ),
  remarks: z.array(z.string()),
  memo: z.string(),
});
export type StatementRow = z.infer<typeof rowSchema>;

/** What a household had, what happened, and what it has: opening and movements are closing, to the fen. */
export const statementSchema = z.object({
  estateId: z.string(),
  month: monthSchema,
  householdId: z.string(),
  building: z.string(),
  unit: z.string(),
  openingFen: z.int(),
  openingOwedFen: z.int(),
  /** What each kind of movement did to the balance. */
  movedFen: z.record(z.string(), z.int()),
  closingFen: z.int(),
  closingOwedFen: z.int(),
  energyWh: z.int(),
  rows: z.int(),
  /** SHA-256 over the rows, each with the hash before it, in hex; empty without rows. */
  hash: z.string(),
  version: z.optional(z.int()),
});
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
