import * as z from 'zod/mini';
import { receiptSchema } from '../../contract/shapes/receipt.ts';
import type { SplitLine } from '../../contract/words.ts';
import type { Entry } from '../journal/entry.ts';
import { agreementSchema } from '../journal/facts/session.ts';
import {
  type Account,
  accountOf,
  householdsOf,
  movedInto,
  type Posting,
  receivableAccount,
  revenueAccount,
  walletAccount,
} from '../ledger/ledger.ts';
import { monthOf, wallClock } from '../shared/local-time.ts';
import type { Key } from '../shared/table.ts';
import { dayOf } from './book-day.ts';

/** What the books need of a bill. Older ones said less of it. */
const bookedFacts = z.object({
  agreement: z.pick(agreementSchema, {
    ...{ sessionId: true, facilityId: true, deviceId: true, port: true, householdId: true },
  }),
  receipt: z.extend(z.pick(receiptSchema, { tariffVersion: true, readings: true, estimated: true }), {
    remarks: z.array(z.string()),
    code: z.optional(z.string()),
    adjustments: z._default(z.array(z.unknown()), []),
    revision: z.optional(z.int()),
  }),
});

const words = z.catch(z.optional(z.string()), undefined);
/** What may be told of an entry that is no bill, by itself or in the order of the office that it carries out. */
const aboutSchema = z.object({ sessionId: words, tariffVersion: words, reason: words });
const otherFactsSchema = z.extend(aboutSchema, { order: z.catch(z.optional(aboutSchema), undefined) });

export interface BilledSession {
  readonly sessionId: string;
  readonly householdId: string | undefined;
  readonly facilityId: string;
  readonly deviceId: string;
  readonly port: number;
  readonly tariffVersion: string;
  /** Absent where it never began. */
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly energyWh: number;
  readonly receiptCode?: string;
  /** How often the bill had been corrected: of two bills the one with more is the later truth. */
  readonly revision: number;
  readonly remarks: readonly string[];
}

/** An entry of the ledger as the books see it. */
export interface LedgerFact {
  readonly entry: Key;
  readonly entryKind: string;
  readonly recordedAtMs: number;
  readonly postings: readonly Posting[];
  /** The local day it belongs to, whenever it was recorded. */
  readonly day: string;
  readonly ownMonth: string;
  readonly session?: BilledSession;
  /** For what is no bill: the session it is about, the prices it was made under, and why it was made, where told. */
  readonly about: { readonly sessionId?: string; readonly tariffVersion?: string; readonly reason?: string };
}

/** Reads an entry of the journal for the books of an estate in this zone. Pure. */
export function factOf(entry: Entry, timeZone: string): LedgerFact {
  const session = sessionIn(entry, timeZone);
  const day = dayOf({ receivedAtMs: entry.receivedAtMs, endedAtMs: session?.endedAtMs }, timeZone);
  const { order, ...told } = otherFactsSchema.parse(entry.facts);
  const about = { ...order, ...defined(told) };
  return {
    entry: { pk: entry.pk, sk: entry.sk },
    entryKind: entry.kind,
    recordedAtMs: entry.receivedAtMs,
    postings: entry.postings ?? [],
    day,
    ownMonth: monthOf(day),
    ...(session === undefined ? {} : { session }),
    about: defined(about),
  };
}

function defined<T extends object>(values: T): Partial<{ [K in keyof T]: NonNullable<T[K]> }> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<{
    [K in keyof T]: NonNullable<T[K]>;
  }>;
}

function sessionIn({ facts }: Entry, timeZone: string): BilledSession | undefined {
  const told = bookedFacts.safeParse(facts).data;
  if (told === undefined) return undefined;
  const { agreement, receipt } = told;
  const { sessionId, householdId, facilityId, deviceId, port } = agreement;
  const [first, last] = [receipt.readings[0], receipt.readings.at(-1)];
  const began = receipt.readings.length > 1 && first !== undefined && last !== undefined;
  return {
    sessionId,
    householdId,
    facilityId,
    deviceId,
    port,
    tariffVersion: receipt.tariffVersion,
    ...(began ? { startedAtMs: first.atMs, endedAtMs: last.atMs } : {}),
    energyWh: began ? last.energyWh : 0,
    ...(receipt.code === undefined ? {} : { receiptCode: receipt.code }),
    revision: receipt.revision ?? receipt.adjustments.length,
    remarks: [
      ...(began ? begunBefore(first.atMs, last.atMs, timeZone) : []),
      ...(receipt.estimated ? ['estimated'] : []),
      ...receipt.remarks,
    ],
  };
}

/** A session over midnight stands under the day it ended: a statement that shows one day only has to say so. */
function begunBefore(startedAtMs: number, endedAtMs: number, timeZone: string): string[] {
  const began = wallClock(startedAtMs, timeZone).date;
  const ended = wallClock(endedAtMs, timeZone).date;
  if (began === ended) return [];
  return [monthOf(began) === monthOf(ended) ? 'began-the-day-before' : 'began-in-the-month-before'];
}

/** What an entry earned in each line; negative for what was given back. */
export function revenueOf(postings: readonly Posting[]): Record<SplitLine, number> {
  const earned = (line: SplitLine) => movedInto(revenueAccount(line), postings);
  return { electricity: earned('electricity'), service: earned('service'), package: earned('package') };
}

export type RowKind =
  | 'session'
  | 'adjustment'
  | 'top-up'
  | 'refund'
  | 'refund-returned'
  | 'package'
  | 'correction';

/** The households whose money an entry moves, and the one whose session it is about. */
export function householdsIn({ postings, session }: LedgerFact): string[] {
  const households = householdsOf(postings);
  if (session?.householdId !== undefined) households.add(session.householdId);
  return [...households].sort();
}

/** How an entry changed what a household has, and what it owes, in fen. */
export function effectOn(postings: readonly Posting[], householdId: string) {
  // Claims are debited to the receivable, so that it falls while the debt grows.
  const owedFen = 0 - movedInto(receivableAccount(householdId), postings);
  return {
    balanceFen: movedInto(walletAccount(householdId), postings),
    owedFen: owedFen === 0 ? 0 : owedFen,
  };
}

/** What a household is shown an entry as, when it is no session: by where the money came from, or went. */
export function rowKindOf(postings: readonly Posting[], householdId: string): RowKind {
  const isOwn = (account: Account) =>
    account === walletAccount(householdId) || account === receivableAccount(householdId);
  const moved = postings.find(({ debit, credit }) => isOwn(debit) !== isOwn(credit));
  if (moved === undefined) return 'correction';
  const [other, comesIn] = isOwn(moved.credit) ? [moved.debit, true] : [moved.credit, false];
  if (other === revenueAccount('package')) return 'package';
  switch (accountOf(other)?.is) {
    case 'refund-pending':
      return comesIn ? 'refund-returned' : 'refund';
    case 'cash':
    case 'provider':
      return comesIn ? 'top-up' : 'refund';
    default:
      return 'correction';
  }
}
