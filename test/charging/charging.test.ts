import { describe, expect, test } from 'vitest';
import { encodeCard, type StartRequest } from '../../simulator/devices/juy-frames.ts';
import { receiptIn } from '../../src/charging/steps.ts';
import { accountsOf } from '../../src/wallet/accounts.ts';
import { reading } from '../support/board.ts';
import { estateOfEachTest } from '../support/each-test.ts';
import { boardId, cardNumber, estateId, eveningMs } from '../support/estate.ts';
import { writeViews } from '../support/views.ts';

const minuteMs = 60_000;
const estate = estateOfEachTest();

const live = (port: number, chargingS: number, energyWh: number) =>
  estate.board.frame(reading(port, chargingS, energyWh));
const settlement = (start: StartRequest, durationS: number, energyWh: number) =>
  estate.board.settles(start, durationS, energyWh, { moneyFen: 99 });

describe('a session by card', () => {
  test('holds money before power, and tells the board how much energy that can pay for', async () => {
    const start = await estate.board.starts(2);
    expect(start).toMatchObject({ port: 2, mode: 'energy', availableFen: 300 });
    // 299 fen at 0.617 + 0.300 yuan/kWh is 3.26 kWh; a whole 300 could round up past the hold.
    expect(start.parameter).toBe(326);
    expect((await estate.wallet()).holds).toMatchObject({
      [`${boardId}-${start.order}`]: { amountFen: 300 },
    });
  });

  test('is billed by our tariff, not by the board, in two lines', async () => {
    const start = await estate.board.starts(2);
    estate.clockMs += 120 * minuteMs;
    await settlement(start, 7200, 500);
    const receipt = receiptIn(estate.entries('settlement')[0]);
    // 500 Wh × 0.617 = 0.3085 → 31 fen; 500 Wh × 0.300 = 0.15 → 15 fen.
    expect(receipt?.lines.map(({ line, amountFen }) => [line, amountFen])).toEqual([
      ['electricity', 31],
      ['service', 15],
    ]);
    expect(receipt?.boardClaim).toEqual({ fen: 99, energyWh: 500, stopReason: 'full' });
    expect(await estate.wallet()).toMatchObject({ balanceFen: 2000 - 46, holds: {} });
    expect(estate.board.told().at(-1)).toEqual({ kind: 'settlement-answer', port: 2, order: start.order });
  });

  test('crosses 22:00 at the meter reading nearest to it', async () => {
    const start = await estate.board.starts(1);
    estate.clockMs = eveningMs + 3 * 60 * minuteMs;
    await live(1, 3 * 3600, 600);
    estate.clockMs = eveningMs + 4 * 60 * minuteMs;
    await settlement(start, 4 * 3600, 800);
    const [electricity] = receiptIn(estate.entries('settlement')[0])?.lines ?? [];
    expect(electricity?.slices).toMatchObject([
      { energyWh: 600, priceMilliYuan: 617, measured: true },
      { energyWh: 200, priceMilliYuan: 307, measured: true },
    ]);
    // 370,200 + 61,400 micro-yuan: one rounding for the line.
    expect(electricity?.amountFen).toBe(43);
  });

  test('is settled once however often the board repeats itself, and answered every time', async () => {
    const start = await estate.board.starts(2);
    estate.clockMs += 60 * minuteMs;
    for (let time = 0; time < 3; time += 1) await settlement(start, 3600, 500);
    expect(estate.entries('settlement')).toHaveLength(1);
    expect(estate.board.toldTo('settlement-answer')).toHaveLength(3);
    expect((await estate.wallet()).balanceFen).toBe(2000 - 46);
  });

  test('held to the port again, gets the same start again and no second hold', async () => {
    await estate.board.card(2);
    estate.clockMs += 3000;
    await estate.board.says('0x87', encodeCard(2, cardNumber, 2));
    const [first, second] = estate.board.toldTo('start');
    expect(second).toEqual(first);
    expect(Object.keys((await estate.wallet()).holds)).toHaveLength(1);
  });

  test('sent twice, is started once: the second answer says so in other words', async () => {
    const start = await estate.board.starts(2);
    await estate.board.startAnswer(start, 1);
    expect(estate.refusals()).toEqual([]);
    expect(estate.entries('session-start-answered')).toHaveLength(1);
  });

  test('has no second session at another port', async () => {
    await estate.board.starts(2);
    await estate.board.card(3);
    expect(estate.board.toldTo('start')).toHaveLength(1);
    expect(estate.refusals()).toEqual(['credential-busy']);
    expect(estate.board.told().at(-1)).toMatchObject({ kind: 'card-answer', result: 6 });
  });

  test('gives the hold back when the port cannot start', async () => {
    await estate.board.card(2);
    await estate.board.startAnswer(estate.board.lastStart(), 2);
    expect(await estate.wallet()).toMatchObject({ balanceFen: 2000, holds: {} });
  });
});

