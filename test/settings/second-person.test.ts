import { describe, expect, test } from 'vitest';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { readEstate } from '../../src/estate/registry-store.ts';
import type { Backend } from '../../src/journal/commit.ts';
import { findSetting } from '../../src/provisioning/find-setting.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { auditPage } from '../../src/settings/audit.ts';
import { decideChange } from '../../src/settings/change.ts';
import { readChange, waitingChanges } from '../../src/settings/change-store.ts';
import { interruptedAfter } from '../support/interrupted-table.ts';
import { everything, officeEstate, type TestOffice, testOffice } from '../support/money.ts';
import { approve, ask, cash, out } from '../support/office-orders.ts';

const name = { zh: '紫云', en: 'Ziyun' };
const estateRecord = (more: Partial<Extract<ProvisioningRecord, { kind: 'estate' }>> = {}) => ({
  ...({ kind: 'estate', name, timeZone: 'Asia/Shanghai' } as const),
  ...more,
});
const limitOf = (cashApprovalFen: number | null) => estateRecord({ cashApprovalFen });
const write = (desk: TestOffice, record: ProvisioningRecord, who = 'operator', on: Backend = desk.office) =>
  provision(on, { ...desk.by(who), fact: 'provision' }, record);

/** The change under which it waits. Throws where it does not. */
async function waits(...of: Parameters<typeof write>): Promise<string> {
  const awaiting = await write(...of);
  if (awaiting === undefined || !('changeId' in awaiting)) throw new Error('It does not wait');
  return awaiting.changeId;
}
const decide = (
  desk: TestOffice,
  changeId: string,
  who: string,
  verdict: 'approved' | 'rejected' = 'approved',
  on: Backend = desk.office,
) => decideChange(on, desk.by(who), changeId, verdict, findSetting);
const estateNow = (desk: TestOffice) => readEstate(desk.table, officeEstate);
const states = async (desk: TestOffice) => (await waitingChanges(desk.table, officeEstate)).length;

test('one operator cannot raise the cash limit, book in and out, and put it back unseen', async () => {
  const desk = await testOffice();
  const changeId = await waits(desk, limitOf(1_000_000));
  expect(await ask(desk, cash('in', 900_000), 'operator')).toMatchObject({ state: 'awaiting-approval' });
  await expect(ask(desk, out('out', 900_000), 'operator')).rejects.toMatchObject({
    error: 'too-little-money',
  });
  await expect(decide(desk, changeId, 'operator')).rejects.toMatchObject({ error: 'same-person' });
  await write(desk, limitOf(null));
  expect(desk.entries('cash-top-up').map(({ outcome }) => outcome)).toEqual(['awaiting-approval']);
  expect((await desk.wallet()).balanceFen).toBe(0);
  await desk.stream();
  const { lines } = await auditPage(desk.table, officeEstate, { limit: 10 });
  expect(lines).toEqual([
    {
      ...{ atMs: desk.nowMs, by: 'operator', about: { kind: 'estate', id: officeEstate } },
      ...{ outcome: 'awaiting-approval', before: {}, after: { cashApprovalFen: 1_000_000 } },
    },
  ]);
});

