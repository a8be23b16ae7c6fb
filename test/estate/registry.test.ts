import { describe, expect, test } from 'vitest';
import { hashPassword, loginRefusal, storedLogin } from '../../src/estate/board-login.ts';
import { addressOf, type Device, doorsOf } from '../../src/estate/device.ts';
import { chargingBoardsOf, doorBoardsOf, registryStore } from '../../src/estate/registry-store.ts';
import { isWebhookUrl } from '../../src/estate/webhook-url.ts';
import { keys } from '../../src/shared/keys.ts';
import type { Table } from '../../src/shared/table.ts';
import { boardId, estateId, testEstate } from '../support/estate.ts';

/** The registry of a warm function, with the reads that it makes. */
async function warm() {
  const { table, backend } = await testEstate();
  const clock = { ms: 1_000_000, now: () => clock.ms };
  const reads: string[] = [];
  const counted: Table = {
    ...table,
    get: (wanted) => {
      reads.push(...wanted.map(({ pk }) => pk));
      return table.get(wanted);
    },
    query: (query) => {
      reads.push(`${query.pk} ${query.prefix}`);
      return table.query(query);
    },
  };
  return { table, backend, clock, reads, registry: registryStore(counted, clock) };
}

describe('a warm function', () => {
  test('remembers a device for a minute, and no longer', async () => {
    const { registry, reads, clock } = await warm();
    await registry.device('reader-in');
    clock.ms += 59_999;
    await registry.device('reader-in');
    expect(reads).toHaveLength(1);
    clock.ms += 1;
    await registry.device('reader-in');
    expect(reads).toHaveLength(2);
  });

  test('does not go on for ever by what it read before its clock was put back', async () => {
    const { registry, reads, clock } = await warm();
    await registry.device('reader-in');
    clock.ms -= 1;
    await registry.device('reader-in');
    expect(reads).toHaveLength(2);
  });

  test('knows a device that was just written at its next message, and an estate as well', async () => {
    const { registry, reads, table } = await warm();
    expect(await registry.device('reader-9')).toBeUndefined();
    await expect(registry.estate('youyi')).rejects.toMatchObject({ error: 'not-found' });
    const [item] = await table.get([keys.device('reader-in')]);
    const device = { ...(item?.['device'] as Device), deviceId: 'reader-9' };
    await table.commit([{ put: { ...keys.device('reader-9'), device }, when: 'always' }]);
    expect(await registry.device('reader-9')).toMatchObject({ deviceId: 'reader-9' });
    expect(reads).toHaveLength(3);
  });

  test('does not remember that an estate had no devices: it may be in the middle of being set up', async () => {
    const { registry, reads } = await warm();
    expect(await registry.devicesOfEstate('youyi')).toEqual([]);
    expect(await registry.devicesOfEstate('youyi')).toEqual([]);
    expect(reads).toHaveLength(2);
  });

  test('reads facilities each time: one of them may be in alarm by now', async () => {
    const { registry, reads } = await warm();
    await registry.facilities(estateId);
    await registry.facilities(estateId);
    expect(reads).toEqual(Array(2).fill(`ESTATE#${estateId} FACILITY#`));
  });

  test('remembers devices of an estate, the estate and its tariffs, each for itself', async () => {
    const { registry, reads } = await warm();
    const ask = async (of: string) => [
      (await registry.devicesOfEstate(of)).length,
      (await registry.estate(of)).estateId,
      (await registry.tariff(of, '2026-01')).tariffVersion,
    ];
    expect(await ask(estateId)).toEqual([7, estateId, '2026-01']);
    const once = [...reads];
    expect(await ask(estateId)).toEqual([7, estateId, '2026-01']);
    expect(reads).toEqual(once);
    expect(await registry.devicesOfEstate('youyi')).toEqual([]);
    await expect(registry.estate('youyi')).rejects.toMatchObject({ error: 'not-found' });
    await expect(registry.tariff('youyi', '2026-01')).rejects.toMatchObject({ error: 'not-found' });
  });

  test('finds a tariff that was written since it last looked, by its version and by its moment', async () => {
    const { registry, table } = await warm();
    const [item] = await table.get([keys.tariff(estateId, 0)]);
    const save = async (effectiveFromMs: number, tariffVersion: string) => {
      const tariff = { ...(item?.['tariff'] as object), effectiveFromMs, tariffVersion };
      await table.commit([{ put: { ...keys.tariff('youyi', effectiveFromMs), tariff }, when: 'always' }]);
    };
    await save(5, 'five');
    await expect(registry.tariffAt('youyi', 'garage', 4)).rejects.toMatchObject({ error: 'no-tariff' });
    await save(3, 'three');
    expect(await registry.tariffAt('youyi', 'garage', 4)).toMatchObject({ tariffVersion: 'three' });
    expect(await registry.tariff('youyi', 'three')).toMatchObject({ effectiveFromMs: 3 });
  });

  test('lists the devices of one facility, and of a kind as they are this moment', async () => {
    const { registry, table } = await warm();
    const inGarage = (await registry.devicesOfFacility(estateId, 'garage')).map(({ deviceId }) => deviceId);
    expect(inGarage.sort()).toEqual(['405419896', boardId, 'reader-in', 'reader-out', 'smoke-1'].sort());
    expect(await registry.devicesOfFacility(estateId, 'shed')).toEqual([]);
    expect((await doorBoardsOf(table, estateId)).map(({ deviceId }) => deviceId)).toEqual(['405419896']);
    expect((await chargingBoardsOf(table, estateId)).map(({ deviceId }) => deviceId)).toEqual([boardId]);
  });

  test('finds a tariff by its moment and by its version, or says by name that there is none', async () => {
    const { registry } = await warm();
    expect(await registry.tariffAt(estateId, 'garage', 1)).toMatchObject({ tariffVersion: '2026-01' });
    expect(await registry.tariff(estateId, '2026-01')).toMatchObject({ tariffVersion: '2026-01' });
    await expect(registry.tariffAt('youyi', 'garage', 1)).rejects.toMatchObject({ error: 'no-tariff' });
    await expect(registry.tariff(estateId, '2027')).rejects.toMatchObject({ error: 'not-found' });
  });
});

