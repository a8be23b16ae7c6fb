import { expect, test } from 'vitest';
import { retentionDays } from '../../src/journal/kinds.ts';
import { changeHousehold, type HouseholdChange, holderOf } from '../../src/wallet/household.ts';
import { officeEstate, officeNowMs, type TestOffice, testOffice } from '../support/money.ts';
import { agree, rich, session } from '../support/spending.ts';

// What a household has agreed, as the journal keeps it: who may spend what, and who said so.

const factsOf = (desk: TestOffice) => desk.entries('household-changed').map(({ facts }) => facts);

const limit = (monthLimitFen: number | null) => ({ change: 'month-limit', monthLimitFen }) as const;
const member = (memberId: string, terms: object) => ({ change: 'member', memberId, ...terms }) as const;
const gone = { change: 'member-gone', memberId: 'm' } as const;
const [limit500, m] = [{ monthLimitFen: 500 }, { 'member:m': { name: 'M' } }];
const n = { name: 'N', monthLimitFen: 100 };

test.each<[string, HouseholdChange, object]>([
  ['a limit', limit(700), { before: limit500, after: { monthLimitFen: 700 } }],
  ['a limit that goes', limit(null), { before: limit500, after: {} }],
  ['a member', member('n', n), { before: {}, after: { 'member:n': n } }],
  [
    'a member by another name',
    member('m', { name: 'N' }),
    { before: m, after: { 'member:m': { name: 'N' } } },
  ],
  ['a member who goes', gone, { before: m, after: {} }],
  ['nothing that was not so before', limit(500), {}],
])('%s is journalled with what was before and what is after', async (_, change, difference) => {
  const desk = await rich();
  await agree(desk, 'request-1', { change: 'month-limit', monthLimitFen: 500 });
  await agree(desk, 'request-2', { change: 'member', memberId: 'm', name: 'M' });
  desk.nowMs += 1000;
  await agree(desk, 'request-3', change);
  const entry = desk.entries('household-changed').find(({ sk }) => sk === 'CHANGE#request-3');
  const { raw: _raw, ...said } = { ...entry };
  expect(said).toEqual({
    ...{ pk: `WALLET#${officeEstate}#h1`, sk: 'CHANGE#request-3', type: 'entry', estateId: officeEstate },
    ...{ deviceId: 'api', topic: 'api', sender: 'resident', receivedAtMs: officeNowMs + 1000 },
    ...{ kind: 'household-changed', outcome: change.change },
    facts: { householdId: 'h1', ...change, byStaff: false, ...difference },
    digest: desk.office.vault.mac(`h1 ${JSON.stringify(change)}`),
    expiresAtS: officeNowMs / 1000 + 1 + Number(retentionDays['money']) * 86_400,
  });
});

test('what the staff change for a household is journalled as theirs', async () => {
  const desk = await rich();
  const change = { change: 'month-limit', monthLimitFen: 5 } as const;
  const asker = { subject: 'manager', isStaff: true };
  await changeHousehold(desk.office, desk.by('manager'), 'h1', 'request-1', change, asker);
  expect(factsOf(desk)).toMatchObject([{ monthLimitFen: 5, byStaff: true }]);
});

test('a repetition is answered as the wallet is by now, and is not judged again', async () => {
  const desk = await rich();
  await agree(desk, 'request-1', { change: 'member', memberId: 'm' });
  await agree(desk, 'request-2', { change: 'member-gone', memberId: 'm' });
  await session(desk, 'a', 30);
  const again = await agree(desk, 'request-2', { change: 'member-gone', memberId: 'm' });
  expect(again).toEqual(await desk.wallet());
  expect(again.budget).toMatchObject({ members: {}, spent: { totalFen: 30 } });
  expect(factsOf(desk)).toHaveLength(2);
});

test('a household that is not there has no holder, and one of which nobody is named has none either', async () => {
  const desk = await testOffice();
  expect(await holderOf(desk.table, officeEstate, 'h1')).toBeUndefined();
  await expect(holderOf(desk.table, officeEstate, 'h9')).rejects.toMatchObject({ error: 'not-found' });
});
