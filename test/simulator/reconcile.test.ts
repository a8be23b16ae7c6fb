import { describe, expect, it } from 'vitest';
import type { BillSlice } from '../../contract/shapes/receipt.ts';
import {
  type CloudBooks,
  type CloudReceipt,
  type CloudSession,
  reconcile,
} from '../../simulator/reconcile.ts';
import { layoutFor, TOP_UP_FEN } from '../../simulator/replay-layout.ts';
import type { Played } from '../../simulator/replay-run.ts';
import { readSessions } from '../../simulator/sessions.ts';

const CSV = `session_ID;Garage_ID;User_ID;Start_plugin;End_plugout;El_kWh;Duration_hours
1;G1;U1;21.12.2018 18:00;21.12.2018 21:00;9,5;3
2;G1;U2;21.12.2018 19:00;NA;9,5;NA
3;G1;U2;21.12.2018 20:00;21.12.2018 23:00;5;3
`;
const file = readSessions(CSV, { timeZone: 'Europe/Oslo' });
const layout = layoutFor(file.sessions);
const [imei = ''] = layout.garages.flatMap(({ boards }) => boards.map((board) => board.imei));

const played: Played[] = file.sessions.map((session, index) => ({
  ...{ session, imei, port: index + 1, order: index + 100, problems: [] },
  closed: {
    ...{ port: index + 1, order: index + 100, seconds: 10_000 },
    ...{ energyWh: 400.4, reportedWh: 400, stopReason: 6 },
  },
}));

const slice = (priceMilliYuan: number): BillSlice => ({
  ...{ kind: 'energy', measured: true, energyWh: 400, fromMs: 0, toMs: 10_000_000 },
  ...{ priceMilliYuan, per: 'kWh', amountGrains: 400 * priceMilliYuan * 3600 },
});
// 400 Wh at 0.617 and 0.300 yuan per kWh: 24.68 and 12 fen.
const receipt: CloudReceipt = {
  lines: [
    { line: 'electricity', amountFen: 25, slices: [slice(617)] },
    { line: 'service', amountFen: 12, slices: [slice(300)] },
  ],
  totalFen: 37,
  remarks: [],
};
const sessions: CloudSession[] = played.map(({ session, port, order }) => ({
  sessionId: `${imei}-${order}`,
  deviceId: imei,
  port,
  householdId: layout.users.find(({ userId }) => userId === session.userId)?.householdId,
  ...{ state: 'settled', startedAtMs: session.startMs, energyWh: 400, totalFen: 37, receipt },
  stay: { enteredAtMs: session.startMs, leftAtMs: session.endMs },
}));
const books: CloudBooks = {
  sessions,
  accounts: [
    { account: 'cash', balanceFen: -2 * TOP_UP_FEN },
    { account: 'revenue:electricity', balanceFen: 50 },
    { account: 'revenue:service', balanceFen: 24 },
    { account: 'wallet:user-1', balanceFen: TOP_UP_FEN - 37, heldFen: 0 },
    { account: 'wallet:user-2', balanceFen: TOP_UP_FEN - 37, heldFen: 0 },
  ],
  ...{ inside: 0, refusals: {}, deadLetters: [], rebuildDifferences: [] },
};
const unaccounted = (changed: Partial<CloudBooks>, sessions: readonly Played[] = played) =>
  reconcile(file, layout, sessions, { ...books, ...changed }).unaccounted;
const withSession = (change: Partial<CloudSession>) =>
  unaccounted({
    sessions: sessions.map((session, index) => (index === 0 ? { ...session, ...change } : session)),
  });

describe('the layout of a replay', () => {
  it('has as many ports as the busiest minute needs, and a card for every user', () => {
    expect(layout.garages).toMatchObject([{ garageId: 'G1', boards: [{ settlementUnitWh: 1 }] }]);
    expect(layout.users.map(({ userId }) => userId)).toEqual(['U1', 'U2']);
    const busy = Array.from(
      { length: 13 },
      (_, user) => `${user};G1;U${user};21.12.2018 18:00;21.12.2018 18:00;9,5;3`,
    ).join('\n');
    const crowd = readSessions(`${CSV.split('\n')[0]}\n${busy}`, { timeZone: 'Europe/Oslo' });
    expect(layoutFor(crowd.sessions).garages[0]?.boards).toHaveLength(2);
  });
});

describe('the accounts of a replay', () => {
  it('add up', () => {
    const result = reconcile(file, layout, played, books);
    expect(result.unaccounted).toEqual([]);
    expect(result).toMatchObject({
      sessions: { read: 3, refused: { 'no-end': 1 }, replayed: 2 },
      sessionsSettled: 2,
      energyWh: { settledByBoards: 800, billed: 800 },
      moneyFen: { toppedUp: 2 * TOP_UP_FEN, charged: 74, electricity: 50, service: 24 },
      stays: { joinedAndClosed: 2, stillInside: 0 },
    });
  });

  it('name every session that was lost on the way', () => {
    expect(unaccounted({}, played.slice(0, 1))).toContain('rows read: 3 expected, 2 found');
    expect(unaccounted({ sessions: sessions.slice(0, 1) })).toContain(
      'session 3: the cloud knows no session of it',
    );
    const [first, second] = played;
    if (!first || !second) throw new Error('two sessions were played');
    const { closed: _, ...open } = first;
    expect(unaccounted({}, [open, second])).toContain('session 1: the board never closed its session');
    expect(unaccounted({}, [{ ...first, problems: ['swipe in: stale'] }, second])).toEqual([
      'session 1: swipe in: stale',
    ]);
  });

  it('name a session that is not as it was', () => {
    expect(withSession({ state: 'estimated' })).toEqual(['session 1: its session is estimated']);
    expect(withSession({ householdId: 'user-2' })).toEqual(['session 1: billed to user-2, not to user-1']);
    expect(withSession({ stay: undefined })).toEqual([
      'session 1: its session is not joined to a closed stay',
    ]);
    expect(withSession({ receipt: undefined })).toContain(`session ${imei}-100 has no receipt`);
    expect(withSession({ receipt: { ...receipt, remarks: ['estimated'] } })).toEqual([
      `session ${imei}-100: remark estimated`,
    ]);
  });

  it('name a bill that cannot be added up by hand', () => {
    const [electricity, service] = receipt.lines;
    if (!electricity || !service) throw new Error('a bill has two lines');
    const lines = [{ ...electricity, amountFen: 24 }, service];
    expect(withSession({ receipt: { ...receipt, lines, totalFen: 36 }, totalFen: 36 })).toContain(
      `session ${imei}-100: electricity in fen: 25 expected, 24 found`,
    );
  });

  it('name money, people and messages that are left over', () => {
    const accounts = books.accounts.map((entry) =>
      entry.account === 'wallet:user-1'
        ? { ...entry, balanceFen: entry.balanceFen - 1, heldFen: 300 }
        : entry,
    );
    expect(unaccounted({ accounts })).toEqual([
      `money in fen: ${2 * TOP_UP_FEN} expected, ${2 * TOP_UP_FEN - 1} found`,
      'sum of all accounts: 0 expected, -1 found',
      'money still held, in fen: 0 expected, 300 found',
    ]);
    expect(unaccounted({ inside: 1 })).toEqual(['stays still open: 0 expected, 1 found']);
    expect(unaccounted({ refusals: { 'bad-checksum': 2 } })).toEqual([
      'the cloud refused 2 messages: bad-checksum',
    ]);
    expect(unaccounted({ deadLetters: ['bulk: {}'] })).toEqual(['dead letter bulk: {}']);
  });
});
