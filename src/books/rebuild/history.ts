import * as z from 'zod/mini';
import type { Receipt } from '../../../contract/shapes/receipt.ts';
import type { Tariff } from '../../../contract/shapes/tariff.ts';
import { boughtSchema } from '../../../contract/shapes/wallet.ts';
import { parseSessionId } from '../../charging/session.ts';
import { billIn, readSteps, receiptIn, receiptSteps } from '../../charging/steps.ts';
import type { Backend } from '../../journal/commit.ts';
import type { Entry } from '../../journal/entry.ts';
import { officeFacts } from '../../journal/facts/office.ts';
import { paidFacts } from '../../journal/facts/payment.ts';
import type { Agreement } from '../../journal/facts/session.ts';
import { time } from '../../shared/key-steps.ts';
import { keys } from '../../shared/keys.ts';

/** What the entries of a household's ledger lines tell, beside the money that they move. */
export interface History {
  /** By its sessions: the latest end that one of these entries knows. */
  readonly sessions: Map<string, number>;
  /** By its purchases: what was paid, when, and for which member; without those that were given back. */
  readonly bought: Map<string, { readonly atMs: number; readonly fen: number; readonly memberId?: string }>;
  readonly returned: Set<string>;
  /** Cash that one person booked alone. */
  readonly cashAlone: { readonly kind: 'cash-top-up' | 'cash-refund'; date: string; amountFen: number }[];
  /** Orders at a provider that were paid. */
  readonly paidOrders: Set<string>;
}

export const noHistory = (): History => ({
  sessions: new Map(),
  bought: new Map(),
  returned: new Set(),
  cashAlone: [],
  paidOrders: new Set(),
});

/** Adds what one entry tells. */
export function hear(history: History, householdId: string, entry: Entry): void {
  const { kind, facts, receivedAtMs } = entry;
  if (kind === 'package-bought' || kind === 'package-returned') {
    const { purchaseId, priceFen: fen, memberId } = boughtSchema.parse(facts);
    if (kind === 'package-returned') history.returned.add(purchaseId);
    else
      history.bought.set(purchaseId, {
        ...{ atMs: receivedAtMs, fen },
        ...(memberId === undefined ? {} : { memberId }),
      });
    return;
  }
  if (kind === 'cash-top-up' || kind === 'cash-refund') {
    const { order, cashAlone } = officeFacts.parse(facts);
    if (cashAlone === undefined) return;
    history.cashAlone.push({ kind, date: cashAlone.date, amountFen: order.amountFen });
    return;
  }
  if (kind === 'top-up') {
    const paid = paidFacts.safeParse(facts).data;
    if (paid !== undefined) history.paidOrders.add(paid.transferId);
    return;
  }
  const { receipt, agreement } = billIn(entry);
  if (receipt === undefined || agreement === undefined || !isPaidBy(agreement, householdId)) return;
  const known = history.sessions.get(receipt.sessionId) ?? 0;
  history.sessions.set(receipt.sessionId, Math.max(known, endOf(receipt)));
}

export const endOf = ({ readings }: Receipt): number => readings.at(-1)?.atMs ?? 0;

/** A session of a household, as its steps tell it. */
export interface ToldSession {
  readonly agreement: Agreement;
  readonly tariff: Tariff;
  /** Oldest first; at least one. */
  readonly receipts: readonly Receipt[];
}

/** The sessions of such names that are over and that this household pays for. */
export async function toldSessions(
  backend: Backend,
  householdId: string,
  sessionIds: readonly string[],
): Promise<ToldSession[]> {
  const told: ToldSession[] = [];
  for (let from = 0; from < sessionIds.length; from += sessionsAtOnce) {
    const some = sessionIds.slice(from, from + sessionsAtOnce);
    const read = await Promise.all(some.map((sessionId) => toldSession(backend, householdId, sessionId)));
    told.push(...read.filter((session) => session !== undefined));
  }
  return told;
}

const sessionsAtOnce = 8;

async function toldSession(
  backend: Backend,
  householdId: string,
  sessionId: string,
): Promise<ToldSession | undefined> {
  const named = parseSessionId(sessionId);
  if (named === undefined) return undefined;
  const steps = await readSteps(backend, named.deviceId, named.order);
  const { agreement } = steps;
  const receipts = receiptSteps(steps)
    .map(receiptIn)
    .filter((receipt) => receipt !== undefined);
  if (agreement === undefined || receipts.length === 0 || !isPaidBy(agreement, householdId)) return undefined;
  return {
    agreement,
    receipts,
    tariff: await backend.registry.tariff(agreement.estateId, agreement.tariffVersion),
  };
}

const isPaidBy = ({ householdId, credentialId, startedBy }: Agreement, wanted: string): boolean =>
  householdId === wanted && credentialId !== undefined && startedBy !== 'local';

const listedSchema = z.object({ sessionId: z.string(), householdId: z.optional(z.string()) });

/**
 * The sessions of a household since a moment, from the list of the whole estate: also those that have moved no money,
 * which no line of its own tells of.
 */
export async function listedSessions(
  { table }: Pick<Backend, 'table'>,
  estateId: string,
  wanted: string,
  sinceMs: number,
): Promise<string[]> {
  const { pk } = keys.sessionOfEstate(estateId, 0, '');
  const items = await table.query({ pk, between: [time(Math.max(0, sinceMs)), '~'] });
  return items
    .map((item) => listedSchema.parse(item))
    .flatMap(({ sessionId, householdId }) => (householdId === wanted ? [sessionId] : []));
}
