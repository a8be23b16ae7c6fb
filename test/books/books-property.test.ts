import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parties, splitLines } from '../../contract/words.ts';
import { bookedIn, type Close, closableFromMs, dayOf, startOfMonth } from '../../src/books/book-day.ts';
import { closeMonth } from '../../src/books/close-month.ts';
import { closedMonth, closingOf } from '../../src/books/month-store.ts';
import { readRevenue, totalsOf } from '../../src/books/revenue.ts';
import { readStatement } from '../../src/books/statement.ts';
import { balances, type Posting, revenueAccount, walletAccount } from '../../src/ledger/ledger.ts';
import { nextMonth } from '../../src/shared/local-time.ts';
import { addHouseholds, booksWorld, cost, estateId } from './ledger-builder.ts';

// Whole quarters of random money, closed month by month while more of it still comes in, against the rule itself.

const households = ['h1', 'h2', 'h3'];
const hour = 3_600_000;

/** Months in which clocks are changed, a leap day and the turn of a year, in zones that do and do not. */
const startArbitrary = fc.constantFrom(
  { zone: 'Asia/Shanghai', first: '2026-11' },
  { zone: 'Europe/Oslo', first: '2027-02' },
  { zone: 'America/New_York', first: '2026-10' },
  { zone: 'Australia/Lord_Howe', first: '2028-02' },
);

interface Happening {
  readonly order: number;
  readonly atHour: number;
  readonly recordedAfterHours: number;
  readonly kind: 'top-up' | 'session' | 'corrected' | 'package';
  readonly householdId: string;
  readonly fen: number;
}

const happeningArbitrary: fc.Arbitrary<Omit<Happening, 'order'>> = fc.record({
  atHour: fc.integer({ min: 0, max: 3 * 30 * 24 }),
  recordedAfterHours: fc.oneof({ weight: 4, arbitrary: fc.nat(12) }, fc.nat(800)),
  kind: fc.constantFrom('top-up', 'session', 'corrected', 'package'),
  householdId: fc.constantFrom(...households),
  fen: fc.integer({ min: 1, max: 500 }),
});

interface Posted {
  readonly entryId: string;
  readonly ownMonth: string;
  readonly recordedAtMs: number;
  readonly postings: readonly Posting[];
}

