import { beforeEach, describe, expect, test } from 'vitest';
import { type ProvisioningRecord, recordSchema } from '../../contract/shapes/provisioning.ts';
import { provision } from '../../src/provisioning/provision.ts';
import { auditLineOf, auditPage } from '../../src/settings/audit.ts';
import { webhookShown } from '../../src/settings/journalled.ts';
import { writeView } from '../../src/views/write-view.ts';
import { changeHousehold } from '../../src/wallet/household.ts';
import {
  boardId,
  cardUid,
  estateId,
  estateRecords,
  provisionByTwo,
  type TestEstate,
  testEstate,
} from '../support/estate.ts';
import { everything } from '../support/money.ts';
import { viewOf } from '../support/views.ts';

let estate: TestEstate;
beforeEach(async () => {
  estate = await testEstate();
});

const by = (sender: string) => ({
  ...{ estateId, deviceId: 'api', receivedAtMs: estate.clockMs, topic: 'api', sender },
  ...{ payload: new Uint8Array(), fact: 'provision' },
});
const write = (record: ProvisioningRecord) => provision(estate.backend, by('operator'), record);
const writeByTwo = (record: ProvisioningRecord) => provisionByTwo(estate.backend, by('operator'), record);
const estateNow = () => estate.backend.registry.estate(estateId);
const name = { zh: 'x', en: 'x' };
const estateRecord = { kind: 'estate', name, timeZone: 'Asia/Shanghai' } as const;
const hook = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret-token';

/** The audit list, oldest first, as the stream has made it by now. */
async function audited() {
  const { table, backend } = estate;
  for (const entry of estate.entries()) {
    const change = { before: undefined, after: { ...entry } };
    await writeView(table, backend.publisher, await viewOf({ table, registry: backend.registry }, change));
  }
  return [...(await auditPage(estate.table, estateId, { limit: 200 })).lines].reverse();
}

describe('everything that provisioning writes', () => {
  test('has an entry that says who, when, and what it became', async () => {
    const lines = await audited();
    for (const record of estateRecords()) {
      if (record.kind === 'top-up') continue;
      const line = lines.find(({ about }) => about.kind === record.kind);
      expect(line, record.kind).toMatchObject({ by: 'test', atMs: estate.clockMs });
      expect(line?.before).toEqual({});
      expect(Object.keys(line?.after ?? {}), record.kind).not.toEqual([]);
    }
  });

  test('written again changes nothing, and adds nothing', async () => {
    const before = everything(estate.table);
    for (const record of estateRecords()) expect(await write(record)).toBeUndefined();
    expect(everything(estate.table)).toBe(before);
  });

  test('is written in one transaction with its entry, of which only what changes is told', async () => {
    const sizes: number[][] = [];
    const table = {
      ...estate.table,
      commit: async (writes: Parameters<typeof estate.table.commit>[0]) => {
        const entries = writes.filter((one) => 'put' in one && one.put['type'] === 'entry').length;
        sizes.push([writes.length, entries]);
        return estate.table.commit(writes);
      },
    };
    const renamed = { zh: '紫云苑', en: 'Ziyun Court' };
    estate.clockMs += 1000;
    await provision({ ...estate.backend, table }, by('li'), { ...estateRecord, name: renamed });
    expect(sizes).toEqual([[2, 1]]);
    expect((await audited()).at(-1)).toMatchObject({
      ...{ by: 'li', about: { kind: 'estate', id: estateId }, outcome: 'set' },
      ...{ before: { name: { zh: 'Ziyun', en: 'Ziyun' } }, after: { name: renamed } },
    });
  });

  test('keeps three years, and says no password, no card number, and no address that lets one write', async () => {
    estate.clockMs += 1000;
    await write({ ...estateRecord, committeeWebhookUrl: hook });
    estate.clockMs += 1000;
    await write({
      ...{ kind: 'charging-board', deviceId: boardId, facilityId: 'garage', ports: 12 },
      ...{ login: { user: 'board', password: 'anew' }, settlementUnitWh: 10 },
    });
    const told = JSON.stringify([await audited(), estate.entries().map(({ facts }) => facts)]);
    for (const secret of ['secret-token', 'webhook/send', 'passwordHash', 'anew', cardUid])
      expect(told).not.toContain(secret);
    const lines = await audited();
    expect(lines.find(({ after }) => 'committeeWebhookUrl' in after)?.after).toMatchObject({
      committeeWebhookUrl: 'https://qyapi.weixin.qq.com/…',
    });
    expect(lines.at(-1)).toMatchObject({
      about: { kind: 'charging-board' },
      after: { login: { user: 'board' } },
    });
    expect(lines.find(({ about }) => about.kind === 'credential')?.after).toMatchObject({ lastDigits: '22' });
    for (const entry of estate.entries('setting'))
      expect(entry.expiresAtS - Math.floor(entry.receivedAtMs / 1000)).toBe(1095 * 86_400);
  });
});

