import { describe, expect, test } from 'vitest';
import type { Table } from '../../src/shared/table.ts';
import { ledgerLines } from '../../src/views/money-view.ts';
import { sessionCostIn } from '../../src/views/session-cost.ts';
import { accountsOf } from '../../src/wallet/accounts.ts';
import { askOrder, decideOrder, type Office } from '../../src/wallet/office.ts';
import { estateId } from '../support/estate.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { looksAt } from '../support/moments.ts';
import { SessionStory } from '../support/session-story.ts';

// A session that the office has corrected, and that is priced again afterwards. 1000 Wh cost 92 fen.

const hours = (count: number) => count * 60;

/** The office gives back so much of a session, with four eyes. */
async function giveBack(
  story: SessionStory,
  orderId: string,
  amountFen: number,
  { sessionId }: Pick<SessionStory, 'sessionId'> = story,
) {
  const { backend, table } = story.estate;
  const office: Office = { ...backend, sessionCost: sessionCostIn(table) };
  const about = { householdId: 'h1', sessionId, reason: 'the port was cold' };
  await askOrder(office, story.estate.by('operator'), { kind: 'correction', orderId, amountFen, ...about });
  return decideOrder(office, story.estate.by('manager'), 'correction', orderId, 'approved');
}

async function estimated(): Promise<SessionStory> {
  const story = await SessionStory.running();
  await story.frame(60, 3600, 1000);
  await story.sweepAt(hours(13));
  expect((await story.receipt())?.chargedFen).toBe(92);
  return story;
}

async function booked({ estate }: SessionStory): Promise<Record<string, number>> {
  await estate.table.commit(estate.entries().flatMap(ledgerLines));
  const accounts = await accountsOf(estate.table, estateId);
  expect(accounts.reduce((sum, { balanceFen }) => sum + balanceFen, 0)).toBe(0);
  return Object.fromEntries(accounts.map(({ account, balanceFen }) => [account, balanceFen]));
}

/** The account that was too late: 73 fen. */
const lesser = (story: SessionStory, on?: Table) => story.settled(hours(13), 3000, 800, {}, on);

describe('what a correction has given back', () => {
  test('is not given back again by a lesser price', async () => {
    const story = await estimated();
    await giveBack(story, 'c1', 92);
    await lesser(story);
    expect(await story.wallet()).toMatchObject({ balanceFen: 2000, owedFen: 0 });
    await story.expectSound();
    expect(await booked(story)).toMatchObject({ 'wallet:h1': 2000, 'written-off': -73 });
  });

  test('beyond a lesser price is not taken again as if it had been had', async () => {
    const story = await estimated();
    await giveBack(story, 'c1', 92);
    await lesser(story);
    await expect(giveBack(story, 'c2', -92)).rejects.toMatchObject({ error: 'more-than-charged' });
    expect((await story.wallet()).balanceFen).toBe(2000);
  });

  test('is given back as far as it goes, and the rest by the lesser price', async () => {
    const story = await estimated();
    await giveBack(story, 'c1', 80);
    await lesser(story);
    expect((await story.wallet()).balanceFen).toBe(2000);
  });

  test('in the very moment of the account is seen by one of the two', async () => {
    const story = await estimated();
    const moment = interruptedAfter(story.estate.table, looksAt('CORRECTIONS'), () =>
      giveBack(story, 'c1', 92),
    );
    await lesser(story, moment);
    expect((await story.wallet()).balanceFen).toBe(2000);
    const other = await estimated();
    const before = interruptedAfter(other.estate.table, looksAt('WALLET'), () => giveBack(other, 'c1', 92));
    await lesser(other, before);
    expect((await other.wallet()).balanceFen).toBe(2000);
  });

  test('is counted under the one name that a session has', async () => {
    const story = await SessionStory.begin();
    // Until an order has fewer than ten digits: only those could be written with zeros before.
    let minute = 0;
    do {
      await story.authorise(minute);
      await story.settled(minute + 10, 600, 100);
      minute += 20;
    } while (story.order >= 1e9);
    const { balanceFen } = await story.wallet();
    const chargedFen = (await story.receipt())?.chargedFen ?? 0;
    await giveBack(story, 'c1', chargedFen);
    const again = giveBack(story, 'c2', chargedFen, { sessionId: story.sessionId.replace('-', '-0') });
    await expect(again).rejects.toMatchObject({ error: 'not-found' });
    expect((await story.wallet()).balanceFen).toBe(balanceFen + chargedFen);
  });
});
