import { describe, expect, test } from 'vitest';
import { rebuildPage } from '../../src/books/rebuild/rebuild.ts';
import { allDifferences } from '../../src/books/rebuild/sums.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item, Key } from '../../src/shared/table.ts';
import { buyPackage, returnPackage } from '../../src/wallet/package.ts';
import { boardId, estateId, eveningMs } from '../support/estate.ts';
import { plant, rebuilt } from '../support/rebuilt.ts';
import { SessionStory } from '../support/session-story.ts';
import { writeViews } from '../support/views.ts';

/** An estate with one session that was closed on an estimate, settled late and corrected. */
async function corrected(): Promise<SessionStory> {
  const story = await SessionStory.begin();
  await story.authorise();
  await story.started(1);
  await story.frame(31, 1800, 500);
  story.estate.clockMs = eveningMs + 740 * 60_000;
  await story.sweep();
  await story.settled(800, 3600, 800);
  await writeViews(story.estate);
  return story;
}

describe('an estate computed again from its journal', () => {
  test('shows no difference, and the ledger sums to zero', async () => {
    const { estate } = await corrected();
    const sums = await rebuilt(estate);
    expect(allDifferences(sums)).toEqual([]);
    expect(sums.checked).toMatchObject({ sessions: 1, receipts: 2, households: 1 });
    expect(sums.checked.entries).toBeGreaterThan(2);
    expect(Object.values(sums.accounts).reduce((sum, fen) => sum + fen, 0)).toBe(0);
    expect(sums.accounts['wallet:h1']).toBeGreaterThan(0);
  });

  test('shows no difference while a session runs', async () => {
    const story = await SessionStory.begin();
    await story.authorise();
    await writeViews(story.estate);
    expect(allDifferences(await rebuilt(story.estate))).toEqual([]);
  });

  test('goes on from page to page over more sessions than one page takes', async () => {
    const story = await SessionStory.begin();
    for (let session = 0; session < 40; session += 1) {
      await story.authorise(session * 20);
      await story.started(session * 20);
      await story.settled(session * 20 + 10, 600, 20);
    }
    await writeViews(story.estate);
    const { pages, ...sums } = await rebuilt(story.estate);
    expect(allDifferences(sums)).toEqual([]);
    expect(sums.checked.sessions).toBe(40);
    expect(pages.filter(({ checked }) => checked.sessions > 0).length).toBeGreaterThan(1);
  });

  test('refuses a cursor that it has not given', async () => {
    const { estate } = await SessionStory.begin();
    await expect(rebuildPage(estate.backend, estateId, 'bm9uc2Vuc2U')).rejects.toMatchObject({
      error: 'bad-request',
    });
  });
});

describe('packages', () => {
  const name = { zh: '十度', en: 'Ten' };
  const ten = {
    packageId: 'ten',
    name,
    priceFen: 500,
    kind: 'energy',
    amount: 10_000,
    validDays: 30,
  } as const;

  /** A story in which h1 has bought the package; and who bought it. */
  async function bought() {
    const story = await SessionStory.begin({ packages: [ten] });
    const { backend } = story.estate;
    const origin = {
      ...{ estateId, deviceId: 'api', receivedAtMs: eveningMs, topic: 'api', sender: 'r1', fact: 'buy' },
      payload: new Uint8Array(),
    };
    const wanted = { householdId: 'h1', requestId: 'request-1', packageId: 'ten' };
    await buyPackage(backend, origin, wanted, await backend.registry.tariff(estateId, '2026-01'));
    return { story, backend, origin };
  }

  async function withPackage(): Promise<SessionStory> {
    const { story } = await bought();
    await story.authorise(1);
    await story.started(1);
    await story.settled(61, 3600, 220);
    await writeViews(story.estate);
    return story;
  }

  test('have left what their sessions have not used', async () => {
    const { estate } = await withPackage();
    const sums = await rebuilt(estate);
    expect(allDifferences(sums)).toEqual([]);
    expect(sums.packagesUsed).toEqual({ 'h1|request-1': 220 });
    expect(sums.packages).toEqual({ 'h1|request-1': { bought: 10_000, left: 9_780 } });
  });

  test('of which somebody has taken more are found', async () => {
    const { estate } = await withPackage();
    await plant(estate, keys.wallet(estateId, 'h1'), (item) => {
      const { purchases } = item as unknown as { purchases: Record<string, { left: number }> };
      return { ...item, purchases: { 'request-1': { ...purchases['request-1'], left: 9_000 } } };
    });
    expect(allDifferences(await rebuilt(estate))).toEqual([
      { what: 'package', of: 'h1|request-1', where: 'left', recorded: '9000', recomputed: '9780' },
    ]);
  });

  test('that nobody bought, that last longer than they were bought for, and that are gone are found', async () => {
    type Purchases = Record<string, { validUntilMs: number }>;
    const planted = async (change: (purchases: Purchases) => object) => {
      const { estate } = await withPackage();
      await plant(estate, keys.wallet(estateId, 'h1'), (item) => ({
        ...item,
        purchases: change(item['purchases'] as Purchases),
      }));
      const found = allDifferences(await rebuilt(estate));
      return found.map(({ where }) => where.replace(`WALLET#${estateId}#h1|WALLET purchases.`, ''));
    };
    const card = { packageId: 'month', tariffVersion: '2026-01', kind: 'days', left: 1, boughtAtMs: 0 };
    expect(await planted((all) => ({ ...all, free: { ...card, validUntilMs: 2 ** 43 } }))).toEqual(['free']);
    expect(
      await planted(({ 'request-1': one }) => ({ 'request-1': { ...one, validUntilMs: 2 ** 43 } })),
    ).toEqual(['request-1.validUntilMs']);
    expect(await planted(() => ({}))).toEqual(['request-1']);
  });

  test('that were given back are not missed', async () => {
    const { story, backend, origin } = await bought();
    const purchase = { householdId: 'h1', requestId: 'request-2', purchaseId: 'request-1' };
    await returnPackage(backend, origin, purchase);
    await writeViews(story.estate);
    expect(allDifferences(await rebuilt(story.estate))).toEqual([]);
  });
});

