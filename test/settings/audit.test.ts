import { expect, test } from 'vitest';
import type { Entry } from '../../src/journal/entry.ts';
import type { EntryKind } from '../../src/journal/kinds.ts';
import { auditLineOf, auditPage, auditWrites } from '../../src/settings/audit.ts';
import { memoryTable } from '../../src/shared/table-memory.ts';
import { bankTariff } from '../support/bank-day.ts';

const entry = (kind: EntryKind, facts: object, more: Partial<Entry> = {}): Entry => ({
  ...{ pk: 'P', sk: 'S', type: 'entry', kind, estateId: 'ziyun', deviceId: 'api', receivedAtMs: 1000 },
  ...{ topic: 'api', sender: 'li', raw: '', digest: '', outcome: 'set', expiresAtS: 99 },
  facts: { ...facts },
  ...more,
});
const setting = { kind: 'estate', id: 'ziyun' };
const line = { atMs: 1000, by: 'li', outcome: 'set' };
const nothing = { before: {}, after: {} };
const changed = { before: { a: 1 }, after: { b: 2 } };
const credit = { kind: 'credit', id: 'h1' };

test.each<[string, Entry, object | undefined]>([
  [
    'a part of the configuration, that waits',
    entry('setting', { changeId: 'x', setting, ...changed }, { outcome: 'awaiting-approval' }),
    { ...line, about: setting, outcome: 'awaiting-approval', ...changed },
  ],
  [
    'one with nothing to set',
    entry('setting', { changeId: 'x', setting, ...nothing }),
    { ...line, about: setting, ...nothing },
  ],
  ['a credit that is as it was', entry('setting', { changeId: 'x', setting: credit, ...nothing }), undefined],
  [
    'a credit that is new',
    entry('setting', { changeId: 'x', setting: credit, before: {}, after: { creditLimitFen: 1 } }),
    { ...line, about: credit, before: {}, after: { creditLimitFen: 1 } },
  ],
  [
    'a credit that goes',
    entry('setting', { changeId: 'x', setting: credit, before: { creditLimitFen: 1 }, after: {} }),
    { ...line, about: credit, before: { creditLimitFen: 1 }, after: {} },
  ],
  [
    'a card that is granted',
    entry('credential-granted', { credentialId: 'c1', lastDigits: '22', ...changed }, { outcome: 'granted' }),
    {
      ...{ ...line, outcome: 'granted', about: { kind: 'credential', id: 'c1' } },
      ...{ before: { a: 1 }, after: { lastDigits: '22', b: 2 } },
    },
  ],
  [
    'a card that is revoked, from before its digits were kept',
    entry('credential-revoked', { credentialId: 'c1' }, { outcome: 'revoked' }),
    { ...line, outcome: 'revoked', about: { kind: 'credential', id: 'c1' }, ...nothing },
  ],
  [
    'a tariff of a facility',
    entry('tariff-saved', {
      tariff: { ...bankTariff, tariffVersion: '2027', effectiveFromMs: 5, facilityId: 'shed' },
    }),
    {
      ...{ ...line, about: { kind: 'tariff', id: '2027' }, before: {} },
      after: { effectiveFromMs: 5, facilityId: 'shed' },
    },
  ],
  [
    'limits that staff set for a household',
    entry('household-changed', { householdId: 'h1', change: 'month-limit', byStaff: true, ...changed }),
    { ...line, about: { kind: 'limits', id: 'h1' }, ...changed },
  ],
  [
    'a change by staff from before values were kept',
    entry('household-changed', { householdId: 'h1', change: 'month-limit', byStaff: true }),
    { ...line, about: { kind: 'limits', id: 'h1' }, ...nothing },
  ],
  [
    'what a household agrees by itself',
    entry('household-changed', { householdId: 'h1', change: 'month-limit', ...changed }),
    undefined,
  ],
  ['anything else', entry('swipe', { setting, ...changed }), undefined],
])('of %s the list says so much', (_, one, expected) => {
  expect(auditLineOf(one)).toEqual(expected);
  expect(auditWrites(one)).toEqual(
    expected === undefined
      ? []
      : [
          {
            put: { pk: 'ESTATE#ziyun#AUDIT', sk: '0000000001000#P|S', ...expected, expiresAtS: 99 },
            when: 'always',
          },
        ],
  );
});

test('a page is as long as it was asked for, newest first, and names the next one only where there is one', async () => {
  const table = memoryTable();
  for (const receivedAtMs of [1, 2, 3, 4])
    await table.commit(
      auditWrites(entry('setting', { changeId: 'x', setting, ...changed }, { receivedAtMs })),
    );
  const page = async (limit: number, before?: string) => {
    const { lines, next } = await auditPage(table, 'ziyun', { before, limit });
    return [lines.map(({ atMs }) => atMs), next];
  };
  const [, second] = await page(3);
  expect(await page(3)).toEqual([[4, 3, 2], '0000000000002#P|S']);
  expect(await page(3, String(second))).toEqual([[1], undefined]);
  expect(await page(4)).toEqual([[4, 3, 2, 1], undefined]);
  expect(await page(2)).toEqual([[4, 3], '0000000000003#P|S']);
  expect(await page(2, '0000000000003#P|S')).toEqual([[2, 1], undefined]);
  expect(await auditPage(table, 'other', { limit: 3 })).toEqual({ lines: [] });
});
