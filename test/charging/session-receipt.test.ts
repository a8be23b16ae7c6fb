import { describe, expect, test } from 'vitest';
import type { SessionEvidence } from '../../src/charging/evidence.ts';
import { receiptFrom } from '../../src/charging/session-receipt.ts';
import { boardId, eveningMs } from '../support/estate.ts';

// The receipt that follows from what is known of a session, whoever asks.

const minuteMs = 60_000;
const at = (minute: number) => eveningMs + minute * minuteMs;

describe('a receipt that follows from evidence', () => {
  const tariff = {
    ...{ tariffVersion: 'v', timeZone: 'Asia/Shanghai', currency: 'CNY' as const, effectiveFromMs: 0 },
    holdFen: 300,
    electricity: [{ fromHalfHour: 0, toHalfHour: 48, priceMilliYuanPerKWh: 600 }],
    service: { by: 'energy' as const, priceMilliYuanPerKWh: 300 },
    overstay: { graceMinutes: 0, priceMilliYuanPerHour: 600 },
  };
  const agreement = {
    ...{ sessionId: `${boardId}-1`, estateId: 'e', facilityId: 'f', deviceId: boardId, port: 2, order: 1 },
    ...{ authorisedAtMs: eveningMs, holdFen: 300, tariffVersion: 'v', energyLimitWh: 3000 },
    ...{ householdId: 'h1', credentialId: 'c1', startedBy: 'card' as const },
  };
  const account = (durationS: number, energyWh: number, minute: number) => ({
    ...{ receivedAtMs: at(minute), durationS, claim: { fen: 0, energyWh, stopReason: 'full' as const } },
  });
  const frameAt = (minute: number) => ({
    ...{ port: 2, chargingS: 60, energyWh: 10, powerW: 600, claimedFen: 0, portTemperatureC: 25 },
    receivedAtMs: at(minute),
  });
  const from = (more: Partial<SessionEvidence>) =>
    receiptFrom({ code: 'C', agreement, tariff, frames: [], receipts: [], ...more });
  const closed = { atMs: at(3), reason: 'not-started' as const };

  test('says why it was closed, as long as nothing better is known', () => {
    expect(from({ closed }).remarks).toEqual(['estimated', 'not-started']);
    const frames = [frameAt(1)];
    expect(from({ closed, frames }).remarks).toEqual(['end-never-told', 'estimated']);
    expect(from({ closed, settlement: account(3600, 1000, 60) }).remarks).toEqual([]);
    expect(from({}).remarks).toEqual(['estimated']);
  });

  test('is not of what began after it was closed, though that was soon', () => {
    const later = [frameAt(5)];
    expect(from({ closed, frames: later })).toMatchObject({
      ...{ totalFen: 0, remarks: ['estimated', 'not-started'], readings: [{ atMs: eveningMs, energyWh: 0 }] },
    });
    expect(from({ closed: { ...closed, atMs: at(5) }, frames: later }).readings).toHaveLength(2);
  });

  test('counts what others have spent of the day', () => {
    const settlement = account(3600, 1000, 60);
    const capped = { tariff: { ...tariff, capPerDayFen: 100 }, settlement };
    expect(from({ ...capped, spentBefore: { '2026-11-23': 60 * 36_000_000 } })).toMatchObject({
      ...{ chargedFen: 40, remarks: ['capped-per-day'], spentBefore: { '2026-11-23': 60 * 36_000_000 } },
    });
    expect(from(capped).chargedFen).toBe(90);
  });

  test('says that more was learned than is asked for, where that came after the session had been closed', () => {
    const dear = account(3600 * 6, 5000, 360);
    expect(from({ closed, settlement: dear })).toMatchObject({
      ...{ totalFen: 450, chargedFen: 300, remarks: ['late-truth-borne-by-us', 'limited-to-hold'] },
    });
    expect(from({ settlement: dear }).remarks).toEqual(['limited-to-hold']);
    expect(from({ closed, settlement: account(3600, 1000, 60) }).remarks).toEqual([]);
  });

  test('knows of a bike only where the board has told the end, and no stop was lost', () => {
    const settlement = account(3600, 1000, 60);
    const removedAtMs = at(120);
    expect(from({ settlement, removedAtMs })).toMatchObject({ removedAtMs, chargedFen: 90 + 60 });
    expect(from({ removedAtMs, closed })).not.toHaveProperty('removedAtMs');
    expect(from({ settlement, removedAtMs, stopAskedAtMs: at(30) })).not.toHaveProperty('removedAtMs');
  });

  test.each([
    ['as long before its settlement as that says', 'local', 600, 10, -600 + 600],
    ['before it was told of', 'local', 1200, 10, -600],
    ['half a day before that at most', 'local', 50_000, 10, -43_200],
    ['no earlier than agreed, where a card started it', 'card', 640, 10, 0],
  ] as const)('begins %s', (_, startedBy, durationS, minute, startS) => {
    const { readings } = from({
      agreement: { ...agreement, startedBy },
      settlement: account(durationS, 100, minute),
    });
    expect(((readings[0]?.atMs ?? 0) - eveningMs) / 1000).toBe(startS);
  });

  test('is paid by its package, unless that was given back and would have paid for something', () => {
    const allowance = { purchaseId: 'p', energyWh: 400, reservedAmount: 400 };
    const paid = { agreement: { ...agreement, allowance }, settlement: account(3600, 1000, 60) };
    expect(from(paid)).toMatchObject({ chargedFen: 54, allowance: { purchaseId: 'p', energyWh: 400 } });
    expect(from({ ...paid, packageReturned: false }).chargedFen).toBe(54);
    expect(from({ ...paid, packageReturned: true })).toMatchObject({ chargedFen: 90 });
    expect(from({ ...paid, packageReturned: true })).not.toHaveProperty('allowance');
    const nothing = { ...paid, settlement: account(3600, 0, 60), packageReturned: true };
    expect(from(nothing).allowance).toEqual({ purchaseId: 'p', energyWh: 400 });
  });
});
