import { beforeEach, describe, expect, test } from 'vitest';
import { readEstate } from '../../src/estate/registry-store.ts';
import { findSetting } from '../../src/provisioning/find-setting.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { auditLineOf } from '../../src/settings/audit.ts';
import { decideChange } from '../../src/settings/change.ts';
import { readChange, waitingChanges } from '../../src/settings/change-store.ts';
import type { Key, Table } from '../../src/shared/table.ts';
import { setCreditLimit } from '../../src/wallet/credit.ts';
import { everything, officeEstate, officeNowMs, type TestOffice, testOffice } from '../support/money.ts';

let desk: TestOffice;
beforeEach(async () => {
  desk = await testOffice();
});

const limit = async (requestId: string, creditLimitFen: number, who = 'operator', householdId = 'h1') =>
  setCreditLimit(desk.office, desk.by(who), householdId, requestId, creditLimitFen);
const approve = (changeId: string) =>
  decideChange(desk.office, desk.by('manager'), changeId, 'approved', findSetting);
const limitNow = async () => (await desk.wallet()).creditLimitFen;
const waiting = async () => (await waitingChanges(desk.table, officeEstate)).map(({ changeId }) => changeId);
const threeYearsS = 1095 * 86_400;

describe('a change that has a number of its own', () => {
  const asked = {
    ...{ changeId: 'credit.h1.r1', setting: { kind: 'credit', id: 'h1' } },
    ...{ before: { creditLimitFen: 0 }, after: { creditLimitFen: 5000 } },
    ...{ state: 'awaiting-approval', askedBy: 'operator', askedAtMs: officeNowMs },
  };

  test('and loosens waits under it, is journalled for three years, and holds once it is approved', async () => {
    expect(await limit('r1', 5000)).toEqual({ waits: asked });
    expect([await limitNow(), await waiting()]).toEqual([0, ['credit.h1.r1']]);
    desk.nowMs += 1000;
    const decided = { ...asked, state: 'approved', decidedBy: 'manager', decidedAtMs: desk.nowMs };
    expect(await approve('credit.h1.r1')).toEqual(decided);
    expect([await limitNow(), await waiting()]).toEqual([5000, []]);
    const { changeId, setting, before, after } = asked;
    expect(
      desk.entries('setting').map(({ pk, sk, outcome, facts, sender, expiresAtS, receivedAtMs }) => ({
        ...{ pk, sk, outcome, facts, sender, kept: expiresAtS - receivedAtMs / 1000 },
      })),
    ).toEqual(
      [
        { sk: 'ASKED', outcome: 'awaiting-approval', sender: 'operator' },
        { sk: 'DECIDED', outcome: 'approved', sender: 'manager' },
      ].map((step) => ({
        ...{ pk: 'SETTING#ziyun#credit.h1.r1', ...step, kept: threeYearsS },
        facts: { changeId, setting, before, after },
      })),
    );
  });

  test('and tightens holds at once, and waits for nobody', async () => {
    await limit('r1', 5000);
    await approve('credit.h1.r1');
    expect(await limit('r2', 1000)).toEqual({ waits: undefined });
    expect([await limitNow(), await waiting()]).toEqual([1000, []]);
    expect(await readChange(desk.office, officeEstate, 'credit.h1.r2')).toMatchObject({
      ...{ state: 'set', before: { creditLimitFen: 5000 }, after: { creditLimitFen: 1000 } },
    });
  });

  test('asked for again is answered as it stands, and adds nothing', async () => {
    await limit('r1', 5000);
    const once = everything(desk.table);
    expect(await limit('r1', 5000, 'another operator')).toEqual({ waits: asked });
    expect(everything(desk.table)).toBe(once);
    await approve('credit.h1.r1');
    await limit('r2', 1000);
    const lowered = everything(desk.table);
    expect(await limit('r1', 5000)).toEqual({ waits: undefined });
    expect(await limit('r2', 1000)).toEqual({ waits: undefined });
    expect(everything(desk.table)).toBe(lowered);
  });

  test('under the number of another one is refused by name', async () => {
    await limit('r1', 5000);
    const before = everything(desk.table);
    await expect(limit('r1', 5001)).rejects.toMatchObject({ error: 'already-exists' });
    expect(everything(desk.table)).toBe(before);
    expect(await limit('r1', 5000, 'operator', 'h2')).toMatchObject({ waits: { changeId: 'credit.h2.r1' } });
  });

  test('and changes nothing is kept under its number, and is no line of the audit list', async () => {
    expect(await limit('r1', 0)).toEqual({ waits: undefined });
    const [entry, ...more] = desk.entries('setting');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ outcome: 'set', facts: { before: {}, after: {} } });
    expect(entry && auditLineOf(entry)).toBeUndefined();
  });

  test('that cannot be made is refused when it is asked for', async () => {
    await expect(limit('r1', 5000, 'operator', 'h9')).rejects.toMatchObject({ error: 'not-found' });
    await expect(limit('r1', -1)).rejects.toMatchObject({ error: 'money-invalid' });
    expect(desk.entries('setting')).toEqual([]);
  });
});

