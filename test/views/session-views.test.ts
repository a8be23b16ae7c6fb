import { beforeAll, describe, expect, test } from 'vitest';
import type { Receipt } from '../../contract/shapes/receipt.ts';
import { sessionSummarySchema } from '../../contract/shapes/session.ts';
import { readSteps } from '../../src/charging/steps.ts';
import type { Entry } from '../../src/journal/entry.ts';
import type { EntryKind } from '../../src/journal/kinds.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { sessionCostIn } from '../../src/views/session-cost.ts';
import { latestSessions, sessionDetail } from '../../src/views/session-detail.ts';
import { newestOf, summarise } from '../../src/views/session-summary.ts';
import { boardId, estateId, eveningMs } from '../support/estate.ts';
import { SessionStory } from '../support/session-story.ts';
import { writeViews } from '../support/views.ts';

const minuteMs = 60_000;
let story: SessionStory;
/** Its bike came in at minute 1, it was authorised at 2, and settled at 32 with 100 Wh. */
let settled: Entry;
const steps = () => readSteps(story.estate.backend, boardId, story.order);

beforeAll(async () => {
  story = await SessionStory.begin();
  await story.passes('in', 1);
  await story.starts(2);
  await story.frame(3, 60, 10);
  await story.settled(32, 1800, 100);
  await writeViews(story.estate);
  settled = (await steps()).settled as Entry;
});

const fixed = () => ({
  ...{
    sessionId: story.sessionId,
    estateId,
    facilityId: 'garage',
    deviceId: boardId,
    port: 2,
    householdId: 'h1',
  },
  ...{ startedBy: 'card', stayId: 'reader-in.in-1p' },
});
const authorisedAtMs = eveningMs + 2 * minuteMs;

describe('a session in a list', () => {
  const shownWith = async (newest: Entry | undefined) => {
    const shown = summarise(await story.agreement(), newest);
    // And nothing of it is lost where it is read back.
    expect(sessionSummarySchema.parse(shown)).toStrictEqual(shown);
    return shown;
  };
  const entry = (kind: EntryKind): Entry => ({ ...settled, kind, facts: {} });
  const withReceipt = (change: Partial<Receipt>): Entry => ({
    ...settled,
    facts: { ...settled.facts, receipt: { ...(settled.facts['receipt'] as Receipt), ...change } },
  });

  test('without a step that says more starts, and charges once its start is answered', async () => {
    const starting = { ...fixed(), state: 'starting', startedAtMs: authorisedAtMs };
    expect(await shownWith(undefined)).toStrictEqual(starting);
    expect(await shownWith(entry('stop-asked'))).toStrictEqual(starting);
    expect(await shownWith(entry('session-start-answered'))).toStrictEqual({
      ...starting,
      state: 'charging',
    });
  });

  const measured = {
    ...{ startedAtMs: authorisedAtMs, endedAtMs: eveningMs + 32 * minuteMs, energyWh: 100, totalFen: 9 },
  };
  const unmeasured = { startedAtMs: authorisedAtMs, endedAtMs: authorisedAtMs, totalFen: 9 };
  test.each<[string, Partial<Receipt>, object]>([
    ['that is settled', {}, { ...measured, state: 'settled' }],
    ['of which the board has not told the end', { estimated: true }, { ...measured, state: 'estimated' }],
    ['that never began', { remarks: ['not-started'] }, { ...measured, state: 'not-started' }],
    ['at a port with a fault', { remarks: ['port-fault'] }, { ...measured, state: 'not-started' }],
    ['that nobody measured', { readings: [], estimated: true }, { ...unmeasured, state: 'estimated' }],
    [
      'that never began, and took nothing',
      { readings: [], estimated: true, remarks: ['port-fault'] },
      { ...unmeasured, state: 'not-started', energyWh: 0 },
    ],
    [
      'that cost more than was agreed',
      { totalFen: 900, chargedFen: 300 },
      { ...measured, state: 'settled', totalFen: 300 },
    ],
    [
      'whose readings are many, by the first and the last',
      { readings: [5, 6, 7].map((atMs) => ({ atMs, energyWh: atMs * 10 })) },
      { ...measured, state: 'settled', startedAtMs: 5, endedAtMs: 7, energyWh: 70 },
    ],
  ])('%s', async (_, change, expected) => {
    expect(await shownWith(withReceipt(change))).toStrictEqual({ ...fixed(), ...expected });
  });

  test('is as its newest receipt makes it, though its start is answered later', async () => {
    const all = await steps();
    expect(newestOf(all)).toStrictEqual(settled);
    expect(newestOf({ ...all, settled: undefined })).toStrictEqual(all.started);
    expect(all.started?.kind).toBe('session-start-answered');
  });
});

describe('one session', () => {
  const detail = (of = estateId, sessionId = story.sessionId) =>
    sessionDetail(story.estate.table, of, sessionId);

  test('is shown with its agreement, its bill and the stay during which it ran', async () => {
    expect(await detail()).toStrictEqual({
      agreement: await story.agreement(),
      session: summarise(await story.agreement(), settled),
      receipt: await story.receipt(),
      stay: { enteredAtMs: eveningMs + minuteMs },
    });
    await story.passes('out', 40, false);
    await writeViews(story.estate);
    expect((await detail()).stay).toStrictEqual({
      ...{ enteredAtMs: eveningMs + minuteMs, leftAtMs: eveningMs + 40 * minuteMs },
    });
  });

  test('of another estate, of no estate, or of no name, is none', async () => {
    const { sessionId } = story;
    for (const [of, asked] of [
      ['youyi', sessionId],
      [estateId, `${boardId}-7`],
      [estateId, 'x'],
    ])
      await expect(detail(of, asked)).rejects.toMatchObject({ error: 'not-found' });
  });

  test('costs its household what it was charged; one that is no session, or has no bill, cannot be corrected', async () => {
    const { table } = story.estate;
    const costOf = sessionCostIn(table);
    const { chargedFen } = (await story.receipt()) as Receipt;
    expect(await costOf(estateId, story.sessionId)).toStrictEqual({ householdId: 'h1', chargedFen });
    expect(await costOf('youyi', story.sessionId)).toBeUndefined();
    const running = await SessionStory.begin();
    await running.authorise();
    expect(await sessionCostIn(running.estate.table)(estateId, running.sessionId)).toBeUndefined();
    expect(await sessionDetail(running.estate.table, estateId, running.sessionId)).toStrictEqual({
      agreement: await running.agreement(),
      session: summarise(await running.agreement(), undefined),
    });
    const down = { ...table, query: () => Promise.reject(new DomainError('table-busy', 'down')) };
    await expect(sessionCostIn(down)(estateId, story.sessionId)).rejects.toMatchObject({
      error: 'table-busy',
    });
  });
});

test('the latest sessions of an estate are told newest first, and no more than were asked for', async () => {
  const own = await SessionStory.begin();
  const told: string[] = [];
  for (const minute of [1, 20, 40]) {
    await own.starts(minute);
    await own.settled(minute + 10, 600, 10);
    told.unshift(own.sessionId);
  }
  await writeViews(own.estate);
  const latest = async (limit: number, of = estateId) =>
    (await latestSessions(own.estate.table, of, limit)).map(({ sessionId }) => sessionId);
  expect(await latest(3)).toStrictEqual(told);
  expect(await latest(2)).toStrictEqual(told.slice(0, 2));
  expect(await latest(3, 'youyi')).toStrictEqual([]);
});