describe('a member that is absent stays, and null removes it', () => {
  const reads: Readonly<Record<string, () => Promise<unknown>>> = {
    committeeWebhookUrl: async () => (await estateNow()).committeeWebhookUrl,
    cashApprovalFen: async () => (await estateNow()).cashApprovalFen,
    holderId: async () =>
      (await estate.table.get([{ pk: `ESTATE#${estateId}`, sk: 'HOUSEHOLD#h1' }]))[0]?.['holderId'],
    facilityId: async () => {
      const device = await estate.backend.registry.device('smoke-1');
      return device?.kind === 'sensor' ? device.facilityId : 'no sensor';
    },
    memberId: async () =>
      (await estate.table.get([{ pk: `ESTATE#${estateId}`, sk: 'CREDENTIAL#c1' }]))[0]?.['memberId'],
  };
  const household = { kind: 'household', householdId: 'h1', building: '3', unit: '2' } as const;
  const sensor = { kind: 'sensor', deviceId: 'smoke-1', sensor: 'smoke', place: name } as const;
  const credential = {
    ...{ kind: 'credential', credentialId: 'c1', householdId: 'h1', cardUid, facilities: ['garage'] },
    ...{ validFrom: '2026-01-01', validUntil: '2036-12-31' },
  } satisfies ProvisioningRecord;
  const cases: readonly [string, ProvisioningRecord, unknown][] = [
    ['committeeWebhookUrl', estateRecord, hook],
    ['cashApprovalFen', estateRecord, 70_000],
    ['holderId', household, 'mother'],
    ['facilityId', sensor, 'garage'],
    ['memberId', credential, 'm1'],
  ];

  test('… of every record that has one', () => {
    const optional = recordSchema.def.options.flatMap((option) =>
      option.shape.kind.def.values.includes('tariff' as never)
        ? []
        : Object.entries(option.shape).flatMap(([member, schema]) =>
            (schema as { def: { type: string } }).def.type === 'optional' ? [member] : [],
          ),
    );
    // A family is for ever, and so is what it needs of its boards: see test/provisioning/.
    const staying = ['family', 'login', 'settlementUnitWh'];
    const removable = [...new Set(optional)].filter((member) => !staying.includes(member));
    expect(removable.sort()).toEqual(cases.map(([member]) => member).sort());
  });

  test.each(cases)('%s', async (member, record, value) => {
    await writeByTwo({ ...record, [member]: value } as ProvisioningRecord);
    expect(await reads[member]?.()).toBe(value);
    await writeByTwo(record);
    expect(await reads[member]?.()).toBe(value);
    await writeByTwo({ ...record, [member]: null } as ProvisioningRecord);
    expect(await reads[member]?.()).toBeUndefined();
  });

  test('of a household’s member too', async () => {
    const agree = (requestId: string, terms: object) =>
      changeHousehold(
        estate.backend,
        by('wang'),
        'h1',
        requestId,
        { change: 'member', memberId: 'm', ...terms },
        { subject: 'wang', isStaff: true },
      );
    await agree('request-1', { name: '小明', monthLimitFen: 500 });
    const { budget } = await agree('request-2', { name: '大明' });
    expect(budget.members).toEqual({ m: { name: '大明', monthLimitFen: 500 } });
    expect((await agree('request-3', { monthLimitFen: null })).budget.members).toEqual({
      m: { name: '大明' },
    });
    expect((await audited()).at(-1)).toMatchObject({
      ...{ by: 'wang', about: { kind: 'limits', id: 'h1' } },
      before: { 'member:m': { name: '大明', monthLimitFen: 500 } },
      after: { 'member:m': { name: '大明' } },
    });
  });
});

test('the audit list goes page by page, and each line is there once', async () => {
  const all = await audited();
  const seen: unknown[] = [];
  for (let before: string | undefined; ; ) {
    const page = await auditPage(estate.table, estateId, { before, limit: 3 });
    expect(page.lines.length).toBeLessThanOrEqual(3);
    seen.push(...page.lines);
    before = page.next;
    if (before === undefined) break;
  }
  expect(seen.reverse()).toEqual(all);
});

test('what a household agrees by itself is nobody else’s to read', async () => {
  await changeHousehold(estate.backend, by('mother'), 'h1', 'request-1', {
    change: 'month-limit',
    monthLimitFen: 5,
  });
  expect(estate.entries('household-changed').map(auditLineOf)).toEqual([undefined]);
});

test.each([
  ['https://robot.example/send?token=1', 'https://robot.example/…'],
  ['https://robot.example/token', 'https://robot.example/…'],
  ['https://robot.example/?token=1', 'https://robot.example/…'],
  ['https://robot.example', 'https://robot.example'],
  ['nonsense', '…'],
])('of %s a reader is told %s', (url, shown) => expect(webhookShown(url)).toBe(shown));
