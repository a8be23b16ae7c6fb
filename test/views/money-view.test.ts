import { describe, expect, test } from 'vitest';
import { cardVault } from '../../src/devices/card-vault.ts';
import { draft, type Entry, sealed } from '../../src/journal/entry.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Item, Key } from '../../src/shared/table.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';
import { ledgerLines } from '../../src/views/money-view.ts';
import { viewOf } from '../../src/views/view-of-change.ts';
import { shownWallet, shownWithHolder } from '../../src/views/wallet-view.ts';
import { emptyWallet } from '../../src/wallet/wallet.ts';
import { agreementOf, receiptOf } from '../books/told-sessions.ts';

const vault = cardVault('a secret of at least thirty-two characters');
const estateId = 'e';
const table = memoryTable();
const registry = {} as never;

function entry(key: Key, more: Partial<Entry>, sender = 'Wang', receivedAtMs = 5000): Entry {
  const origin = {
    estateId,
    deviceId: 'api',
    receivedAtMs,
    topic: 'api',
    sender,
    payload: new Uint8Array(),
    fact: '',
  };
  return { ...sealed(draft(key, origin, { kind: 'smoke', outcome: 'booked' }), vault), ...more };
}
const posting = (debit: string, credit: string) => ({ debit, credit, amountFen: 7, memo: 'm' }) as never;

describe('the lines of an entry', () => {
  const key = { pk: 'WALLET#e#h1', sk: 'X' };
  const entryId = 'WALLET#e#h1|X';
  const linesOf = (more: Partial<Entry>) => ledgerLines(entry(key, { kind: 'settlement', ...more }));
  const line = (postings: readonly unknown[]) => ({ entry: key, kind: 'settlement', atMs: 5000, postings });

  test('that moves money are one of the estate, and one of each household that it touches', () => {
    const postings = [
      posting('cash', 'wallet:h1'),
      posting('receivable:h2', 'revenue:service'),
      posting('wallet:h1', 'receivable:h1'),
      posting('my-wallet:h3', 'wallet:'),
    ];
    expect(linesOf({ postings })).toStrictEqual([
      { put: { ...keys.postingsOfEstate(estateId, 5000, entryId), ...line(postings) }, when: 'always' },
      ...['h1', 'h2'].map((householdId) => ({
        put: { ...keys.movement(estateId, householdId, 5000, entryId), ...line(postings) },
        when: 'always',
      })),
    ]);
  });

  const bill = { order: 1, endedAtMs: 5000 };
  const { householdId: _h, ...nobodys } = agreementOf(bill);
  const [agreement, receipt] = [agreementOf(bill), receiptOf(bill)];
  test.each([
    ['a household’s bill that moves none', 1, { agreement, receipt }],
    ['a bill of nobody’s, paid at the board', 0, { agreement: nobodys, receipt }],
    ['a bill without an agreement', 0, { receipt }],
    ['a session that has no bill', 0, { agreement }],
    ['anything else', 0, {}],
  ])('of %s are %i', (_, lines, facts) => {
    expect(linesOf({ facts })).toStrictEqual(
      lines === 0
        ? []
        : [{ put: { ...keys.postingsOfEstate(estateId, 5000, entryId), ...line([]) }, when: 'always' }],
    );
    expect(linesOf({ facts, postings: [] })).toHaveLength(lines);
  });
});

describe('an order of the office', () => {
  const order = (kind: string) => ({ kind, orderId: 'o1', householdId: 'h1', amountFen: 300, reason: 'x' });
  const viewed = (after: Entry) =>
    viewOf({ table, registry }, { before: undefined, after: after as unknown as Item });

  test.each(['cash-top-up', 'cash-refund', 'correction'] as const)(
    'is in the list as both of its steps make it, whichever of them is told: %s',
    async (kind) => {
      const asked = entry(keys.officeOrder(estateId, kind, 'o1', 'asked'), {
        ...{ kind, outcome: 'awaiting-approval', facts: { order: order(kind) } },
      });
      const decided = entry(
        keys.officeOrder(estateId, kind, 'o1', 'decided'),
        { kind, outcome: 'approved', facts: { order: order(kind), balanceAfterFen: 500 } },
        'Li',
        9000,
      );
      const list = keys.officeList(estateId, 5000, kind, 'o1');
      const shown = { ...order(kind), askedBy: 'Wang', askedAtMs: 5000 };
      const both = { ...shown, state: 'approved', balanceAfterFen: 500, decidedBy: 'Li', decidedAtMs: 9000 };
      const view = (body: object) => ({
        writes: [{ put: { ...list, ...body }, when: 'always' }],
        live: [{ topic: `live/${estateId}/office`, body }],
      });

      expect(await viewed(decided)).toStrictEqual({ writes: [], live: [] });
      await table.commit([{ put: { ...asked }, when: 'always' }]);
      expect(await viewed(asked)).toStrictEqual(view({ ...shown, state: 'awaiting-approval' }));
      await table.commit([{ put: { ...decided }, when: 'always' }]);
      expect(await viewed(asked)).toStrictEqual(view(both));
      expect(await viewed(decided)).toStrictEqual(view(both));
    },
  );
});

test('a household hears what it is told on its own topic, without what the table keeps for itself', async () => {
  const notice = {
    ...{ noticeId: '2026-11-month', estateId, householdId: 'h1', memberId: 'm', month: '2026-11' },
    ...{ limitFen: 100, spentFen: 80, atMs: 5, readAtMs: 6, readBy: 'Li' },
  };
  const after = { ...keys.notice(estateId, 'h1', '2026-11-month'), type: 'notice', ...notice, version: 2 };
  expect(await viewOf({ table, registry }, { before: undefined, after })).toStrictEqual({
    writes: [],
    live: [{ topic: 'live/e/household-h1', body: { notice } }],
  });
});

test('a wallet is shown with what is set aside, what runs and what can be spent, and who answers for it', async () => {
  const hold = (amountFen: number) => ({ amountFen, credentialId: 'c', sinceMs: 1 });
  const wallet = {
    ...emptyWallet(estateId, 'h1'),
    ...{ balanceFen: 1000, creditLimitFen: 50, owedFen: 30, holds: { 'b-1': hold(200), 'b-2': hold(100) } },
    purchases: { p1: { packageId: 'x' } as never, p2: { packageId: 'y' } as never },
  };
  const shown = {
    ...{ householdId: 'h1', balanceFen: 1000, heldFen: 300, sessionsRunning: ['b-1', 'b-2'] },
    ...{ creditLimitFen: 50, owedFen: 30, spendableFen: 720, budget: wallet.budget },
    purchases: [
      { purchaseId: 'p1', packageId: 'x' },
      { purchaseId: 'p2', packageId: 'y' },
    ],
  };
  expect(shownWallet(wallet)).toStrictEqual(shown);
  await expect(shownWithHolder(table, wallet)).rejects.toMatchObject({ error: 'not-found' });
  const household = keys.household(estateId, 'h1');
  await table.commit([{ put: { ...household }, when: 'always' }]);
  expect(await shownWithHolder(table, wallet)).toStrictEqual(shown);
  await table.commit([{ put: { ...household, holderId: 'Wang' }, when: 'always' }]);
  expect(await shownWithHolder(table, wallet)).toStrictEqual({ ...shown, holderId: 'Wang' });
});
