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

const set = (of: object, before: object, after: object, outcome = 'set') =>
  entry('setting', { changeId: 'x', setting: of, before, after }, { outcome });
const limit = { creditLimitFen: 1 };
const card = { kind: 'credential', id: 'c1' };
const limits = { kind: 'limits', id: 'h1' };
const ofHousehold = (more: object) =>
  entry('household-changed', { householdId: 'h1', change: 'month-limit', ...more });
const granted = { outcome: 'granted' };
const ofShed = { effectiveFromMs: 5, facilityId: 'shed' };
const saved = entry('tariff-saved', { tariff: { ...bankTariff, tariffVersion: '2027', ...ofShed } });
const waits = 'awaiting-approval';

test.each<[string, Entry, object | undefined]>([
  [
    'a part of the configuration, that waits',
    set(setting, changed.before, changed.after, waits),
    { ...line, about: setting, outcome: waits, ...changed },
  ],
  ['one with nothing to set', set(setting, {}, {}), { ...line, about: setting, ...nothing }],
  ['a credit that is as it was', set(credit, {}, {}), undefined],
  ['a credit that is new', set(credit, {}, limit), { ...line, about: credit, before: {}, after: limit }],
  ['a credit that goes', set(credit, limit, {}), { ...line, about: credit, before: limit, after: {} }],
  [
    'a card that is granted',
    entry('credential-granted', { credentialId: 'c1', lastDigits: '22', ...changed }, granted),
    { ...line, ...granted, about: card, before: { a: 1 }, after: { lastDigits: '22', b: 2 } },
  ],
  [
    'a card that is revoked, from before its digits were kept',
    entry('credential-revoked', { credentialId: 'c1' }, { outcome: 'revoked' }),
    { ...line, outcome: 'revoked', about: card, ...nothing },
  ],
  [
    'a tariff of a facility',
    saved,
    { ...line, about: { kind: 'tariff', id: '2027' }, before: {}, after: ofShed },
  ],
  [
    'limits that staff set for a household',
    ofHousehold({ byStaff: true, ...changed }),
    { ...line, about: limits, ...changed },
  ],
  [
    'a change by staff from before values were kept',
    ofHousehold({ byStaff: true }),
    { ...line, about: limits, ...nothing },
  ],
  ['what a household agrees by itself', ofHousehold(changed), undefined],
  ['anything else', entry('swipe', { setting, ...changed }), undefined],
])('of %s the list says so much', (_, one, expected) => {
  expect(auditLineOf(one)).toEqual(expected);
  const put = { pk: 'ESTATE#ziyun#AUDIT', sk: '0000000001000#P|S', ...expected, expiresAtS: 99 };
  expect(auditWrites(one)).toEqual(expected === undefined ? [] : [{ put, when: 'always' }]);
});

test('a page is as long as it was asked for, newest first, and names the next one only where there is one', async () => {
  const table = memoryTable();
  for (const receivedAtMs of [1, 2, 3, 4])
    await table.commit(auditWrites({ ...set(setting, changed.before, changed.after), receivedAtMs }));
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
