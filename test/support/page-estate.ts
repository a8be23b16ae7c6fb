import { expect, vi } from 'vitest';
import type { Client } from '../../contract/client.ts';
import type { ProvisioningRecord } from '../../contract/shapes/provisioning.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import type { steppedClock } from '../../local/machine/clock.ts';
import { gbk } from '../../local/provider/archive.ts';
import { alipayBill } from '../../local/provider/bills.ts';
import type { Trade } from '../../local/provider/trades.ts';
import { DeviceConnection } from '../../simulator/connection.ts';
import { JuyBoard } from '../../simulator/devices/juy-board.ts';
import { householdElectricity } from '../../simulator/household-tariff.ts';
import { billOfArchive } from '../../src/payments/bill-archive.ts';

const minuteMs = 60_000;
/** An evening in Shanghai. */
export const startMs = Date.parse('2026-03-05T21:30:00+08:00');
export const imei = '861197060000011';
export const householdId = '7-2-401';
export const boardLogin = { user: 'board-11', password: 'secret-11' };
export const name = (zh: string, en: string) => ({ zh, en });

/** One garage with one board, one household with fifty yuan, and cash above two hundred for two people. */
export const pageEstate: readonly ProvisioningRecord[] = [
  { kind: 'estate', name: name('紫云', 'Ziyun'), timeZone: 'Asia/Shanghai', cashApprovalFen: 20_000 },
  {
    kind: 'tariff',
    tariffVersion: '2026-01',
    electricity: householdElectricity,
    service: { by: 'energy', priceMilliYuanPerKWh: 400 },
    packages: [
      {
        ...{ packageId: 'ten-sessions', name: name('十次卡', 'Ten sessions'), priceFen: 800 },
        ...{ kind: 'sessions', amount: 10, validDays: 90 },
      },
    ],
    holdFen: 300,
    effectiveFromMs: startMs - 86_400_000,
  },
  { kind: 'facility', facilityId: 'garage', facilityKind: 'garage', name: name('车库', 'Garage'), bays: 20 },
  {
    ...{ kind: 'charging-board', deviceId: imei, facilityId: 'garage', ports: 10, settlementUnitWh: 1 },
    login: boardLogin,
  },
  { kind: 'household', householdId, building: '7', unit: '2' },
  { kind: 'top-up', transferId: 'cash-1', householdId, amountFen: 5000 },
];

/** An evening's session, from 21:30 to 22:35, so that there is a bill and something to replay; answers the board's connection. */
export async function chargedEvening(
  cloud: LocalCloud,
  clock: ReturnType<typeof steppedClock>,
  phoneOfResident: Client,
): Promise<DeviceConnection> {
  const device = new JuyBoard({ imei, ports: 10, settlementUnitWh: 1 });
  const board = new DeviceConnection(device, {
    endpoint: cloud.boards,
    certificateAuthority: cloud.certificateAuthority,
    proof: boardLogin,
    time: clock,
  });
  await vi.waitFor(() => expect(device.loggedIn).toBe(true), { timeout: 15_000 });
  device.plug(3, { needWh: 900, chargerW: 180, taperS: 1800 });
  const estate = { estateId: 'ziyun' };
  const { sessionId } = await phoneOfResident.call('POST /estates/{estateId}/sessions', {
    path: estate,
    body: { requestId: 'from-the-phone-1', deviceId: imei, port: 3 },
  });
  const stateIs = (state: string) =>
    vi.waitFor(
      async () => {
        const detail = await phoneOfResident.call('GET /estates/{estateId}/sessions/{sessionId}', {
          path: { ...estate, sessionId },
        });
        expect(detail.session.state).toBe(state);
      },
      { timeout: 20_000, interval: 200 },
    );
  await stateIs('charging');
  for (const minutes of [10, 30, 60]) {
    clock.set(startMs + minutes * minuteMs);
    board.tick();
    await cloud.idle();
  }
  board.act((nowMs) => device.unplug(3, nowMs));
  clock.set(startMs + 70 * minuteMs);
  board.tick();
  await stateIs('settled');
  await cloud.idle();
  return board;
}

/** A day's bill as the office downloads it from Alipay: in GBK, with one payment of twenty yuan for this order. */
export function alipayDayBill(day: string, orderId: string) {
  const paid: Trade = {
    ...{ provider: 'alipay', orderId, amountFen: 2000, description: '充值', notifyUrl: '', expiresAtMs: 0 },
    ...{ token: '', state: 'paid', transactionId: '42', refunds: [] },
    paidAtMs: Date.parse(`${day}T22:00:00+08:00`),
  };
  const archive = alipayBill([paid], '2088000000000001', day);
  if (archive === undefined) throw new Error('Nothing was paid');
  return { name: '业务明细.csv', mimeType: 'text/csv', buffer: gbk(billOfArchive(archive)) };
}
