import { beforeEach, describe, expect, test } from 'vitest';
import type { RebuildDifference } from '../../contract/shapes/rebuild.ts';
import { checkHouseholds } from '../../src/books/rebuild/households.ts';
import { checkSessions } from '../../src/books/rebuild/sessions.ts';
import type { Agreement } from '../../src/journal/facts/session.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item } from '../../src/shared/table.ts';
import { boardId, estateId, eveningMs, type TestEstate, testEstate } from '../support/estate.ts';
import { plant } from '../support/rebuilt.ts';
import { SessionStory } from '../support/session-story.ts';
import { writeViews } from '../support/views.ts';
import { agreementOf, tell, tellSession } from './told-sessions.ts';

const sessions = ({ backend }: TestEstate) => checkSessions(backend, estateId, { part: 'sessions' });
const wallet = keys.wallet(estateId, 'h1');
const overstay = { graceMinutes: 30, priceMilliYuanPerHour: 500 };
type Bill = Item & { facts: { receipt: { totalFen: number } }; postings: { amountFen: number }[] };

/** A session that was closed on an estimate, settled late, and priced again when the bike went. */
async function corrected(): Promise<SessionStory> {
  const story = await SessionStory.begin({ overstay });
  await story.passes('in', -5);
  await story.authorise(0);
  await story.started(1);
  await story.frame(31, 1800, 500);
  story.estate.clockMs = eveningMs + 740 * 60_000;
  await story.sweep();
  await story.settled(800, 3600, 800);
  await story.passes('out', 1000);
  await writeViews(story.estate);
  return story;
}

