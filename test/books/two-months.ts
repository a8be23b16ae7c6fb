import type { Posting } from '../../src/ledger/ledger.ts';
import { keys } from '../../src/shared/keys.ts';
import {
  type BooksWorld,
  board,
  booksWorld,
  closeInTime,
  cost,
  estateId,
  hour,
  november,
  october,
  ran,
  zone,
} from './ledger-builder.ts';
import * as told from './told-sessions.ts';

export const closedAtMs = november + 14 * hour;
export const first = ran(1, 'h1', october + 5 * hour, october + 9 * hour, 0);
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
  const world = await booksWorld(zone, 'h1', 'h2');
  await world.topUp(october + hour, 'h1', 5000);
  const estimated = { ...first, energyWh: 800, estimated: true };
  await world.session(october + 9 * hour, 'closed', estimated, cost('h1', 40, 24));
  const truth = { ...first, energyWh: 700, revision: 1 };
  await world.session(october + 30 * hour, 'settled', truth, cost('h1', -5, -3));
  // An older truth that comes late says nothing new.
  await world.session(october + 31 * hour, 'late', { ...first, energyWh: 900 }, []);
  const bought: Posting = { debit: 'wallet:h1', credit: 'revenue:package', amountFen: 300, memo: 'p1' };
  const buying = { purchaseId: 'p1', tariffVersion: '2026-02' };
  const purchase = keys.purchase(estateId, 'h1', 'p1');
  await world.post(october + 32 * hour, purchase, 'package-bought', buying, [bought]);
  const memo = 'order-1';
  const claim: Posting = { debit: 'receivable:h2', credit: 'revenue:electricity', amountFen: 7, memo };
  const order = { sessionId: `${board}-1`, reason: 'broken meter' };
  await world.post(october + 33 * hour, { pk: 'ORDER', sk: '1' }, 'correction', { order }, [claim]);
  const never = {
    agreement: { ...agreement(4), householdId: 'h9' },
    receipt: receiptOf({ atMs: 0, energyWh: 3 }),
  };
  const ended = { pk: `DEVICE#${board}`, sk: 'SESSION#4#closed' };
  await world.post(october + 34 * hour, ended, 'session-closed', never, []);
  // Free, of a household that nobody has registered.
  const free = ran(5, 'h9', october + 35 * hour, october + 36 * hour, 0);
  const shed = { ...free, facilityId: 'shed', tariffVersion: '2026-02' };
  await world.session(october + 36 * hour, 'settled', shed, []);
  const guest = receiptOf(
    { atMs: october + 38 * hour, energyWh: 0 },
    { atMs: october + 39 * hour, energyWh: 500 },
  );
  const paid: Posting = { debit: 'cash', credit: 'revenue:service', amountFen: 50, memo: 'guest' };
  const facts = { agreement: agreement(6), receipt: guest };
  await world.post(october + 40 * hour, { pk: 'GUEST', sk: '1' }, 'settlement', facts, [paid]);
  await closeInTime(world, '2026-10');
  const late = { ...first, energyWh: 650, revision: 2 };
  await world.session(closedAtMs + hour, 'adjusted', late, cost('h1', -4, 0));
  await closeInTime(world, '2026-11');
  return world;
}
