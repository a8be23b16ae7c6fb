import * as z from 'zod/mini';
import { statementSchema } from '../../contract/shapes/books.ts';
import { splitLines } from '../../contract/words.ts';
import { accountOf, postingSchema } from '../ledger/ledger.ts';
import { keys } from '../shared/keys.ts';
import { previousMonth } from '../shared/local-time.ts';
import type { Item, Key, Table, Write } from '../shared/table.ts';
import {
  type BilledSession,
  effectOn,
  householdsIn,
  type LedgerFact,
  revenueOf,
  rowKindOf,
} from './booking.ts';
import { type MonthItem, putMonth } from './month-store.ts';
import { addRevenue, type RevenueDay, revenueDay } from './revenue.ts';
import { householdOf, openStatement, type Statement, withRow } from './statement.ts';

/** What the books know of a session: its newest bill, so that a later truth counts as the difference. */
const bookedSessionSchema = z.object({
  revision: z.int(),
  energyWh: z.int(),
  facilityId: z.string(),
  tariffVersion: z.string(),
  version: z.optional(z.int()),
});
type BookedSession = z.infer<typeof bookedSessionSchema>;

/** An entry in the books: the ledger of its month is made of these alone, and needs the journal no more. */
export const bookedSchema = z.object({
  month: z.string(),
  day: z.string(),
  belongsTo: z.optional(z.string()),
  entryKind: z.string(),
  entry: z.object({ pk: z.string(), sk: z.string() }),
  recordedAtMs: z.int(),
  postings: z.array(postingSchema),
});

/** DynamoDB's limit is 100 writes in a transaction; one entry writes eight at most. */
const writesAtMost = 90;

/**
 * One transaction's worth of booking: the entries taken in, and with them everything that they change in the month,
 * each read under its version. Nothing is written until `writes` is committed.
 */
export class BookPage {
  #month: MonthItem;
  readonly #read: PageItems;
  readonly #statements = new Map<string, Statement>();
  readonly #sessions = new Map<string, BookedSession>();
  readonly #days = new Map<string, RevenueDay>();
  readonly #added: Write[] = [];

  constructor(month: MonthItem, read: PageItems) {
    this.#month = month;
    this.#read = read;
  }

  get isFull(): boolean {
    const kept = this.#statements.size + this.#sessions.size + this.#days.size;
    return this.#added.length + kept + 9 > writesAtMost;
  }

