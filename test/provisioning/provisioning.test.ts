import { beforeEach, describe, expect, test } from 'vitest';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import { registryStore } from '../../src/estate/registry-store.ts';
import { provision, provisionAll } from '../../src/provisioning/provision.ts';
import { keys } from '../../src/shared/keys.ts';
import { boardId, estateId, provisionByTwo, type TestEstate, testEstate } from '../support/estate.ts';
import { allDay } from '../support/tariffs.ts';

let estate: TestEstate;
beforeEach(async () => {
  estate = await testEstate();
  await write({ kind: 'estate', name, timeZone: 'Asia/Shanghai' }, 'other');
});

const name = { zh: 'x', en: 'x' };
const origin = (into = estateId) => ({
  ...{ estateId: into, deviceId: 'api', receivedAtMs: estate.clockMs, topic: 'api', sender: 'operator' },
  ...{ payload: new Uint8Array(), fact: 'provision' },
});
const write = (record: ProvisioningRecord, into = estateId, backend = estate.backend) =>
  provision(backend, origin(into), record);
const reader = (deviceId: string, facilityId: string): ProvisioningRecord => ({
  ...{ kind: 'reader', deviceId, facilityId, direction: 'in', name },
});
const doorBoard = (facilityId: string, gatewayId: string): ProvisioningRecord => ({
  ...{ kind: 'door-board', deviceId: '405419899', gatewayId, facilityId },
  doors: [{ door: 1, name, direction: 'both' }],
});
const shed = { facilityId: 'shed', facilityKind: 'shed', name, bays: 1 } as const;
const facility: ProvisioningRecord = { kind: 'facility', ...shed };
const refused = (asked: Promise<unknown>, error: string, message?: string) =>
  expect(asked).rejects.toMatchObject({ error, ...(message && { message }) });

const smoke = { kind: 'sensor', deviceId: 'new', sensor: 'smoke', place: name } as const;

describe('a device', () => {
  test('that two estates claim at once belongs to one of them', async () => {
    await write(facility, 'other');
    await write(facility);
    const claims = await Promise.allSettled([
      write(reader('new', 'shed')),
      write(reader('new', 'shed'), 'other'),
    ]);
    expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const owner = (await estate.backend.registry.device('new'))?.estateId;
    for (const claimant of [estateId, 'other']) {
      const listed = await estate.backend.registry.devicesOfEstate(claimant);
      expect(listed.some(({ deviceId }) => deviceId === 'new')).toBe(claimant === owner);
    }
  });

  test.each<[string, ProvisioningRecord]>([
    ['a reader', reader('new', 'garrage')],
    ['a smoke detector', { ...smoke, facilityId: 'garrage' }],
    ['a door board', doorBoard('garrage', 'gateway')],
  ])('%s of a facility that is misspelt is refused, and the facility named', async (_, record) => {
    await refused(write(record), 'bad-request', 'There is no facility garrage');
  });

  test.each([
    ['of another estate', 'gateway', 'other'],
    ['that nobody has', 'gatewey', estateId],
    ['that is a reader', 'reader-in', estateId],
  ])('is not put behind a gateway %s', async (_, gatewayId, into) => {
    await write(facility, into);
    const message = `There is no door gateway ${gatewayId}`;
    await refused(write(doorBoard('shed', gatewayId), into), 'bad-request', message);
  });

  test('stays what it is', async () => {
    await refused(write(reader(boardId, 'garage')), 'already-exists');
    await refused(write(reader('smoke-1', 'garage')), 'already-exists');
  });

  test('of another estate is not taken', async () => {
    await write(facility, 'other');
    await refused(write(reader('reader-in', 'shed'), 'other'), 'already-exists');
  });
});

describe('a charging board', () => {
  const board = (deviceId: string, facilityId: string): ProvisioningRecord => ({
    ...{ kind: 'charging-board', deviceId, facilityId, ports: 12, settlementUnitWh: 10 },
    login: { user: 'board', password: 'secret' },
  });
  const prices = async (deviceId: string) => (await estate.table.get([keys.priceList(deviceId)]))[0];

  test('that is new, or stands elsewhere than before, is told its prices at once, and no other one', async () => {
    await write(facility);
    estate.clockMs += 1000;
    const standing = await prices(boardId);
    await write({ ...board(boardId, 'garage'), ports: 14 } as ProvisioningRecord);
    expect(await prices(boardId)).toEqual(standing);
    await provisionByTwo(estate.backend, origin(), board(boardId, 'shed'));
    const anew = { estateId, facilityId: 'shed', state: 'waiting', attempts: 0, dueAtMs: estate.clockMs };
    expect(await prices(boardId)).toMatchObject({ ...anew, deviceId: boardId });
    await write(board('861317069234388', 'shed'));
    expect(await prices('861317069234388')).toMatchObject({ ...anew, deviceId: '861317069234388' });
  });

  test('of which the list is lost is told its prices when it is written', async () => {
    await estate.table.commit([{ remove: keys.priceList(boardId) }]);
    await write({ ...board(boardId, 'garage'), ports: 14 } as ProvisioningRecord);
    expect(await prices(boardId)).toMatchObject({ state: 'waiting', dueAtMs: estate.clockMs });
  });

  test('of the first family that has such boards is called by its IMEI, and signs in by a login of its own', async () => {
    const without = { ...board('861317069234388', 'garage'), login: undefined } as never;
    await refused(write(without), 'bad-request', 'A charging-board of the family juy needs its login');
    await refused(write(board('86131706923438', 'garage')), 'bad-request');
    expect(await estate.backend.registry.device('861317069234388')).toBeUndefined();
  });

  test('is of the family that was asked for, if that has such boards, and of no other one later', async () => {
    const asked = (family: string) => write({ ...board('861317069234388', 'garage'), family } as never);
    for (const family of ['uhppoted', 'nobody']) await refused(asked(family), 'bad-request');
    await asked('juy');
    expect(await estate.backend.registry.device('861317069234388')).toMatchObject({ family: 'juy' });
    await refused(asked('pengyou'), 'bad-request');
  });

  test('stands beside its estate’s other devices as it stands by itself, in its estate’s zone', async () => {
    const [alone] = await estate.table.get([keys.device(boardId)]);
    const [listed] = await estate.table.get([keys.deviceOfEstate(estateId, boardId)]);
    expect(listed?.['device']).toEqual(alone?.['device']);
    expect(alone?.['device']).toEqual({
      ...{ kind: 'charging-board', family: 'juy', deviceId: boardId, estateId, timeZone: 'Asia/Shanghai' },
      ...{ facilityId: 'garage', ports: 12, settlementUnitWh: 10 },
      login: { user: 'board', passwordHash: expect.stringMatching(/^[^.]{24}\.[^.]{44}$/) },
    });
  });
});