describe('a session, computed again', () => {
  test('is the same, whatever was corrected of it', async () => {
    const { estate } = await corrected();
    expect(await sessions(estate)).toEqual({
      ...{
        checked: { sessions: 1, receipts: 3 },
        differences: [],
        packagesUsed: {},
        next: { part: 'ledger' },
      },
    });
  });

  test('shows each wrong amount where it stands: in the newest bill, its postings and what is read of them', async () => {
    const story = await corrected();
    const newest = { pk: `DEVICE#${boardId}`, sk: `SESSION#${story.order}#adjusted#2` };
    const [item] = await story.estate.table.get([newest]);
    const posted = (item as Bill).postings[0]?.amountFen ?? 0;
    await plant(story.estate, newest, (found) => {
      const bill = structuredClone(found) as Bill;
      bill.facts.receipt.totalFen += 1;
      return { ...bill, postings: bill.postings.map((one) => ({ ...one, amountFen: one.amountFen + 5 })) };
    });
    const { totalFen = 0 } = (await story.receipt()) ?? {};
    const of = story.sessionId;
    const lines = [`ESTATE#${estateId}#LEDGER`, `MOVEMENTS#${estateId}#h1`];
    const atMs = (item as { receivedAtMs?: number } | undefined)?.receivedAtMs;
    expect(await sessions(story.estate).then(({ differences }) => differences)).toEqual([
      {
        ...{ what: 'receipt', of, where: `${newest.pk}|${newest.sk} facts.receipt.totalFen` },
        ...{ recorded: String(totalFen), recomputed: String(totalFen - 1) },
      },
      {
        ...{ what: 'postings', of, where: `${newest.pk}|SESSION#${story.order}#… revenue:service` },
        ...{ recorded: expect.any(String), recomputed: expect.any(String) },
      },
      ...lines.map((pk) => ({
        ...{ what: 'read-model', of, recorded: String(posted), recomputed: String(posted + 5) },
        where: `${pk}|${atMs}#${newest.pk}|${newest.sk} postings.0.amountFen`,
      })),
    ]);
  });

  test('is missed where it is not listed, its code leads nowhere or its lines are gone', async () => {
    const story = await corrected();
    const { table } = story.estate;
    const { code = '' } = (await story.receipt()) ?? {};
    const [listed] = await table.query({ pk: keys.sessionOfEstate(estateId, 0, '').pk });
    const [, line] = await table.query({ pk: keys.movement(estateId, 'h1', 0, '').pk });
    if (listed === undefined || line === undefined) throw new Error('Nothing is listed');
    await table.commit([{ remove: listed }, { remove: keys.receiptCode(code) }, { remove: line }]);
    const { differences } = await sessions(story.estate);
    const gone = { what: 'read-model', of: story.sessionId, recorded: 'absent' };
    const { pk: _, sk: _s, version: _v, ...summary } = listed;
    const [first] = story.estate.entries('session-closed');
    expect(differences.map(({ where }) => where)).toEqual([
      ...[`${listed.pk}|${listed.sk}`, `RECEIPT#${code}|RECEIPT`, `${line.pk}|${line.sk}`],
    ]);
    expect(
      differences.slice(0, 2).map(({ recomputed, ...rest }) => ({ ...rest, item: JSON.parse(recomputed) })),
    ).toEqual([
      { ...gone, where: `${listed.pk}|${listed.sk}`, item: summary },
      {
        ...{ ...gone, where: `RECEIPT#${code}|RECEIPT` },
        item: { estateId, sessionId: story.sessionId, expiresAtS: first?.expiresAtS },
      },
    ]);
  });

  test('that nobody agreed to moves nothing and is not looked at', async () => {
    const estate = await testEstate();
    await tell(estate, keys.session(boardId, 3, 'settled'), { kind: 'settlement', facts: {} });
    expect(await sessions(estate)).toMatchObject({ checked: { sessions: 1, receipts: 0 }, differences: [] });
  });

  test.each<[string, Partial<Agreement>, string[]]>([
    ['of a household', {}, ['revenue:electricity 0 7', 'revenue:service 0 3']],
    ['of no household', { householdId: undefined }, []],
    ['without a card', { credentialId: undefined }, []],
    ['that the board has started alone', { startedBy: 'local' }, []],
  ])('%s has to be posted as it was billed: %j', async (_, agreed, expected) => {
    const estate = await testEstate();
    await tellSession(estate, { order: 3, endedAtMs: eveningMs, agreed });
    const { differences } = await sessions(estate);
    expect(
      differences
        .filter(({ what }) => what === 'postings')
        .map(({ where, recorded, recomputed }) => `${where.split('… ')[1]} ${recorded} ${recomputed}`),
    ).toEqual(expected);
  });

  test('that was paid at the board may post nothing', async () => {
    const estate = await testEstate();
    await tellSession(estate, { order: 3, endedAtMs: eveningMs, agreed: { startedBy: 'local' } });
    await plant(estate, keys.session(boardId, 3, 'settled'), (item) => ({
      ...item,
      postings: [
        { debit: 'wallet:h1', credit: 'revenue:service', amountFen: 9, memo: 'm' },
        { debit: 'revenue:service', credit: 'wallet:h1', amountFen: 2, memo: 'm' },
      ],
    }));
    const { differences } = await sessions(estate);
    expect(differences).toContainEqual({
      ...{ what: 'postings', of: `${boardId}-3`, where: `DEVICE#${boardId}|SESSION#3#… revenue:service` },
      ...{ recorded: '7', recomputed: '0' },
    });
  });
});