test('what the journal keeps no longer is no difference: its line of the ledger is all that is left', async () => {
  const { estate } = await corrected();
  const { table } = estate;
  const [line] = await table.query({ pk: keys.postingsOfEstate(estateId, 0, '').pk });
  const topUp = line?.['entry'] as Key;
  await table.commit([{ remove: topUp }]);
  expect(allDifferences(await rebuilt(estate)).map(({ what }) => what)).toContain('ledger-line');
  estate.clockMs += 4 * 365 * 86_400_000;
  expect(allDifferences(await rebuilt(estate))).toEqual([]);
});

describe('what somebody changed in the table is found, by name and place', () => {
  const receiptKey = ({ order }: SessionStory) => keys.session(boardId, order, 'settled');

  test('an amount of a receipt', async () => {
    const story = await corrected();
    await plant(story.estate, receiptKey(story), (item) => {
      const entry = structuredClone(item) as { facts: { receipt: { totalFen: number } } } & Item;
      entry.facts.receipt.totalFen += 1;
      return entry;
    });
    const found = allDifferences(await rebuilt(story.estate));
    expect(found).toContainEqual(
      expect.objectContaining({
        what: 'receipt',
        of: story.sessionId,
        where: `DEVICE#${boardId}|SESSION#${story.order}#settled facts.receipt.totalFen`,
      }),
    );
  });

  test('a posting of an entry', async () => {
    const story = await corrected();
    await plant(story.estate, receiptKey(story), (item) => {
      const [first, ...rest] = item['postings'] as { amountFen: number }[];
      return { ...item, postings: [{ ...first, amountFen: (first?.amountFen ?? 0) + 5 }, ...rest] };
    });
    const kinds = allDifferences(await rebuilt(story.estate)).map(({ what }) => what);
    expect(kinds).toEqual(expect.arrayContaining(['postings', 'ledger-line', 'wallet']));
  });

  test('the balance, the debt and a hold of a wallet', async () => {
    const story = await corrected();
    const hold = { amountFen: 100, credentialId: 'c9', sinceMs: 0 };
    await plant(story.estate, keys.wallet(estateId, 'h1'), (item) => ({
      ...item,
      balanceFen: Number(item['balanceFen']) + 100,
      owedFen: 7,
      holds: { [`${boardId}-99`]: hold },
    }));
    const found = allDifferences(await rebuilt(story.estate));
    const wallet = `WALLET#${estateId}#h1|WALLET`;
    expect(found.map(({ where }) => where)).toEqual(
      expect.arrayContaining([
        `${wallet} balanceFen`,
        `${wallet} owedFen`,
        `${wallet} holds.${boardId}-99.amountFen`,
      ]),
    );
  });

  test('a line of the ledger that is changed, and one that is gone', async () => {
    const story = await corrected();
    const { table } = story.estate;
    const [line, ...others] = await table.query({ pk: keys.postingsOfEstate(estateId, 0, '').pk });
    const gone = others.find((other) => String(other.sk).includes('#settled'));
    if (line === undefined || gone === undefined) throw new Error('There are too few lines');
    await plant(story.estate, line, (item) => ({ ...item, atMs: 5 }));
    await table.commit([{ remove: gone }]);
    const found = allDifferences(await rebuilt(story.estate));
    expect(found).toContainEqual(
      expect.objectContaining({ what: 'ledger-line', where: `${line.pk}|${line.sk} atMs`, recorded: '5' }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({ what: 'read-model', where: `${gone.pk}|${gone.sk}`, recorded: 'absent' }),
    );
  });

  test('a session that is missing in the list, and a code that leads nowhere', async () => {
    const story = await corrected();
    const { table } = story.estate;
    const [listed] = await table.query({ pk: keys.sessionOfEstate(estateId, 0, '').pk });
    const code = (await story.receipt())?.code ?? '';
    if (listed === undefined) throw new Error('No session is listed');
    await table.commit([{ remove: listed }, { remove: keys.receiptCode(code) }]);
    const found = allDifferences(await rebuilt(story.estate));
    expect(found.map(({ where }) => where)).toEqual(
      expect.arrayContaining([`${listed.pk}|${listed.sk}`, `RECEIPT#${code}|RECEIPT`]),
    );
  });
});
