import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connect } from '../../cli/connection.ts';
import { run } from '../../cli/tariffs.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { steppedClock } from '../../local/machine/clock.ts';
import { DeviceConnection } from '../../simulator/connection.ts';
import { JuyBoard } from '../../simulator/devices/juy-board.ts';
import { householdElectricity } from '../../simulator/household-tariff.ts';
import { provision } from '../../simulator/provision.ts';
import { SteppedWorld } from '../../simulator/stepped-world.ts';
import { type Caller, caller, testCloud } from '../support/cloud.ts';
import { boardId, cardNumber, estateId, estateRecords, eveningMs } from '../support/estate.ts';

// Prices by every real path: HTTP and command line in, MQTT to three boards of different manners, and back.

const minuteMs = 60_000;
const boards = { take: boardId, refuse: '861317069234002', ignore: '861317069234003' } as const;
const files = mkdtempSync(join(tmpdir(), 'pengyou-tariffs-'));

const draft = {
  tariffVersion: '2026-12',
  effectiveFromMs: eveningMs + 300 * minuteMs,
  electricity: householdElectricity,
  service: { by: 'energy', priceMilliYuanPerKWh: 500 },
  holdFen: 300,
};

let cloud: LocalCloud;
let world: SteppedWorld;
let token: string;
let manager: Caller;
let resident: Caller;
const devices = new Set<{ device: JuyBoard; link: DeviceConnection }>();

beforeAll(async () => {
  cloud = await testCloud({ clock: steppedClock(eveningMs) });
  world = new SteppedWorld(cloud, async () => {});
  const operator = await caller(cloud, 'operator', estateId);
  manager = await caller(cloud, 'manager', estateId);
  resident = await caller(cloud, 'resident', estateId, 'h1');
  token = await cloud.accessToken({ sub: 'manager-2', roles: 'manager', estates: estateId });
  const more = [boards.refuse, boards.ignore].map((deviceId) => ({
    kind: 'charging-board' as const,
    deviceId,
    facilityId: 'garage',
    ports: 12,
    login: { user: 'board', password: 'secret' },
    settlementUnitWh: 10 as const,
  }));
  await provision(operator, estateId, [...estateRecords(), ...more]);
  for (const [tables, imei] of Object.entries(boards)) {
    const device = new JuyBoard({
      imei,
      ports: 12,
      reportsByItself: false,
      tables: tables as keyof typeof boards,
    });
    const link = new DeviceConnection(device, {
      endpoint: cloud.boards,
      certificateAuthority: cloud.certificateAuthority,
      proof: { user: 'board', password: 'secret' },
      time: cloud.clock,
    });
    devices.add({ device, link });
  }
  await vi.waitFor(() => expect([...devices].every(({ device }) => device.loggedIn)).toBe(true), 60_000);
  await world.quiet(devices);
});
afterAll(async () => {
  await Promise.all([...devices].map(({ link }) => link.close()));
  await cloud?.stop();
  rmSync(files, { recursive: true, force: true });
});

const path = `/estates/${estateId}/tariffs`;
const statesOf = async (version: string) => {
  const { body } = await manager.get(`${path}/${version}/rollout`);
  return Object.fromEntries(
    body.boards.map(({ deviceId, state }: { deviceId: string; state: string }) => [deviceId, state]),
  );
};
const boardOf = (imei: string) => [...devices].find(({ device }) => device.connection === imei);

async function command(...args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const where = ['--estate', estateId, '--api', cloud.api, '--token', token];
  const keep = (line: string) => void lines.push(line);
  const code = await run([...args, ...where], keep, keep);
  return { code, text: lines.join('\n') };
}

