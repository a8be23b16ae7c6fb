import * as z from 'zod/mini';
import { type Receipt, receiptSchema } from '../../contract/shapes/receipt.ts';
import { type Entry, parseEntry } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import type { Table } from '../shared/table.ts';
import { type Agreement, agreementSchema } from './session.ts';

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
    adjusted: entries
      .filter((entry) => stepOf(entry).startsWith('adjusted#'))
      .sort((a, b) => revisionOf(a) - revisionOf(b)),
  };
}

const stepOf = ({ sk }: Entry): string => sk.split('#').slice(2).join('#');

/** The receipt that an entry carries, where it closed, settled or corrected a session. */
export function receiptIn(entry: Entry | undefined): Receipt | undefined {
  const receipt = entry?.facts['receipt'];
  return receipt === undefined ? undefined : receiptSchema.parse(receipt);
}

/** Every step that made a receipt, oldest first. */
export function receiptSteps({ closed, settled, adjusted }: SessionSteps): Entry[] {
  return [closed, settled, ...adjusted]
    .filter((entry) => entry !== undefined && entry.facts['receipt'] !== undefined)
    .filter((entry) => entry !== undefined)
    .sort((a, b) => revisionOf(a) - revisionOf(b));
}

/** The step whose receipt is the session's now: the last that was made, whichever it is. */
export function newestReceiptStep(steps: SessionSteps): Entry | undefined {
  return receiptSteps(steps).at(-1);
}

const revisionSchema = z.object({ receipt: z.object({ revision: z.int() }) });

function revisionOf({ facts }: Entry): number {
  return revisionSchema.parse(facts).receipt.revision;
}
