import { expect, test } from 'vitest';
import { noticeSchema } from '../../contract/shapes/wallet.ts';
import { retentionDays } from '../../src/journal/kinds.ts';
import type { Table } from '../../src/shared/table.ts';
import { changeHousehold } from '../../src/wallet/household.ts';
import { markRead, type Notice, noticesOf } from '../../src/wallet/notice.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { officeEstate, officeNowMs, testOffice } from '../support/money.ts';
import { agree, rich, session } from '../support/spending.ts';

const notice: Notice = {
  ...{ noticeId: '2026-11:member:m:100', estateId: officeEstate, householdId: 'h1', memberId: 'm' },
  ...{ month: '2026-11', limitFen: 100, spentFen: 85, atMs: officeNowMs },
};
const itself = { estateId: officeEstate, householdId: 'h1', noticeId: notice.noticeId };

async function told() {
  const desk = await rich();
  await agree(desk, 'request-1', { change: 'member', memberId: 'm', monthLimitFen: 100 });
  await session(desk, 'a', 85, 'm');
  return desk;
}

test('a notice and its fact stand beside the wallet, and say whose limit it is and what was spent of it', async () => {
  const desk = await told();
  const place = { pk: `WALLET#${officeEstate}#h1` };
  expect([...desk.table.all()].filter(({ sk }) => sk.startsWith('NOTICE#'))).toEqual([
    { ...place, sk: `NOTICE#${notice.noticeId}`, type: 'notice', ...notice, version: 1 },
  ]);
  const [entry] = desk.entries('notice');
  const { raw = '', ...said } = { ...entry };
  expect(said).toEqual({
    ...{ ...place, sk: `NOTICED#${notice.noticeId}`, type: 'entry', kind: 'notice', outcome: 'told' },
    ...{ estateId: officeEstate, deviceId: 'api', topic: 'api', sender: 'board', receivedAtMs: officeNowMs },
    facts: notice,
    digest: desk.office.vault.mac(`notice ${notice.noticeId}`),
    expiresAtS: officeNowMs / 1000 + Number(retentionDays['money']) * 86_400,
  });
  // The message that led to it is in its own entry.
  expect(desk.office.vault.open(raw.replace('sealed:', ''))).toBe('');
});

test('a notice is told of a limit that was changed by a request of a person, and carries nothing of the request', async () => {
  const desk = await rich();
  await session(desk, 'a', 90);
  const origin = { ...desk.by('resident'), payload: Buffer.from('what else was said') };
  await changeHousehold(desk.office, origin, 'h1', 'request-1', {
    change: 'month-limit',
    monthLimitFen: 100,
  });
  const [entry] = desk.entries('notice');
  expect(desk.office.vault.open(String(entry?.raw).replace('sealed:', ''))).toBe('');
  expect(entry?.facts).not.toHaveProperty('memberId');
});

test('a notice that was read is read back whole', () => {
  const read = { ...notice, readAtMs: 5, readBy: 'grandma', version: 2 };
  expect(noticeSchema.parse(read)).toEqual(read);
});

test('the hundred newest notices are shown, newest month first, and nothing else of the household', async () => {
  const desk = await testOffice();
  const months = Array.from(
    { length: 101 },
    (_, index) => `${2000 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`,
  );
  for (const month of months)
    await desk.table.commit([
      {
        put: {
          ...{ pk: `WALLET#${officeEstate}#h1`, sk: `NOTICE#${month}:household:100` },
          ...{ ...notice, noticeId: `${month}:household:100`, month },
        },
        when: 'absent',
      },
    ]);
  await desk.change((wallet) => wallet);
  const shown = await noticesOf(desk.table, officeEstate, 'h1');
  expect(shown.map(({ month }) => month)).toEqual(months.toReversed().slice(0, 100));
});

test('of two who read a notice at once, one is told that it was the other', async () => {
  const desk = await told();
  const race = interruptedAfter(
    desk.table,
    ([key]) => key?.sk.startsWith('NOTICE#') === true,
    () => markRead(desk.table, itself, 'grandma', 5),
  );
  const first = { ...notice, readBy: 'grandma', readAtMs: 5 };
  expect(await markRead(race, itself, 'grandpa', 6)).toMatchObject(first);
  expect(await noticesOf(desk.table, officeEstate, 'h1')).toEqual([{ ...first, version: 2 }]);
});

test('a notice over which five races are lost is not marked, and whoever reads it is told to try again', async () => {
  const desk = await told();
  let lost = 0;
  const busy = (races: number): Table => ({
    ...desk.table,
    async commit(writes) {
      lost += 1;
      const [write] = writes;
      if (lost > races || write === undefined) return desk.table.commit(writes);
      return { committed: false, lost: write, existing: undefined };
    },
  });
  await expect(markRead(busy(5), itself, 'grandma', 5)).rejects.toMatchObject({ error: 'lost-race' });
  expect(lost).toBe(5);
  lost = 0;
  expect(await markRead(busy(4), itself, 'grandma', 5)).toMatchObject({ readBy: 'grandma' });
});