describe('a tariff version', () => {
  const tariff = (effectiveFromMs: number, priceMilliYuanPerKWh: number): ProvisioningRecord => ({
    ...{ kind: 'tariff', tariffVersion: '2027', electricity: [allDay(priceMilliYuanPerKWh)] },
    ...{ service: { by: 'energy', priceMilliYuanPerKWh: 0 }, holdFen: 300, effectiveFromMs },
  });

  test('is written once, also while a warm function remembers the tariffs of before', async () => {
    const backend = { ...estate.backend, registry: registryStore(estate.table, estate.backend.clock) };
    await backend.registry.tariffAt(estateId, 'garage', estate.clockMs);
    const soonMs = estate.clockMs + 600_000;
    await write(tariff(soonMs, 100), estateId, backend);
    await write(tariff(soonMs, 100), estateId, backend);
    for (const other of [tariff(soonMs + 1, 100), tariff(soonMs, 900)])
      await refused(write(other, estateId, backend), 'tariff-immutable');
  });
});

test.each(['Asia/Shanghei', '+08:00', ''])('an estate has no zone %j', async (timeZone) => {
  const before = await estate.table.get([keys.estate(estateId)]);
  await expect(write({ kind: 'estate', name, timeZone })).rejects.toMatchObject({
    ...{ error: 'bad-request', message: `${timeZone} is no IANA time zone` },
  });
  expect(await estate.table.get([keys.estate(estateId)])).toEqual(before);
});

test('cash beyond what one may book alone waits under its own number, and less waits for nobody', async () => {
  const cash = (transferId: string, amountFen: number) =>
    write({ kind: 'top-up', transferId, householdId: 'h1', amountFen });
  expect(await cash('t8', 1000)).toBeUndefined();
  expect(await cash('t9', 60_000)).toEqual({ transferId: 't9' });
});

test('a facility that is described again while it is evacuated is evacuated still', async () => {
  const key = keys.facility(estateId, 'garage');
  const [before] = await estate.table.get([key]);
  const evacuation = { sinceMs: 1, alertId: 'a', detectors: ['smoke-1'] };
  await estate.table.commit([{ put: { ...before, ...key, evacuation }, when: 'always' }]);
  await write({ ...facility, facilityId: 'garage', bays: 7 } as ProvisioningRecord);
  const { version: _, ...after } = { version: 0, ...(await estate.table.get([key]))[0] };
  expect(after).toEqual({
    ...{ ...key, type: 'facility', estateId, facilityId: 'garage', facilityKind: 'shed', name, bays: 7 },
    evacuation,
  });
});

test('cash for a household that is misspelt is not booked to nobody', async () => {
  const record = { kind: 'top-up', transferId: 't9', householdId: 'hl', amountFen: 5000 } as const;
  await refused(write(record), 'not-found');
  expect(estate.entries('cash-top-up')).toHaveLength(1);
});

describe('an alert may be posted', () => {
  const writeAll = (committeeWebhookUrl: string) =>
    provisionAll(estate.backend, origin(), [
      { kind: 'facility', facilityId: 'new', facilityKind: 'shed', name, bays: 1 },
      { kind: 'estate', name, timeZone: 'Asia/Shanghai', committeeWebhookUrl },
    ]);

  test.each([
    'https://committee.example/hook?x=1',
    'https://8.8.8.8/hook',
    'https://[2001:db8::1]/hook',
    'http://127.0.0.1:38001/hook',
    'http://localhost:38001/',
  ])('to %s', async (url) => {
    await expect(writeAll(url)).resolves.toEqual([]);
  });

  test.each([
    'http://committee.example/hook',
    'http://127.0.0.1:9001/2018-06-01/runtime/init/error',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://10.1.2.3/',
    'https://169.254.169.254/latest/meta-data',
    'https://2852039166/',
    'https://192.168.0.1/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00::1]/',
    'https://user:word@committee.example/',
    'ftp://committee.example/',
    'hook',
  ])('not to %s, and nothing is written, not even what stands before it', async (url) => {
    await refused(writeAll(url), 'bad-request');
    const facilities = await registryStore(estate.table, estate.backend.clock).facilities(estateId);
    expect(facilities.map(({ facilityId }) => facilityId)).not.toContain('new');
  });
});
