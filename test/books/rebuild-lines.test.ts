import { beforeEach, describe, expect, test } from 'vitest';
import { comparedFields, comparedItem, twiceIfDifferent } from '../../src/books/rebuild/compare.ts';
import { checkLines, keptMs } from '../../src/books/rebuild/lines.ts';
import { parseEntry } from '../../src/journal/entry.ts';
import type { Posting } from '../../src/ledger/ledger.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item, Table } from '../../src/shared/table.ts';
import { ledgerLines } from '../../src/views/money-view.ts';
import { estateId, eveningMs, type TestEstate, testEstate } from '../support/estate.ts';
import { plant } from '../support/rebuilt.ts';
import { tell } from './told-sessions.ts';

const posting = (amountFen: number): Posting => ({
  ...{ debit: 'cash', credit: 'wallet:h1', amountFen, memo: 'm' },
});
const keyOf = (number: number) => ({ pk: `TOPUP#${estateId}#told-${number}`, sk: 'TOPUP' });
const ledger = () => estate.table.query({ pk: keys.postingsOfEstate(estateId, 0, '').pk });

let estate: TestEstate;
/** Entries with such postings, and the lines that the ledger has of them; each household has one of its own beside. */
async function told(...postings: Posting[]): Promise<Item[]> {
  for (const [number, one] of postings.entries()) {
    await tell(estate, keyOf(number), { kind: 'top-up', postings: [one] }, eveningMs + number);
    const [item] = await estate.table.get([keyOf(number)]);
    if (item !== undefined) await estate.table.commit(ledgerLines(parseEntry(item)));
  }
  return ledger();
}
beforeEach(async () => {
  estate = await testEstate();
});

describe('lines of the ledger', () => {
  test('are what their entries say, and what these move is told', async () => {
    const lines = await told(posting(100), posting(200));
    const { entries, ...rest } = await checkLines(estate.backend, lines);
    expect(rest).toEqual({ postings: [posting(100), posting(200)], differences: [] });
    expect(entries.map(({ pk }) => pk)).toEqual([keyOf(0).pk, keyOf(1).pk]);
    expect(await checkLines(estate.backend, [])).toEqual({ postings: [], differences: [], entries: [] });
  });

  test('of which there are more than one read takes are looked for in several', async () => {
    const between = { debit: 'wallet:h2', credit: 'wallet:h1', memo: 'm' } as const;
    const lines = await told(
      ...Array.from({ length: 100 }, (_, index) => ({ ...between, amountFen: index + 1 })),
    );
    const asked: number[] = [];
    const table: Table = {
      ...estate.table,
      get: (wanted) => {
        asked.push(wanted.length);
        return estate.table.get(wanted);
      },
    };
    expect((await checkLines({ ...estate.backend, table }, lines)).differences).toEqual([]);
    // The entries, and then the lines of both households.
    expect(asked).toEqual([100, 100, 100]);
  });

  test('that are changed are found by each field, and one that is gone by the household’s that is there', async () => {
    await told(posting(100));
    const pk = `MOVEMENTS#${estateId}#h1`;
    const entryId = `${keyOf(0).pk}|${keyOf(0).sk}`;
    const [line] = await estate.table.query({ pk });
    if (line === undefined) throw new Error('There is no line');
    const estates = keys.postingsOfEstate(estateId, eveningMs, entryId);
    await plant(estate, line, (item) => ({ ...item, kind: 'gift', more: 1 }));
    await estate.table.commit([{ remove: estates }]);
    const lines = await estate.table.query({ pk });
    const place = { what: 'ledger-line', of: entryId };
    const kept = { entry: keyOf(0), kind: 'top-up', atMs: eveningMs, postings: [posting(100)] };
    expect((await checkLines(estate.backend, lines)).differences).toEqual([
      {
        ...{ ...place, where: `${estates.pk}|${estates.sk}`, recorded: 'absent' },
        recomputed: JSON.stringify(kept),
      },
      { ...place, where: `${line.pk}|${line.sk} kind`, recorded: '"gift"', recomputed: '"top-up"' },
      { ...place, where: `${line.pk}|${line.sk} more`, recorded: '1', recomputed: 'absent' },
    ]);
  });

  test('of no entry are found, and move nothing, while entries of their time are kept; after that they are believed', async () => {
    const [line] = await told(posting(100));
    if (line === undefined) throw new Error('There is no line');
    await estate.table.commit([{ remove: keyOf(0) }]);
    estate.clockMs = eveningMs + keptMs;
    expect(await checkLines(estate.backend, [line])).toEqual({
      ...{ postings: [], entries: [] },
      differences: [
        {
          ...{ what: 'ledger-line', of: `${keyOf(0).pk}|TOPUP`, where: `${line.pk}|${line.sk}` },
          ...{ recorded: JSON.stringify([posting(100)]), recomputed: 'absent' },
        },
      ],
    });
    estate.clockMs += 1;
    expect(await checkLines(estate.backend, [line])).toEqual({
      ...{ postings: [posting(100)], entries: [], differences: [] },
    });
    expect(keptMs).toBe(3 * 365 * 86_400_000);
  });

  test('that stand where their entry makes none are found, though the entry is there', async () => {
    const [line] = await told(posting(100));
    if (line === undefined) throw new Error('There is no line');
    const moved = { ...line, sk: `${line.sk}x` };
    const { differences, postings } = await checkLines(estate.backend, [moved]);
    expect(postings).toEqual([posting(100)]);
    expect(differences).toEqual([
      {
        ...{ what: 'ledger-line', of: `${keyOf(0).pk}|TOPUP`, where: `${moved.pk}|${moved.sk}` },
        ...{ recorded: JSON.stringify([posting(100)]), recomputed: 'absent' },
      },
    ]);
  });
});