describe('what loosens', () => {
  test('holds when a second person approves, and not before', async () => {
    const desk = await testOffice(30_000);
    const changeId = await waits(desk, limitOf(60_000));
    expect((await estateNow(desk)).cashApprovalFen).toBe(30_000);
    expect(await readChange(desk, officeEstate, changeId)).toMatchObject({
      ...{ state: 'awaiting-approval', askedBy: 'operator' },
      ...{ before: { cashApprovalFen: 30_000 }, after: { cashApprovalFen: 60_000 } },
    });
    expect(await decide(desk, changeId, 'manager')).toMatchObject({
      ...{ state: 'approved', askedBy: 'operator', decidedBy: 'manager' },
    });
    expect((await estateNow(desk)).cashApprovalFen).toBe(60_000);
    expect(await states(desk)).toBe(0);
  });

  test('counts from the value in force, also where none is written, and at the first writing', async () => {
    const desk = await testOffice();
    expect(await write(desk, limitOf(50_000))).toBeUndefined();
    await waits(desk, limitOf(50_001));
    expect(await write(desk, limitOf(20_000))).toBeUndefined();
    // Removed, the default would hold again, which is more.
    await waits(desk, limitOf(null));
    const fresh = await testOffice();
    const into = { ...fresh.by('operator'), estateId: 'new', fact: 'provision' };
    const first = await provision(fresh.office, into, limitOf(900_000));
    expect(first).toEqual({ changeId: 'estate.new.ask-1' });
    expect(await readEstate(fresh.table, 'new')).not.toHaveProperty('cashApprovalFen');
  });

  test('rejected leaves everything as it is, and may be asked for again', async () => {
    const desk = await testOffice();
    const first = await waits(desk, limitOf(60_000));
    await decide(desk, first, 'manager', 'rejected');
    expect(await estateNow(desk)).not.toHaveProperty('cashApprovalFen');
    const second = await waits(desk, limitOf(60_000));
    expect(second).not.toBe(first);
    await expect(decide(desk, first, 'manager')).rejects.toMatchObject({ error: 'already-decided' });
    await expect(decide(desk, 'estate.x.1', 'manager')).rejects.toMatchObject({ error: 'not-found' });
  });

  test('asked for again, by whomever, adds nothing; and is no approval', async () => {
    const desk = await testOffice();
    const changeId = await waits(desk, limitOf(60_000));
    const before = everything(desk.table);
    expect(await waits(desk, limitOf(60_000))).toBe(changeId);
    expect(await waits(desk, limitOf(60_000), 'another operator')).toBe(changeId);
    expect(everything(desk.table)).toBe(before);
  });

  test('keeps nothing else of a record from being written', async () => {
    const desk = await testOffice(30_000);
    const renamed = { zh: '紫云苑', en: 'Ziyun Court' };
    await waits(desk, estateRecord({ name: renamed, cashApprovalFen: 90_000 }));
    expect(await estateNow(desk)).toMatchObject({ name: renamed, cashApprovalFen: 30_000 });
  });

  test('tightened holds at once, and lets no cash through that waits', async () => {
    const desk = await testOffice();
    await ask(desk, cash('t1', 60_000));
    await ask(desk, cash('t2', 40_000));
    await decide(desk, await waits(desk, limitOf(900_000)), 'manager');
    expect(await ask(desk, cash('t1', 60_000))).toMatchObject({ state: 'awaiting-approval' });
    expect(await ask(desk, cash('t3', 700_000))).toMatchObject({ state: 'booked' });
    expect(await write(desk, limitOf(0))).toBeUndefined();
    expect(await ask(desk, cash('t4', 1))).toMatchObject({ state: 'awaiting-approval' });
    expect(await ask(desk, cash('t3', 700_000))).toMatchObject({ state: 'booked' });
    expect(await approve(desk, cash('t1', 60_000))).toMatchObject({ state: 'approved' });
  });
});

describe('a race', () => {
  test('of two who approve: it is made once, and both are told so', async () => {
    const desk = await testOffice();
    const changeId = await waits(desk, limitOf(60_000));
    const race = interruptedAfter(desk.table, 'ESTATE', () => decide(desk, changeId, 'manager'));
    const told = await decide(desk, changeId, 'second manager', 'approved', desk.on(race));
    expect(told).toMatchObject({ state: 'approved', decidedBy: 'manager' });
    expect(desk.entries('setting').filter(({ outcome }) => outcome === 'approved')).toHaveLength(1);
  });

  test('of one who approves and one who rejects: one of the two is refused by name', async () => {
    const desk = await testOffice();
    const changeId = await waits(desk, limitOf(60_000));
    const race = interruptedAfter(desk.table, 'ESTATE', () => decide(desk, changeId, 'manager', 'rejected'));
    const late = decide(desk, changeId, 'second manager', 'approved', desk.on(race));
    await expect(late).rejects.toMatchObject({ error: 'already-decided' });
    expect(await estateNow(desk)).not.toHaveProperty('cashApprovalFen');
  });

  test.each(['before somebody approves', 'while somebody approves'])(
    'of a limit that is lowered %s: what was asked over the old one is refused by name',
    async (when) => {
      const desk = await testOffice();
      const changeId = await waits(desk, limitOf(60_000));
      const lower = () => write(desk, limitOf(10_000)).then(() => {});
      const isBefore = when === 'before somebody approves';
      if (isBefore) await lower();
      const race = isBefore ? desk.table : interruptedAfter(desk.table, 'ESTATE', lower);
      const late = decide(desk, changeId, 'manager', 'approved', desk.on(race));
      await expect(late).rejects.toMatchObject({ error: 'changed-meanwhile' });
      expect((await estateNow(desk)).cashApprovalFen).toBe(10_000);
      expect(await decide(desk, changeId, 'manager', 'rejected')).toMatchObject({ state: 'rejected' });
    },
  );

  test('of two who write: what each says is there, and journalled', async () => {
    const desk = await testOffice();
    const renamed = { zh: '紫云苑', en: 'Ziyun Court' };
    const race = interruptedAfter(desk.table, 'ESTATE', () => write(desk, limitOf(100)).then(() => {}));
    await write(desk, estateRecord({ name: renamed }), 'second operator', desk.on(race));
    expect(await estateNow(desk)).toMatchObject({ name: renamed, cashApprovalFen: 100 });
    const senders = desk.entries('setting').map(({ sender }) => sender);
    expect(senders.sort()).toEqual(['operator', 'second operator']);
  });
});

test('no more than a hundred changes wait, and then the next is refused by name', async () => {
  const desk = await testOffice();
  for (let number = 1; number <= 100; number += 1) await waits(desk, limitOf(60_000 + number));
  await expect(write(desk, limitOf(70_000))).rejects.toMatchObject({ error: 'too-many-waiting' });
  expect(await states(desk)).toBe(100);
});
