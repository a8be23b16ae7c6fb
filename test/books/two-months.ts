import { startOfMonth } from '../../src/books/close/book-day.ts';
import type { Posting } from '../../src/ledger/ledger.ts';
import { keys } from '../../src/shared/keys.ts';
import {
  addHouseholds,
  type BooksWorld,
  board,
  booksWorld,
  close,
  cost,
  estateId,
} from './ledger-builder.ts';
import * as told from './told-sessions.ts';

export const zone = 'Asia/Shanghai';
export const hour = 3_600_000;
export const october = startOfMonth('2026-10', zone);
const november = startOfMonth('2026-11', zone);
export const closedAtMs = november + 14 * hour;
const decemberMs = startOfMonth('2026-12', zone) + 14 * hour;
export const first = {
  order: 1,
  householdId: 'h1',
  startedAtMs: october + 5 * hour,
  endedAtMs: october + 9 * hour,
};
const { householdId: _, ...nobodys } = told.agreementOf({ order: 6, endedAtMs: october });
const agreement = (order: number) => ({
  ...nobodys,
  ...{ sessionId: `${board}-${order}`, facilityId: 'garage', deviceId: board, port: 2 },
});
const receiptOf = (...readings: { atMs: number; energyWh: number }[]) => ({
  ...told.receiptOf({ order: 6, endedAtMs: 0 }),
  ...{ readings, remarks: ['not-started'] },
});

/** One of everything, and in November a truth about October. */
export async function twoMonths(): Promise<BooksWorld> {
  const world = await booksWorld(zone);
  await addHouseholds(world, 'h1', 'h2');
  await world.topUp(october + hour, 'h1', 5000);
  const estimated = { ...first, energyWh: 800, estimated: true };
  await world.session(october + 9 * hour, 'closed', estimated, cost('h1', 40, 24));
  await world.session(
    october + 30 * hour,
    'settled',
    { ...first, energyWh: 700, revision: 1 },
    cost('h1', -5, -3),
  );
  // An older truth that comes late says nothing new.
  await world.session(october + 31 * hour, 'late', { ...first, energyWh: 900 }, []);
  const bought: Posting = { debit: 'wallet:h1', credit: 'revenue:package', amountFen: 300, memo: 'p1' };
  const buying = { purchaseId: 'p1', tariffVersion: '2026-02' };
  await world.post(october + 32 * hour, keys.purchase(estateId, 'h1', 'p1'), 'package-bought', buying, [
    bought,
  ]);
  const claim: Posting = {
    debit: 'receivable:h2',
    credit: 'revenue:electricity',
    amountFen: 7,
    memo: 'order-1',
  };
  const order = { sessionId: `${board}-1`, reason: 'broken meter' };
  await world.post(october + 33 * hour, { pk: 'ORDER', sk: '1' }, 'correction', { order }, [claim]);
  const never = {
    agreement: { ...agreement(4), householdId: 'h9' },
    receipt: receiptOf({ atMs: 0, energyWh: 3 }),
  };
  await world.post(
    october + 34 * hour,
    { pk: `DEVICE#${board}`, sk: 'SESSION#4#closed' },
    'session-closed',
    never,
    [],
  );
  // Free, of a household that nobody has registered.
  const free = {
    order: 5,
    householdId: 'h9',
    startedAtMs: october + 35 * hour,
    endedAtMs: october + 36 * hour,
  };
  const shed = { ...free, energyWh: 0, facilityId: 'shed', tariffVersion: '2026-02' };
  await world.session(october + 36 * hour, 'settled', shed, []);
  const guest = receiptOf(
    { atMs: october + 38 * hour, energyWh: 0 },
    { atMs: october + 39 * hour, energyWh: 500 },
  );
  const paid: Posting = { debit: 'cash', credit: 'revenue:service', amountFen: 50, memo: 'guest' };
  const facts = { agreement: agreement(6), receipt: guest };
  await world.post(october + 40 * hour, { pk: 'GUEST', sk: '1' }, 'settlement', facts, [paid]);
  world.nowMs = closedAtMs;
  await close(world, '2026-10');
  await world.session(
    closedAtMs + hour,
    'adjusted',
    { ...first, energyWh: 650, revision: 2 },
    cost('h1', -4, 0),
  );
  world.nowMs = decemberMs;
  await close(world, '2026-11');
  return world;
}
