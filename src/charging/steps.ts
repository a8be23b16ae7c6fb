import * as z from 'zod/mini';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import { type Entry, parseEntry } from '../journal/entry.ts';
import { type Agreement, agreementSchema, billFacts } from '../journal/facts/session.ts';
import type { EntryKind } from '../journal/kinds.ts';
import { keys } from '../shared/keys.ts';
import { sessionStepIn } from '../shared/keys-read.ts';
import type { Table } from '../shared/table.ts';

/** What the journal holds of one session, beside the frames of its board. */
export interface SessionSteps {
  readonly authorised: Entry | undefined;
  readonly agreement: Agreement | undefined;
  readonly started: Entry | undefined;
  /** The first time that a person asked for the end. */
  readonly stopAsked: Entry | undefined;
  readonly stopAnswered: Entry | undefined;
  readonly closed: Entry | undefined;
  readonly settled: Entry | undefined;
  readonly removed: Entry | undefined;
  /** In the order in which they were made. */
  readonly adjusted: readonly Entry[];
}

/** One query: what a session has come to is read whole, or not at all. */
export async function readSteps(
  { table }: { readonly table: Table },
  deviceId: string,
  order: number,
): Promise<SessionSteps> {
  const items = await table.query(keys.sessionSteps(deviceId, order));
  return stepsOf(items.map(parseEntry));
}

/** The steps of one session, from its entries in any order. */
export function stepsOf(entries: readonly Entry[]): SessionSteps {
  const named = new Map(entries.map((entry) => [stepOf(entry), entry]));
  const authorised = named.get('authorised');
  return {
    authorised,
    agreement: authorised === undefined ? undefined : agreementSchema.parse(authorised.facts),
    started: named.get('started'),
    stopAsked: named.get('stop-asked'),
    stopAnswered: named.get('stop-answered'),
    closed: named.get('closed'),
    settled: named.get('settled'),
    removed: named.get('removed'),
    adjusted: entries.filter((entry) => stepOf(entry).startsWith('adjusted#')).sort(byRevision),
  };
}

const stepOf = (entry: Entry): string => sessionStepIn(entry).step;

const billKinds: ReadonlySet<EntryKind> = new Set<EntryKind>([
  'session-closed',
  'settlement',
  'session-adjusted',
]);

/** What an entry says of what a session costs; nothing where it closed, settled or corrected none. */
export const billIn = ({ kind, facts }: Entry): z.infer<typeof billFacts> =>
  billKinds.has(kind) ? billFacts.parse(facts) : {};

/** The receipt that an entry carries. */
export const receiptIn = (entry: Entry | undefined): Receipt | undefined => entry && billIn(entry).receipt;

/** Which revision of its session's bill an entry is; undefined for one that is none. The bill itself is not read. */
const revisionSchema = z.object({ receipt: z.optional(z.object({ revision: z.int() })) });
export const revisionIn = ({ kind, facts }: Entry): number | undefined =>
  billKinds.has(kind) ? revisionSchema.parse(facts).receipt?.revision : undefined;

/** Every step that made a receipt, oldest first. */
export function receiptSteps({ closed, settled, adjusted }: SessionSteps): Entry[] {
  return [closed, settled, ...adjusted]
    .filter((entry) => entry !== undefined)
    .filter((entry) => revisionIn(entry) !== undefined)
    .sort(byRevision);
}

/** The step whose receipt is the session's now: the last that was made, whichever it is. */
export function newestReceiptStep(steps: SessionSteps): Entry | undefined {
  return receiptSteps(steps).at(-1);
}

const byRevision = (a: Entry, b: Entry): number => (revisionIn(a) ?? 0) - (revisionIn(b) ?? 0);