  /** Books one entry, recorded at this place of the ledger. */
  book(fact: LedgerFact, place: string): void {
    const { estateId, month } = this.#month;
    const { session } = fact;
    const known = session === undefined ? undefined : this.#sessionOf(session.sessionId);
    const energyWh = session === undefined ? 0 : energyOf(session, known);
    const belongsTo = fact.ownMonth < month ? { belongsTo: fact.ownMonth } : {};
    this.#added.push({
      put: {
        pk: keys.booked(estateId, 0, '').pk,
        sk: place,
        month,
        day: fact.day,
        ...belongsTo,
        entryKind: fact.entryKind,
        entry: fact.entry,
        recordedAtMs: fact.recordedAtMs,
        postings: fact.postings,
      },
      when: 'absent',
    });
    let rows = 0;
    for (const householdId of householdsIn(fact))
      rows += this.#addRow(fact, place, householdId, known, energyWh);
    this.#addRevenue(fact, known, energyWh);
    this.#count(fact, rows);
    if (session === undefined || session.revision < (known?.revision ?? 0)) return;
    const { revision, facilityId, tariffVersion } = session;
    const booked = { revision, facilityId, tariffVersion, energyWh: session.energyWh };
    this.#sessions.set(session.sessionId, { ...booked, version: known?.version });
  }

  /** Takes over a household to whom nothing has happened in the month so far. */
  carry(before: Statement): void {
    if (this.#statementOf(before.householdId, false) !== undefined) return;
    this.#statementOf(before.householdId, true);
  }

  /** Everything that was taken in, and how far the month has come with it. */
  writes(progress: Pick<MonthItem, 'phase' | 'cursor'>): Write[] {
    const { estateId, month } = this.#month;
    const puts = <T extends { version?: number | undefined }>(
      from: ReadonlyMap<string, T>,
      key: (name: string) => Key,
    ) =>
      [...from].map(([name, { version, ...content }]): Write => {
        return { put: { ...key(name), ...content }, when: { version } };
      });
    return [
      putMonth({ ...this.#month, ...progress }),
      ...this.#added,
      ...puts(this.#statements, (name) => keys.statement(estateId, month, name)),
      ...puts(this.#sessions, (name) => keys.bookedSession(estateId, name)),
      ...puts(this.#days, (name) => keys.revenueOfDay(estateId, month, name)),
    ];
  }

  #addRow(
    fact: LedgerFact,
    place: string,
    householdId: string,
    known: BookedSession | undefined,
    energyWh: number,
  ): number {
    const { session, postings } = fact;
    const own = session !== undefined && (session.householdId ?? householdId) === householdId;
    // A session that never began, or a later truth that changes nothing, is not worth a line.
    if (own && postings.length === 0 && energyWh === 0 && (known !== undefined || !hasRun(session))) return 0;
    const revenue = revenueOf(postings);
    const before = this.#statementOf(householdId, true);
    const { statement, row } = withRow(before, {
      kind: own ? (known === undefined ? 'session' : 'adjustment') : rowKindOf(postings, householdId),
      recordedAtMs: fact.recordedAtMs,
      day: fact.day,
      ...(fact.ownMonth < this.#month.month ? { belongsTo: fact.ownMonth } : {}),
      ...effectOn(postings, householdId),
      energyWh: own ? energyWh : 0,
      ...(own
        ? { electricityFen: revenue.electricity, serviceFen: revenue.service, session: shownSession(session) }
        : {}),
      remarks: own ? [...session.remarks] : fact.about.reason === undefined ? [] : [fact.about.reason],
      memo: fact.about.sessionId ?? postings[0]?.memo ?? session?.sessionId ?? '',
    });
    this.#statements.set(householdId, statement);
    const { estateId, month } = this.#month;
    const { pk } = keys.statementRow(estateId, month, householdId, 0, '');
    this.#added.push({ put: { pk, sk: place, ...row }, when: 'absent' });
    return 1;
  }

  #addRevenue(fact: LedgerFact, known: BookedSession | undefined, energyWh: number): void {
    const revenue = revenueOf(fact.postings);
    const about = fact.about.sessionId === undefined ? undefined : this.#sessionOf(fact.about.sessionId);
    const of = fact.session ?? known ?? about;
    // Energy that nobody here was billed for (paid at the board) is no revenue of the estate.
    const billedWh = fact.session?.householdId === undefined ? 0 : energyWh;
    const cells = splitLines.map((line) => ({
      facilityId: line === 'package' ? '' : (of?.facilityId ?? ''),
      tariffVersion: of?.tariffVersion ?? fact.about.tariffVersion ?? '',
      line,
      amountFen: revenue[line],
      energyWh: line === 'electricity' ? billedWh : 0,
    }));
    const day = this.#days.get(fact.day) ?? revenueDay(this.#read.revenue.get(fact.day), fact.day);
    const after = addRevenue(day, cells);
    if (after.cells.length > 0) this.#days.set(fact.day, after);
  }

  #count({ postings, ownMonth }: LedgerFact, rows: number): void {
    const accounts = { ...this.#month.accounts };
    const move = (account: string, debitFen: number, creditFen: number) => {
      const name = accountClass(account);
      const before = accounts[name] ?? { openingFen: 0, debitFen: 0, creditFen: 0 };
      accounts[name] = {
        ...before,
        debitFen: before.debitFen + debitFen,
        creditFen: before.creditFen + creditFen,
      };
    };
    for (const { debit, credit, amountFen } of postings) {
      move(debit, amountFen, 0);
      move(credit, 0, amountFen);
    }
    this.#month = {
      ...this.#month,
      accounts,
      entries: this.#month.entries + 1,
      lateEntries: this.#month.lateEntries + (ownMonth < this.#month.month ? 1 : 0),
      postings: this.#month.postings + postings.length,
      rows: this.#month.rows + rows,
    };
  }

  #sessionOf(sessionId: string): BookedSession | undefined {
    const item = this.#read.sessions.get(sessionId);
    return (
      this.#sessions.get(sessionId) ?? (item === undefined ? undefined : bookedSessionSchema.parse(item))
    );
  }

  /** The household's statement of this month, opened where there is none yet and it is wanted. */
  #statementOf(householdId: string, open: true): Statement;
  #statementOf(householdId: string, open: false): Statement | undefined;
  #statementOf(householdId: string, open: boolean): Statement | undefined {
    const { now, before, household } = this.#read.households.get(householdId) ?? {};
    const known =
      this.#statements.get(householdId) ?? (now === undefined ? undefined : statementSchema.parse(now));
    if (known !== undefined || !open) return known;
    const carried = before === undefined ? undefined : statementSchema.parse(before);
    const { estateId, month } = this.#month;
    const opened = openStatement(estateId, month, householdOf(household, householdId), carried);
    this.#statements.set(householdId, opened);
    this.#month = { ...this.#month, statements: this.#month.statements + 1 };
    return opened;
  }
}

/** What a page is decided on. */
export interface PageItems {
  readonly households: ReadonlyMap<
    string,
    {
      readonly now: Item | undefined;
      readonly before: Item | undefined;
      readonly household: Item | undefined;
    }
  >;
  readonly sessions: ReadonlyMap<string, Item | undefined>;
  readonly revenue: ReadonlyMap<string, Item | undefined>;
}

/** Reads everything that these households and facts may change. */
export async function readPage(
  table: Table,
  { estateId, month }: MonthItem,
  facts: readonly LedgerFact[],
  alsoHouseholds: readonly string[] = [],
): Promise<PageItems> {
  const households = unique([...facts.flatMap(householdsIn), ...alsoHouseholds]);
  const sessions = unique(
    facts.flatMap(({ session, about }) =>
      [session?.sessionId, about.sessionId].filter((id) => id !== undefined),
    ),
  );
  const days = unique(facts.map(({ day }) => day));
  const [now, before, registered, billed, revenue] = await Promise.all([
    getAll(table, households, (name) => keys.statement(estateId, month, name)),
    getAll(table, households, (name) => keys.statement(estateId, previousMonth(month), name)),
    getAll(table, households, (name) => keys.household(estateId, name)),
    getAll(table, sessions, (name) => keys.bookedSession(estateId, name)),
    getAll(table, days, (name) => keys.revenueOfDay(estateId, month, name)),
  ]);
  const of = (name: string) => ({
    now: now.get(name),
    before: before.get(name),
    household: registered.get(name),
  });
  return { households: new Map(households.map((name) => [name, of(name)])), sessions: billed, revenue };
}

const getLimit = 100;

async function getAll(table: Table, names: readonly string[], key: (name: string) => Key) {
  const found = new Map<string, Item | undefined>();
  for (let start = 0; start < names.length; start += getLimit) {
    const part = names.slice(start, start + getLimit);
    const items = await table.get(part.map(key));
    for (const [index, name] of part.entries()) found.set(name, items[index]);
  }
  return found;
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();

const hasRun = (session: BilledSession | undefined): boolean => session?.endedAtMs !== undefined;

/** The energy that this bill adds to what the books had of the session; an older truth that comes later adds nothing. */
function energyOf({ revision, energyWh }: BilledSession, known: BookedSession | undefined): number {
  if (known === undefined) return energyWh;
  return revision < known.revision ? 0 : energyWh - known.energyWh;
}

function shownSession({ householdId: _h, revision: _v, remarks: _r, ...session }: BilledSession) {
  return session;
}

/** Wallets and receivables are one account each in the books of a month. */
function accountClass(account: string): string {
  const is = accountOf(account)?.is;
  return is === 'wallet' || is === 'receivable' ? `${is}s` : account;
}