describe('when something is lost', () => {
  test('a start that nobody answers is given up: the hold goes back and the port is told to stop', async () => {
    await estate.board.card(2);
    estate.clockMs += 2 * minuteMs;
    await estate.sweep();
    expect(await estate.wallet()).toMatchObject({ balanceFen: 2000, holds: {} });
    expect(estate.board.told().at(-1)).toMatchObject({ kind: 'stop', port: 2 });
    await estate.sweep();
    expect(estate.entries('session-closed')).toHaveLength(1);
  });

  test('a session whose end is never told is closed at its last reading, and corrected by the late truth', async () => {
    const start = await estate.board.starts(2);
    estate.clockMs = eveningMs + 60 * minuteMs;
    await live(2, 3600, 1000);
    await estate.sweep();
    expect((await estate.wallet()).holds).not.toEqual({});
    estate.clockMs = eveningMs + 13 * 60 * minuteMs;
    await estate.sweep();
    const estimate = receiptIn(estate.entries('session-closed')[0]);
    expect(estimate).toMatchObject({ estimated: true, chargedFen: 92 });
    await settlement(start, 3000, 800);
    const truth = receiptIn(estate.entries('settlement')[0]);
    expect(truth).toMatchObject({
      estimated: false,
      chargedFen: 73,
      adjustments: [{ atMs: estate.clockMs, why: 'board-settlement', beforeFen: 92, afterFen: 73 }],
    });
    expect(await estate.wallet()).toMatchObject({ balanceFen: 2000 - 73, holds: {} });
  });

  test('a late truth that costs more is claimed', async () => {
    const start = await estate.board.starts(2);
    estate.clockMs = eveningMs + 2 * minuteMs;
    await estate.sweep();
    estate.clockMs = eveningMs + 13 * 60 * minuteMs;
    await estate.sweep();
    await settlement(start, 3600, 1000);
    expect(receiptIn(estate.entries('settlement')[0])).toMatchObject({
      chargedFen: 92,
      adjustments: [{ why: 'board-settlement', beforeFen: 0, afterFen: 92 }],
    });
    expect((await estate.wallet()).balanceFen).toBe(2000 - 92);
  });

  test('the settlement of an order that nobody knows is answered, kept and counted', async () => {
    await estate.board.settles({ port: 3, order: 77 }, 60, 10);
    expect(estate.board.told()).toEqual([{ kind: 'settlement-answer', port: 3, order: 77 }]);
    expect(estate.refusals()).toEqual(['unknown-order']);
  });

  test('an odometer in place of the energy of the session is not billed', async () => {
    const start = await estate.board.starts(2);
    estate.clockMs = eveningMs + 30 * minuteMs;
    await live(2, 1800, 100);
    estate.clockMs = eveningMs + 60 * minuteMs;
    await settlement(start, 3600, 987650);
    const receipt = receiptIn(estate.entries('settlement')[0]);
    expect(receipt).toMatchObject({ remarks: ['impossible-energy'], boardClaim: { energyWh: 987_650 } });
    expect(receipt?.readings.at(-1)?.energyWh).toBe(100);
  });
});

describe('a port', () => {
  test('that delivers more than the hold can pay for is told to stop', async () => {
    const start = await estate.board.starts(2);
    estate.clockMs += 6 * 60 * minuteMs;
    await live(2, 6 * 3600, 3400);
    expect(estate.board.told().at(-1)).toEqual({ kind: 'stop', port: 2, order: start.order });
  });

  test('whose meter shows what no port can deliver is left on', async () => {
    await estate.board.starts(2);
    estate.clockMs += 60 * minuteMs;
    const before = estate.published.length;
    await live(2, 3600, 987650);
    expect(estate.published).toHaveLength(before);
  });

  test('that was stopped, and never settles, gives the hold back within minutes', async () => {
    const start = await estate.board.starts(2);
    estate.clockMs += 30 * minuteMs;
    await estate.board.stopAnswer(start.order);
    estate.clockMs += 11 * minuteMs;
    await estate.sweep();
    expect((await estate.wallet()).holds).toEqual({});
  });

  test('that delivers without a session is told to stop', async () => {
    const start = await estate.board.starts(2);
    estate.clockMs += 60 * minuteMs;
    await settlement(start, 3600, 500);
    estate.clockMs += 10 * minuteMs;
    await live(2, 4200, 600);
    expect(estate.board.told().at(-1)).toEqual({ kind: 'stop', port: 2, order: start.order });
  });

  test('that was started at the board is left alone, and billed nothing', async () => {
    await estate.board.startsAlone(4, 9);
    estate.clockMs += 10 * minuteMs;
    await live(4, 600, 20);
    expect(estate.board.told()).toEqual([{ kind: 'local-start-answer', port: 4, order: 9 }]);
    await estate.board.settles({ port: 4, order: 9 }, 600, 20);
    expect(estate.entries('settlement')[0]?.postings).toBeUndefined();
  });
});

test('the ledger sums to zero and says what the wallets say', async () => {
  const start = await estate.board.starts(2);
  estate.clockMs += 60 * minuteMs;
  await settlement(start, 3600, 500);
  await writeViews(estate);
  const accounts = await accountsOf(estate.table, estateId);
  expect(accounts.reduce((sum, { balanceFen }) => sum + balanceFen, 0)).toBe(0);
  expect(accounts).toContainEqual({ account: 'wallet:h1', balanceFen: 1954, heldFen: 0, walletFen: 1954 });
});