describe('a device', () => {
  test('is reached by its name, a door board through its gateway', async () => {
    const { registry } = await warm();
    const device = async (deviceId: string) => (await registry.device(deviceId)) as Device;
    expect(addressOf(await device('405419896'))).toEqual({
      ...{ family: 'uhppoted', deviceId: '405419896', gatewayId: 'gateway' },
    });
    expect(addressOf(await device('reader-in'))).toEqual({ family: 'pengyou', deviceId: 'reader-in' });
    expect(doorsOf(await device('reader-out'))).toMatchObject([{ door: 1, direction: 'out' }]);
    expect(doorsOf(await device('405419896'))).toMatchObject([{ door: 1, direction: 'both' }]);
    expect(doorsOf(await device(boardId))).toEqual([]);
    expect(doorsOf(await device('smoke-1'))).toEqual([]);
  });

  test('that is a board comes in by its own user and password, and nobody else', () => {
    const board: Device = {
      kind: 'charging-board',
      family: 'juy',
      ...{ deviceId: boardId, estateId, timeZone: 'UTC', ports: 2 },
      ...{ facilityId: 'garage', settlementUnitWh: 10 },
      login: { user: 'board', passwordHash: hashPassword('secret') },
    };
    const refusal = (device: Device | undefined, user: string, password: string) =>
      loginRefusal(device, user, Buffer.from(password));
    expect(refusal(board, 'board', 'secret')).toBeUndefined();
    expect(refusal(board, 'board', 'secres')).toBe('wrong-login');
    expect(refusal(board, 'boar', 'secret')).toBe('wrong-login');
    expect(refusal(undefined, 'board', 'secret')).toBe('unknown-board');
    const gateway = {
      kind: 'door-gateway',
      family: 'uhppoted',
      deviceId: 'g',
      estateId,
      timeZone: 'UTC',
    } as const;
    expect(refusal(gateway, 'board', 'secret')).toBe('unknown-board');
    expect(hashPassword('secret')).not.toBe(hashPassword('secret'));
    // Salt and hash, sixteen and thirty-two bytes.
    expect(hashPassword('secret')).toMatch(/^[^.=]{22}==\.[^.=]{43}=$/);
    // Made by scrypt of Python, at the cost that boards in the field were stored with.
    const passwordHash = 'AAECAwQFBgcICQoLDA0ODw==.F2UEl0me2Z5RWsJdTYTmLmeOr+ZxPPv1E++OKllZOeY=';
    expect(
      refusal({ ...board, login: { user: 'board', passwordHash } }, 'board', 'secret-12'),
    ).toBeUndefined();
  });

  test('that is a board keeps its login as it is stored, where it is written again as it is', () => {
    const standing = { user: 'board', passwordHash: hashPassword('secret') };
    expect(storedLogin({ user: 'board', password: 'secret' }, standing)).toBe(standing);
    for (const [user, password, before] of [
      ['board', 'other', standing],
      ['other', 'secret', standing],
      ['board', 'secret', undefined],
    ] as const) {
      const stored = storedLogin({ user, password }, before);
      expect(stored).toEqual({ user, passwordHash: expect.any(String) });
      expect(stored.passwordHash).not.toBe(standing.passwordHash);
      expect(storedLogin({ user, password }, stored)).toBe(stored);
    }
  });
});

test.each<[string, boolean]>([
  ['https://committee.example/alerts', true],
  ['https://8.8.8.8/', true],
  ['https://[2606:4700::1]/', true],
  ['http://committee.example/', false],
  ['https://user:word@committee.example/', false],
  ['https://user@committee.example/', false],
  ['https://:word@committee.example/', false],
  ['https://127.0.0.1/', false],
  ['https://localhost/', false],
  ['http://127.0.0.1:8080/', true],
  ['http://localhost/', true],
  ['http://127.0.0.1:9001/', false],
  ['ftp://committee.example/', false],
  ['committee.example', false],
  ...[
    '0.1.2.3',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    ...['0.255.255.255', '10.255.255.255', '127.255.255.255', '169.254.255.255', '192.168.255.255'],
  ].map((address): [string, boolean] => [`https://${address}/`, false]),
  ...['192.168.0.1', '224.0.0.1', '255.255.255.255'].map((address): [string, boolean] => [
    `https://${address}/`,
    false,
  ]),
  ...['100.63.255.255', '100.128.0.1', '172.15.0.1', '172.32.0.1', '11.0.0.1', '192.169.0.1'].map(
    (address): [string, boolean] => [`https://${address}/`, true],
  ),
  ...['::1', '::', '64:ff9b::a00:1', 'fc00::1', 'fdff::1', 'fe80::1', 'ff02::1', '::ffff:10.0.0.1'].map(
    (address): [string, boolean] => [`https://[${address}]/`, false],
  ),
  ...['64:ff9b::ffff:ffff', 'fdff:ffff::1', 'febf:ffff::1', 'ffff::1'].map((address): [string, boolean] => [
    `https://[${address}]/`,
    false,
  ]),
  ...['::2', '64:ff9b::1:0:0', 'fbff::1', 'fe7f::1', 'fec0::1'].map((address): [string, boolean] => [
    `https://[${address}]/`,
    true,
  ]),
])('alerts may be posted to %s: %s', (url, expected) => {
  expect(isWebhookUrl(url)).toBe(expected);
});