function fileOf(content: object): string {
  const file = join(files, `${readdirSync(files).length}.json`);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

async function moveTo(atMs: number): Promise<void> {
  await world.moveTo(atMs);
  await cloud.tick();
  await world.quiet(devices);
}

describe('prices', () => {
  test('are on a board that takes them after its login; what the others do is visible', async () => {
    expect(await statesOf('2026-01')).toEqual({
      [boards.take]: 'accepted',
      [boards.refuse]: 'refused',
      [boards.ignore]: 'sent',
    });
    expect(boardOf(boards.take)?.device.tariff.mode).toBe(1);
  });

  test('are shown to everybody in the estate, and changed by the staff alone', async () => {
    const { body } = await resident.get(`/estates/${estateId}/facilities/garage/prices`);
    expect(body).toMatchObject({ facilityId: 'garage', tariff: { tariffVersion: '2026-01' } });
    expect((await resident.get(path)).body).toMatchObject({
      inForce: [{ facilityId: 'garage', tariffVersion: '2026-01' }],
    });
    expect((await resident.post(path, draft)).status).toBe(403);
    expect((await resident.post(`${path}/preview`, { tariff: draft })).status).toBe(403);
    expect((await (await caller(cloud, 'manager', 'other')).get(path)).status).toBe(404);
  });

  test('of what has been charged can be tried before they are saved', async () => {
    const taking = boardOf(boards.take);
    taking?.device.plug(1, { needWh: 300, chargerW: 200, taperS: 600 });
    taking?.link.act((nowMs) => taking.device.card(1, cardNumber, nowMs));
    await world.quiet(devices);
    for (let quarter = 1; quarter <= 8; quarter += 1) {
      await world.moveTo(eveningMs + quarter * 15 * minuteMs);
      taking?.link.act((nowMs) => taking.device.report(nowMs));
      await world.quiet(devices);
    }
    taking?.link.act((nowMs) => taking.device.unplug(1, nowMs));
    await moveTo(eveningMs + 130 * minuteMs);
    taking?.link.tick();
    await world.quiet(devices);
    const { code, text } = await command('preview', fileOf({ ...draft, tariffVersion: 'try' }), '--json');
    expect(code).toBe(0);
    const preview = JSON.parse(text);
    // Service rises by 0.200 yuan a kWh: at least five fen for these 300 Wh.
    expect(preview).toMatchObject({ sessions: 1, interpolated: 0, payMore: 1, payLess: 0 });
    expect(preview.households[0]).toMatchObject({ householdId: 'h1', differenceFen: 6 });
    expect((await command('list')).text).not.toContain('try');
  });

  test('are saved once, for the future, by name', async () => {
    const file = fileOf(draft);
    expect(await command('save', file)).toEqual({ code: 0, text: '2026-12: saved' });
    expect(await command('save', file)).toEqual({ code: 0, text: '2026-12: stands already' });
    for (const [body, status, error] of [
      [{ ...draft, holdFen: 400 }, 409, 'tariff-immutable'],
      [
        { ...draft, tariffVersion: 'x', effectiveFromMs: cloud.clock.now() + minuteMs },
        400,
        'tariff-in-past',
      ],
      [{ ...draft, tariffVersion: 'x', electricity: householdElectricity.slice(1) }, 400, 'tariff-invalid'],
      [{ ...draft, tariffVersion: 'x', currency: 'USD' }, 400, 'currency-unknown'],
      [{ ...draft, tariffVersion: 'x', timeZone: 'Europe/Oslo' }, 400, 'bad-request'],
      [{ ...draft, tariffVersion: 'no name' }, 400, 'bad-request'],
    ] as const)
      expect(await manager.post(path, body)).toMatchObject({ status, body: { error } });
    const refused = await command('save', fileOf({ ...draft, holdFen: 4000 }));
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('tariff-immutable') });
    const { text } = await command('list');
    expect(text).toContain('garage: 2026-01, then 2026-12');
    expect(text.match(/^2026-\d\d /gm)).toHaveLength(2);
  });

  test('reach the boards when they take effect: one takes them, one refuses, one says nothing', async () => {
    await moveTo(draft.effectiveFromMs - minuteMs);
    expect(new Set(Object.values(await statesOf('2026-12')))).toEqual(new Set(['waiting']));
    await moveTo(draft.effectiveFromMs);
    await moveTo(draft.effectiveFromMs + minuteMs);
    expect(await statesOf('2026-12')).toEqual({
      [boards.take]: 'accepted',
      [boards.refuse]: 'refused',
      [boards.ignore]: 'sent',
    });
    const tariff = boardOf(boards.take)?.device.tariff;
    // Valley at midnight.
    expect(tariff?.classPrice(tariff.classAt(cloud.clock.now()))).toBe(307 + 500);
    await moveTo(draft.effectiveFromMs + 20 * minuteMs);
    const { code, text } = await command('rollout', '2026-12');
    expect(code).toBe(0);
    expect(text).toContain(`${boards.ignore} (garage): sent; no-answer`);
    expect(text).toContain(`${boards.refuse} (garage): refused; keeps-other-prices`);
    expect((await command('rollout', 'never')).code).toBe(1);
    expect(new Set(Object.values(await statesOf('2026-01')))).toEqual(new Set(['superseded']));
    expect(await cloud.deadLetters()).toEqual([]);
  });
});

describe('the command line', () => {
  test('finds the local cloud and signs in there, or says what is missing', async () => {
    const PENGYOU_LOCAL = JSON.stringify({ api: cloud.api, adminUrl: cloud.adminUrl });
    const api = await connect({ estate: estateId, environment: { PENGYOU_LOCAL } });
    expect(await api.call('GET /estates/{estateId}/tariffs', { path: { estateId } })).toMatchObject({
      inForce: [{ facilityId: 'garage' }],
    });
    writeFileSync(join(files, 'reach.json'), PENGYOU_LOCAL);
    const found = await connect({ estate: estateId, environment: {}, stateDir: files });
    expect(await found.call('GET /estates/{estateId}/tariffs', { path: { estateId } })).toMatchObject({
      inForce: [{ facilityId: 'garage' }],
    });
    for (const environment of [{}, { PENGYOU_API: cloud.api }])
      await expect(
        connect({ estate: estateId, environment, stateDir: join(files, 'nowhere') }),
      ).rejects.toMatchObject({ name: 'CommandRefused' });
  });

  test('says how it is used', async () => {
    for (const args of [[], ['nonsense'], ['save'], ['list', 'too', 'much'], ['list', '--what']])
      expect((await command(...args)).code).toBe(2);
    expect((await command('save', join(files, 'missing.json'))).code).toBe(2);
    expect(await command('--help')).toMatchObject({
      code: 0,
      text: expect.stringContaining('pengyou tariffs'),
    });
  });
});