test('of several that wait the oldest is the first, and one that is decided leaves the others', async () => {
  for (const [id, fen] of [
    ['b', 1],
    ['a', 2],
    ['c', 3],
  ] as const)
    await limit(id, fen);
  expect(await waiting()).toEqual(['credit.h1.b', 'credit.h1.a', 'credit.h1.c']);
  await decideChange(desk.office, desk.by('manager'), 'credit.h1.a', 'rejected', findSetting);
  expect(await waiting()).toEqual(['credit.h1.b', 'credit.h1.c']);
  expect(await limitNow()).toBe(0);
});

describe('a record of the configuration', () => {
  const name = (zh: string) => ({ zh, en: zh });
  const write = (record: object, table: Table = desk.table) =>
    provision(
      desk.on(table),
      { ...desk.by('operator'), fact: 'provision' },
      { ...{ kind: 'estate', name: name('紫云'), timeZone: 'Asia/Shanghai' }, ...record },
    );

  test('is journalled under the version that it is made on, with what it changes and no more', async () => {
    await write({ name: name('a') });
    await write({ name: name('b'), cashApprovalFen: 10 });
    const facts = (version: number, before: object, after: object) => ({
      changeId: `estate.ziyun.${version}`,
      ...{ setting: { kind: 'estate', id: 'ziyun' }, before, after },
    });
    expect(desk.entries('setting').map((entry) => [entry.sk, entry.outcome, entry.facts])).toEqual([
      ['ASKED', 'set', facts(0, { name: { zh: '紫云', en: 'Ziyun' } }, { name: name('a') })],
      ['ASKED', 'set', facts(1, { name: name('a') }, { name: name('b'), cashApprovalFen: 10 })],
    ]);
  });

  test('that loosens is numbered by how many were ever asked for', async () => {
    expect(await write({ cashApprovalFen: 60_000 })).toEqual({ changeId: 'estate.ziyun.ask-1' });
    await decideChange(desk.office, desk.by('manager'), 'estate.ziyun.ask-1', 'rejected', findSetting);
    expect(await write({ cashApprovalFen: 60_000 })).toEqual({ changeId: 'estate.ziyun.ask-2' });
    expect(await write({ cashApprovalFen: 70_000 })).toEqual({ changeId: 'estate.ziyun.ask-3' });
    expect(await waiting()).toEqual(['estate.ziyun.ask-2', 'estate.ziyun.ask-3']);
  });

  test('that waits is the same one in whatever order its members are told', async () => {
    const shares = { property: 400, operator: 500, committee: 100 };
    const reversed = { committee: 100, operator: 500, property: 400 };
    const split = (electricity: typeof shares) =>
      provision(desk.office, desk.by('operator'), {
        kind: 'split-rule',
        fromMonth: '2026-12',
        shares: { electricity, service: shares, package: shares },
      });
    const first = await split(shares);
    expect(await split(reversed)).toEqual(first);
    expect(await waiting()).toEqual(['split-rule.2026-12.ask-1']);
    expect(await split({ ...shares, operator: 400, committee: 200 })).not.toEqual(first);
  });

  test('that nobody asked for is not to be found, by its number', async () => {
    const unknown = { error: 'not-found', message: 'There is no change estate.ziyun.9' };
    await expect(approve('estate.ziyun.9')).rejects.toMatchObject(unknown);
    await expect(readChange(desk.office, officeEstate, 'estate.ziyun.9')).rejects.toMatchObject(unknown);
  });

  test.each([
    [4, 'is written'],
    [5, 'is given up'],
  ])('that others change in the very moment, %i times in a row, %s', async (times, what) => {
    let left = times;
    const isEstate = ({ sk }: Key) => sk === 'ESTATE';
    const table: Table = {
      ...desk.table,
      async get(keys) {
        const items = await desk.table.get(keys);
        if (keys.some(isEstate) && left > 0) {
          left -= 1;
          await write({ name: name(`other ${left}`) });
        }
        return items;
      },
    };
    const written = write({ cashApprovalFen: 10 }, table);
    if (what === 'is given up') await expect(written).rejects.toMatchObject({ error: 'lost-race' });
    else await written;
    const { cashApprovalFen } = await readEstate(desk.table, officeEstate);
    expect(cashApprovalFen).toBe(what === 'is given up' ? undefined : 10);
  });
});