describe('what is held', () => {
  let story: SessionStory;
  beforeEach(async () => {
    story = await SessionStory.begin();
    await story.authorise(0);
    await writeViews(story.estate);
  });
  const hold = { amountFen: 300, credentialId: 'c1', sinceMs: 0 };
  const found = async (holds: object): Promise<RebuildDifference[]> => {
    await plant(story.estate, wallet, (item) => ({ ...item, holds }));
    const ofSessions = await sessions(story.estate);
    const ofHouseholds = await checkHouseholds(story.estate.backend, estateId, { part: 'households' });
    return [...ofSessions.differences, ...ofHouseholds.differences];
  };
  const differs = (of: string, sessionId: string, recorded: string, recomputed: string) => ({
    ...{
      what: 'hold',
      of,
      where: `${wallet.pk}|${wallet.sk} holds.${sessionId}.amountFen`,
      recorded,
      recomputed,
    },
  });

  test('for an open session is what was agreed', async () => {
    const { sessionId } = story;
    expect(await found({ [sessionId]: hold })).toEqual([]);
    expect(await found({ [sessionId]: { ...hold, amountFen: 299 } })).toEqual([
      differs(sessionId, sessionId, '299', '300'),
    ]);
    expect(await found({})).toEqual([differs(sessionId, sessionId, 'absent', '300')]);
  });

  test('for a session that is over, or that the wallet cannot know, is nothing', async () => {
    const { sessionId } = story;
    const names = [`${boardId}-99`, 'none'];
    expect(
      await found({ [sessionId]: hold, ...Object.fromEntries(names.map((name) => [name, hold])) }),
    ).toEqual(names.map((name) => differs('h1', name, '300', 'absent')));
    await story.started(1);
    await story.settled(61, 3600, 220);
    await writeViews(story.estate);
    expect(await found({ [sessionId]: hold })).toEqual([
      ...[differs(sessionId, sessionId, '300', 'absent'), differs('h1', sessionId, '300', 'absent')],
    ]);
  });

  test.each(['closed', 'settled'] as const)('for a session that was %s is nothing', async (step) => {
    await tell(story.estate, keys.session(boardId, 3, 'authorised'), {
      ...{ kind: 'session-authorised', facts: { ...agreementOf({ order: 3, endedAtMs: eveningMs }) } },
    });
    await tell(story.estate, keys.session(boardId, 3, step), { kind: 'session-closed', facts: {} });
    const holds = { [story.sessionId]: hold, [`${boardId}-3`]: hold };
    expect((await found(holds)).filter(({ of }) => of === 'h1')).toEqual([
      differs('h1', `${boardId}-3`, '300', 'absent'),
    ]);
  });

  test('for an open session of another household is nothing, and for one that nobody pays for here nobody holds', async () => {
    const agreed = { householdId: 'h2' };
    for (const [order, facts] of [
      [3, agreementOf({ order: 3, endedAtMs: eveningMs, agreed })],
      [4, agreementOf({ order: 4, endedAtMs: eveningMs, agreed: { startedBy: 'local' } })],
      [5, agreementOf({ order: 5, endedAtMs: eveningMs, agreed: { householdId: undefined } })],
    ] as const)
      await tell(story.estate, keys.session(boardId, order, 'authorised'), {
        ...{ kind: 'session-authorised', facts: { ...facts } },
      });
    const holds = { [story.sessionId]: hold, [`${boardId}-3`]: hold };
    const theirs = keys.wallet(estateId, 'h2');
    expect((await found(holds)).filter(({ what }) => what === 'hold')).toEqual([
      {
        ...{ ...differs(`${boardId}-3`, `${boardId}-3`, 'absent', '300') },
        where: `${theirs.pk}|${theirs.sk} holds.${boardId}-3.amountFen`,
      },
      differs('h1', `${boardId}-3`, '300', 'absent'),
    ]);
  });
});

test('a package has used what its sessions have, or keep reserved while they run', async () => {
  const estate = await testEstate();
  const allowance = { purchaseId: 'p1', energyWh: 700, reservedAmount: 700 };
  const bill = { endedAtMs: eveningMs, agreed: { allowance } };
  await tellSession(estate, { ...bill, order: 3 });
  await tellSession(estate, { ...bill, order: 4 });
  await tellSession(estate, { ...bill, order: 5 });
  await tellSession(estate, { ...bill, order: 6, agreed: { allowance, credentialId: undefined } });
  await tellSession(estate, { ...bill, order: 7, agreed: { allowance, householdId: undefined } });
  await estate.table.commit([
    { remove: keys.session(boardId, 4, 'settled') },
    { remove: keys.session(boardId, 5, 'settled') },
  ]);
  expect((await sessions(estate)).packagesUsed).toEqual({ 'h1|p1': 1400 });
});