describe('an item and what it should be', () => {
  const key = { pk: 'P', sk: 'S' };

  test('are compared field by field, but for their key and their version', () => {
    const stored = { ...key, version: 7, a: 1, b: { c: 'x' } };
    expect(comparedItem('w', 'o', { ...key, a: 1, b: { c: 'x' } }, stored)).toEqual([]);
    expect(comparedItem('w', 'o', { ...key, a: 2, b: {} }, stored)).toEqual([
      { what: 'w', of: 'o', where: 'P|S a', recorded: '1', recomputed: '2' },
      { what: 'w', of: 'o', where: 'P|S b.c', recorded: '"x"', recomputed: 'absent' },
    ]);
    expect(comparedItem('w', 'o', { ...key, version: 1, a: 2 }, undefined)).toEqual([
      { what: 'w', of: 'o', where: 'P|S', recorded: 'absent', recomputed: '{"a":2}' },
    ]);
  });

  test('are compared in a part, which is named with it, or all of it', () => {
    const place = { what: 'w', of: 'o', key };
    expect(comparedFields({ ...place, path: 'days' }, { a: 1 }, { a: 2 })).toEqual([
      { what: 'w', of: 'o', where: 'P|S days.a', recorded: '1', recomputed: '2' },
    ]);
    expect(comparedFields({ ...place, path: '' }, undefined, { a: 2 })).toEqual([
      { what: 'w', of: 'o', where: 'P|S', recorded: 'absent', recomputed: '{"a":2}' },
    ]);
  });

  test('are looked at once more where they differ, and what is found then is true', async () => {
    const looks = async (...found: (readonly number[])[]) => {
      let count = 0;
      const { differences } = await twiceIfDifferent(async () => {
        count += 1;
        return { differences: found[count - 1] ?? [] };
      });
      return { count, differences };
    };
    expect(await looks([])).toEqual({ count: 1, differences: [] });
    expect(await looks([1])).toEqual({ count: 2, differences: [] });
    expect(await looks([1], [2])).toEqual({ count: 2, differences: [2] });
  });
});
