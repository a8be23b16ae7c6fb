import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, vi } from 'vitest';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import type { LocalCloud, LocalCloudOptions } from '../../local/cloud.ts';
import { steppedClock } from '../../local/machine/clock.ts';
import { DeviceConnection } from '../../simulator/connection.ts';
import { JuyBoard } from '../../simulator/devices/juy-board.ts';
import { provision } from '../../simulator/provision.ts';
import type { Table } from '../../src/shared/table.ts';
import { dynamoTable } from '../../src/shared/table-dynamodb.ts';
import { type Caller, caller, testCloud } from './cloud.ts';
import { noPause } from './dynamo-table.ts';

export const estateId = 'ziyun';
export const boardId = '861197060000012';
export const householdId = 'h-7-401';
const minuteMs = 60_000;
const startMs = Date.parse('2026-03-05T21:30:00+08:00');
const login = { user: 'board-12', password: 'secret-12' };
const name = (zh: string, en: string) => ({ zh, en });

const garage = { facilityId: 'garage', facilityKind: 'garage' } as const;

/** One shed with a board, prices that change at 22:00, and a household with money. */
const records: readonly ProvisioningRecord[] = [
  { kind: 'estate', name: name('紫云花园', 'Ziyun Garden'), timeZone: 'Asia/Shanghai' },
  {
    kind: 'tariff',
    tariffVersion: '2026-01',
    electricity: [
      { fromHalfHour: 0, toHalfHour: 44, priceMilliYuanPerKWh: 617 },
      { fromHalfHour: 44, toHalfHour: 48, priceMilliYuanPerKWh: 307 },
    ],
    service: { by: 'time', priceMilliYuanPerHour: 200 },
    freeMinutes: 5,
    holdFen: 300,
    effectiveFromMs: startMs - 86_400_000,
  },
  { kind: 'facility', ...garage, name: name('地下车库', 'Garage'), bays: 9 },
  { kind: 'charging-board', deviceId: boardId, facilityId: 'garage', ports: 10, login, settlementUnitWh: 1 },
  { kind: 'household', householdId, building: '7', unit: '4' },
  { kind: 'top-up', transferId: 'cash-1', householdId, amountFen: 5000 },
];

/** A local cloud in which one session was plugged in, settled by its board, and billed. */
export interface ChargedCloud {
  readonly cloud: LocalCloud;
  readonly operator: Caller;
  /** Of an operator. */
  readonly token: string;
  /** The table itself, past every rule. */
  readonly table: Table;
  readonly sessionId: string;
  /** Of its receipt. */
  readonly code: string;
  stop(): Promise<void>;
}

export async function chargedCloud(options: Partial<LocalCloudOptions> = {}): Promise<ChargedCloud> {
  const clock = steppedClock(startMs);
  const cloud = await testCloud({ clock, ...options });
  const operator = await caller(cloud, 'operator', estateId);
  await provision(operator, estateId, records);
  const board = new JuyBoard({ imei: boardId, ports: 10, settlementUnitWh: 1 });
  const connection = new DeviceConnection(board, {
    endpoint: cloud.boards,
    certificateAuthority: cloud.certificateAuthority,
    proof: login,
    time: clock,
  });
  await vi.waitFor(() => expect(board.loggedIn).toBe(true), { timeout: 20_000 });
  board.plug(3, { needWh: 900, chargerW: 180, taperS: 1800 });
  const resident = await caller(cloud, 'resident', estateId, householdId);
  const asked = { requestId: 'from-the-phone-1', deviceId: boardId, port: 3 };
  const path = { estateId };
  const { sessionId } = await resident.call('POST /estates/{estateId}/sessions', { path, body: asked });
  const detail = () =>
    operator.call('GET /estates/{estateId}/sessions/{sessionId}', { path: { ...path, sessionId } });
  await vi.waitFor(async () => expect((await detail()).session.state).toBe('charging'), { timeout: 20_000 });
  for (const minutes of [10, 20, 40, 60]) {
    clock.set(startMs + minutes * minuteMs);
    connection.tick();
    await connection.flush();
    await cloud.idle();
  }
  connection.act((nowMs) => board.unplug(3, nowMs));
  clock.set(startMs + 70 * minuteMs);
  connection.tick();
  await vi.waitFor(async () => expect((await detail()).receipt?.estimated).toBe(false), { timeout: 20_000 });
  await cloud.idle();
  const stop = async () => {
    await connection.close();
    await cloud.stop();
  };
  const token = await cloud.accessToken({ sub: 'operator-2', roles: 'operator', estates: estateId });
  const { code = '' } = (await detail()).receipt ?? {};
  return { cloud, operator, token, table: adminTable(cloud), sessionId, code, stop };
}

function adminTable(cloud: LocalCloud): Table {
  const credentials = { accessKeyId: 'local-admin', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: cloud.gateway, region: 'us-east-1', credentials });
  return dynamoTable(client, cloud.tables().names[0] ?? '', noPause);
}
