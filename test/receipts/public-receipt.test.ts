import { beforeAll, describe, expect, test } from 'vitest';
import { publicReceiptSchema } from '../../contract/shapes/public-receipt.ts';
import { checkReceipt } from '../../src/receipts/check-receipt.ts';
import { type PublicReceipt, publicReceipt } from '../../src/receipts/public-receipt.ts';
import { receiptCodeIn } from '../../src/receipts/receipt-code.ts';
import { codeText } from '../../src/receipts/receipt-document.ts';
import { receiptUrl } from '../../src/receipts/receipt-url.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item, Table } from '../../src/shared/table.ts';
import { boardId, cardNumber, cardUid } from '../support/estate.ts';
import { SessionStory } from '../support/session-story.ts';
import { writeViews } from '../support/views.ts';

async function charged(terms: Parameters<typeof SessionStory.begin>[0] = {}) {
  const story = await SessionStory.begin(terms);
  await story.authorise();
  await story.started(1);
  await story.frame(31, 1800, 100);
  await story.settled(61, 3600, 220, { moneyFen: 50 });
  await writeViews(story.estate);
  return { story, code: (await story.receipt())?.code ?? '' };
}

let story: SessionStory;
let code: string;
beforeAll(async () => {
  ({ story, code } = await charged());
});

const total = ({ receipt }: PublicReceipt) => receipt.totalFen;

describe('a receipt for whoever has its code', () => {
  test('comes with its tariff and evidence, and is computed again before it is shown', async () => {
    const answer = publicReceiptSchema.parse(await publicReceipt(story.estate.backend, code));
    expect(answer).toMatchObject({
      receipt: { sessionId: story.sessionId, code },
      facility: { en: 'Garage' },
      tariff: { tariffVersion: '2026-01' },
      verification: { same: true, differences: [] },
    });
    expect(answer.evidence.readings).toEqual(answer.receipt.readings);
    expect(checkReceipt(answer).flatMap(({ differences }) => differences)).toEqual([]);
  });

  test('shows what was not charged, so that it adds up', async () => {
    const { story: limited, code: itsCode } = await charged({ holdFen: 10 });
    const answer = publicReceiptSchema.parse(await publicReceipt(limited.estate.backend, itsCode));
    const { receipt, notCharged } = answer;
    expect(receipt).toMatchObject({ totalFen: 21, chargedFen: 10, remarks: ['limited-to-hold'] });
    expect(notCharged).toEqual({ why: 'limited-to-hold', amountFen: -11 });
    expect(answer.verification.same).toBe(true);
    expect(checkReceipt(answer).flatMap(({ differences }) => differences)).toEqual([]);
    expect(await publicReceipt(story.estate.backend, code)).not.toHaveProperty('notCharged');
  });

  test('names no household, no card and no person', async () => {
    const answer = await publicReceipt(story.estate.backend, code);
    const text = JSON.stringify(answer);
    for (const secret of ['householdId', 'credentialId', 'memberId', cardUid, String(cardNumber)])
      expect(text).not.toContain(secret);
    const names = new Set<string>();
    JSON.stringify(answer, (_name, value) => {
      if (typeof value === 'string') names.add(value);
      return value;
    });
    expect(names.has('h1')).toBe(false);
    expect(names.has('c1')).toBe(false);
  });

  test('is found however the code is typed', async () => {
    const typed = codeText(code).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l');
    const { receipt } = await publicReceipt(story.estate.backend, ` ${typed} `);
    expect(receipt.code).toBe(code);
  });

  test('is not there for any other code, and the answer takes the same reads for each', async () => {
    const { backend } = story.estate;
    for (const wrong of ['7777777777', 'short', `${code}0`, 'UUUUUUUUUU', '']) {
      const reads: string[] = [];
      const counting: Table = {
        ...backend.table,
        get: (wanted) => {
          reads.push('get');
          return backend.table.get(wanted);
        },
        query: (wanted) => {
          reads.push('query');
          return backend.table.query(wanted);
        },
      };
      await expect(publicReceipt({ ...backend, table: counting }, wrong)).rejects.toMatchObject({
        error: 'not-found',
        message: 'There is no receipt with this code',
      });
      expect(reads, wrong).toEqual(['get']);
    }
  });
});

describe('what was changed is found out', () => {
  test('in the journal, by our own computation', async () => {
    const { story: other, code: otherCode } = await charged();
    const key = keys.session(boardId, other.order, 'settled');
    const [item] = await other.estate.table.get([key]);
    const entry = structuredClone(item) as Item & { facts: { receipt: { totalFen: number } } };
    entry.facts.receipt.totalFen += 100;
    await other.estate.table.commit([{ put: entry, when: 'always' }]);
    const answer = await publicReceipt(other.estate.backend, otherCode);
    expect(answer.verification).toEqual({
      same: false,
      differences: [
        { where: 'totalFen', receipt: String(total(answer)), journal: String(total(answer) - 100) },
      ],
    });
    expect(checkReceipt(answer).find(({ what }) => what === 'computed-here')?.differences).toHaveLength(1);
  });

  test('in a saved copy, whatever was edited', async () => {
    const published = await publicReceipt(story.estate.backend, code);
    const { receipt } = published;
    const [first, ...rest] = receipt.readings;
    const copies = [
      { ...receipt, totalFen: receipt.totalFen - 1 },
      { ...receipt, readings: [{ atMs: (first?.atMs ?? 0) + 1, energyWh: 0 }, ...rest] },
      { ...receipt, tariffVersion: 'another' },
    ];
    for (const copy of copies) {
      const [saved] = checkReceipt(published, copy);
      expect(saved).toMatchObject({ what: 'saved-and-published' });
      expect(saved?.differences.length).toBeGreaterThan(0);
    }
  });

  test('in readings and amounts that fit each other, by the readings that the journal gives', async () => {
    const published = await publicReceipt(story.estate.backend, code);
    const { receipt, evidence } = published;
    const doubled = evidence.readings.map((reading) => ({ ...reading, energyWh: reading.energyWh * 2 }));
    const forged = { ...published, receipt: { ...receipt, readings: doubled } };
    const found = checkReceipt(forged).filter(({ differences }) => differences.length > 0);
    expect(found.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['computed-here', 'computed-from-evidence']),
    );
  });
});

describe('a code', () => {
  test.each([
    ['7k3q9-x2mab', '7K3Q9X2MAB'],
    ['７Ｋ３Ｑ９Ｘ２ＭＡＢ', '7K3Q9X2MAB'],
    ['OIL00 11111', '0110011111'],
    ['7K3Q9–X2MAB', '7K3Q9X2MAB'],
  ])('typed as %s is %s', (typed, meant) => expect(receiptCodeIn(typed)).toBe(meant));

  test.each(['', '7K3Q9X2MA', '7K3Q9X2MABC', '7K3Q9X2MAU', '7K3Q9X2MA!'])('%j is none', (typed) =>
    expect(receiptCodeIn(typed)).toBeUndefined(),
  );

  test('leads to the pages, or to the API where they have no address', () => {
    const addresses = { PAGES_URL: 'https://pages.example/', API_URL: 'https://api.example' };
    expect(receiptUrl(addresses, code)).toBe(`https://pages.example/r/${code}`);
    expect(receiptUrl({ ...addresses, PAGES_URL: '' }, code)).toBe(`https://api.example/receipts/${code}`);
  });
});
