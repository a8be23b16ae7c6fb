import * as z from 'zod/mini';
import type { movementSchema } from '../../contract/shapes/wallet.ts';
import { movedInto, postingSchema, receivableAccount, walletAccount } from '../ledger/ledger.ts';
import { keys } from '../shared/keys.ts';
import { monthAt } from '../shared/local-time.ts';
import type { Table } from '../shared/table.ts';

export type Movement = z.infer<typeof movementSchema>;

const lineSchema = z.object({
  sk: z.string(),
  atMs: z.int(),
  kind: z.custom<Movement['kind']>(),
  postings: z.array(postingSchema),
});

export interface MovementQuery {
  /** YYYY-MM on the estate's wall clock; absent: all. */
  readonly month?: string | undefined;
  readonly timeZone: string;
  /** The `movementId` after which to go on. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * The postings of one household in the order of time, with the balance after each, added up from the first one on: a
 * household has some hundred a year. `next` is where to go on.
 */
export async function movementsOf(
  table: Table,
  estateId: string,
  householdId: string,
  { month, timeZone, after, limit }: MovementQuery,
): Promise<{ movements: Movement[]; next?: string }> {
  const items = await table.query({ pk: keys.movement(estateId, householdId, 0, '').pk });
  const wallet = walletAccount(householdId);
  const receivable = receivableAccount(householdId);
  const all: Movement[] = [];
  let balanceFen = 0;
  let owedFen = 0;
  for (const { sk, atMs, kind, postings } of items.map((item) => lineSchema.parse(item))) {
    for (const [index, posting] of postings.entries()) {
      const { debit, credit, memo } = posting;
      if (debit !== wallet && credit !== wallet && debit !== receivable && credit !== receivable) continue;
      const amountFen = movedInto(wallet, [posting]);
      balanceFen += amountFen;
      owedFen -= movedInto(receivable, [posting]);
      const own = debit === wallet || debit === receivable;
      all.push({
        movementId: `${sk}#${String(index).padStart(2, '0')}`,
        atMs,
        kind,
        memo,
        amountFen,
        account: own ? credit : debit,
        balanceFen,
        owedFen,
      });
    }
  }
  const wanted = all.filter(
    ({ movementId, atMs }) =>
      (month === undefined || monthAt(atMs, timeZone) === month) &&
      (after === undefined || movementId > after),
  );
  const movements = wanted.slice(0, limit);
  const last = movements.at(-1)?.movementId;
  return { movements, ...(wanted.length > limit && last !== undefined ? { next: last } : {}) };
}