describe('books', () => {
  test('take every entry once, and every statement, account and share adds up to the fen', async () => {
    await fc.assert(
      fc.asyncProperty(
        startArbitrary,
        fc.array(happeningArbitrary, { maxLength: 40 }),
        fc.array(fc.nat(400), { minLength: 3, maxLength: 3 }),
        async ({ zone, first }, happenings, delays) => {
          const world = await booksWorld(zone);
          await addHouseholds(world, ...households);
          const beginMs = startOfMonth(first, zone);
          const posts: (Posted & { post: () => Promise<void> })[] = happenings.map((happening, order) =>
            posting(world, zone, beginMs, { ...happening, order }),
          );
          // The first entry of all decides where the books begin.
          const opening = posting(world, zone, beginMs, {
            order: happenings.length,
            atHour: 0,
            recordedAfterHours: 0,
            kind: 'top-up',
            householdId: 'h1',
            fen: 1,
          });
          posts.push(opening);
          posts.sort((a, b) => a.recordedAtMs - b.recordedAtMs);

          const closes: Close[] = [];
          let written = 0;
          let month: string = first;
          let cutoffMs = 0;
          for (const delay of delays) {
            cutoffMs = Math.max(cutoffMs, closableFromMs(month, zone) + delay * hour);
            for (; (posts[written]?.recordedAtMs ?? Number.POSITIVE_INFINITY) <= cutoffMs; written += 1)
              await posts[written]?.post();
            world.nowMs = cutoffMs;
            while ((await closeMonth(world.backend, world.origin(), month)).state !== 'closed');
            closes.push({ month, cutoffMs });
            month = nextMonth(month);
          }

          const seen = new Set<string>();
          for (const { month: closed } of closes) {
            const expected = posts.filter((post) => bookedIn(post, closes) === closed);
            const booked = (await world.table.query({ pk: `BOOKED#${estateId}` })).filter(
              (item) => item['month'] === closed,
            );
            const ids = booked.map((item) => item.sk.slice(14));
            expect(ids.sort()).toEqual(expected.map(({ entryId }) => entryId).sort());
            for (const id of ids) {
              expect(seen.has(id)).toBe(false);
              seen.add(id);
            }
            const before = posts.filter((post) => (bookedIn(post, closes) ?? '9') < closed);
            await checkMonth(world, closed, before, expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

async function checkMonth(
  world: Awaited<ReturnType<typeof booksWorld>>,
  month: string,
  before: readonly Posted[],
  own: readonly Posted[],
): Promise<void> {
  const opening = balances(before.flatMap(({ postings }) => postings));
  const closing = balances([...before, ...own].flatMap(({ postings }) => postings));
  for (const householdId of households) {
    const { statement, rows } = await readStatement(world.table, estateId, month, householdId);
    expect(statement.openingFen).toBe(opening.get(walletAccount(householdId)) ?? 0);
    expect(statement.closingFen).toBe(closing.get(walletAccount(householdId)) ?? 0);
    const moved = rows.reduce((sum, { balanceFen }) => sum + balanceFen, 0);
    expect(statement.openingFen + moved).toBe(statement.closingFen);
    for (const { belongsTo, day } of rows) {
      expect(belongsTo).toBe(day.startsWith(month) ? undefined : day.slice(0, 7));
    }
  }
  const closed = await closedMonth(world.table, estateId, month);
  expect(Object.values(closed.accounts).reduce((sum, account) => sum + closingOf(account), 0)).toBe(0);
  const earned = balances(own.flatMap(({ postings }) => postings));
  const totals = totalsOf(await readRevenue(world.table, estateId, month));
  for (const line of splitLines) expect(totals[line]).toBe(earned.get(revenueAccount(line)) ?? 0);
  for (const { totalFen, parts } of Object.values(closed.split?.lines ?? {})) {
    expect(parties.reduce((sum, party) => sum + parts[party], 0)).toBe(totalFen);
  }
}

/** One happening, ready to be written when its time has come. */
function posting(
  world: Awaited<ReturnType<typeof booksWorld>>,
  zone: string,
  beginMs: number,
  { order, atHour, recordedAfterHours, kind, householdId, fen }: Happening,
): Posted & { post: () => Promise<void> } {
  const endedAtMs = beginMs + atHour * hour + order;
  const recordedAtMs = kind === 'top-up' ? endedAtMs : endedAtMs + recordedAfterHours * hour;
  const wallet = walletAccount(householdId);
  const memo = `memo-${order}`;
  const postings: Posting[] =
    kind === 'session'
      ? cost(householdId, fen, fen % 7, memo)
      : kind === 'corrected'
        ? cost(householdId, -fen, 0, memo)
        : kind === 'package'
          ? [{ debit: wallet, credit: 'revenue:package', amountFen: fen, memo }]
          : [{ debit: 'cash', credit: wallet, amountFen: fen, memo }];
  const isSession = kind === 'session' || kind === 'corrected';
  const key = isSession
    ? { pk: `DEVICE#861317069234387`, sk: `SESSION#${order}#settled` }
    : { pk: `TEST#${order}`, sk: kind };
  const facts = { order, householdId, startedAtMs: endedAtMs - 2 * hour, endedAtMs, energyWh: fen };
  const dated = { receivedAtMs: recordedAtMs, ...(isSession ? { endedAtMs } : {}) };
  return {
    entryId: `${key.pk}|${key.sk}`,
    ownMonth: dayOf(dated, zone).slice(0, 7),
    recordedAtMs,
    postings,
    post: () =>
      isSession
        ? world.session(recordedAtMs, 'settled', facts, postings)
        : world.post(
            recordedAtMs,
            key,
            kind === 'package' ? 'package-bought' : kind,
            { householdId },
            postings,
          ),
  };
}
