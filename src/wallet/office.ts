import { readEstate } from '../estate/registry-store.ts';
import { type Backend, conflictIs, type Decision, record } from '../journal/commit.ts';
import { type Draft, draft, type Origin, standingFor } from '../journal/entry.ts';
import { decideAsked, type Verdict } from '../journal/second-person.ts';
import { type Posting, walletAccount } from '../ledger/ledger.ts';
import { DomainError } from '../shared/errors.ts';
import type { OfficeKind } from '../shared/key-steps.ts';
import { keys } from '../shared/keys.ts';
import { wallClock } from '../shared/local-time.ts';
import type { Write } from '../shared/table.ts';
import { type CashAlone, cashApprovalFen, withOrderAlone } from './cash-alone.ts';
import { checkSession, correct, type SessionCost } from './correction.ts';
import { householdExists } from './household.ts';
import {
  askingOf,
  type OfficeOrder,
  type OrderShown,
  orderIn,
  readOrder,
  shownOrder,
} from './office-order.ts';
import { payInPostings } from './pay-in.ts';
import { deposit, type Wallet, withdraw } from './wallet.ts';
import { putWallet, readWallet } from './wallet-store.ts';

/** What the office asks of the rest: what a session cost, for a correction of it. */
export interface Office extends Backend {
  readonly sessionCost: SessionCost;
}

/**
 * Books an order of the office, or lays it before a second person: every correction, and cash that is more than the
 * estate's limit together with what was booked alone for the household on the same local day. The same order again is
 * answered as it stands. Throws `money-invalid`, `not-found` (household, session), `too-little-money`,
 * `more-than-charged`, and `already-exists` when the id names another order.
 */
export async function askOrder(office: Office, origin: Origin, order: OfficeOrder): Promise<OrderShown> {
  const { estateId } = origin;
  const key = keys.officeOrder(estateId, order.kind, order.orderId, 'asked');
  const own = { ...origin, fact: `${order.kind} ${JSON.stringify(order)}` };
  const conflict = conflictIs('already-exists', `${order.kind} ${order.orderId} was another one`);
  await record(
    office,
    async (): Promise<Decision> => {
      const [before] = await office.table.get([key]);
      // What was asked before is not decided again: the money may have been spent since.
      if (before !== undefined) return { entry: standingFor(before, own, office.vault) };
      await householdExists(office.table, estateId, order.householdId);
      // As it is now, and not as a warm function remembers it: a limit that was lowered holds at once.
      const estate = await readEstate(office.table, estateId);
      const limitFen = estate.cashApprovalFen ?? cashApprovalFen;
      const { date } = wallClock(origin.receivedAtMs, estate.timeZone);
      const booking = await book(office, estateId, order);
      const cashAlone = withOrderAlone(booking.wallet.cashAlone, order, date, limitFen);
      if (cashAlone === undefined) return { entry: stepOf(own, order, 'asked', 'awaiting-approval') };
      return {
        entry: stepOf(own, order, 'asked', 'booked', booking, cashAlone),
        // Cash writes the wallet alone.
        writes: [putWallet({ ...booking.wallet, cashAlone })],
      };
    },
    conflict,
  );
  return readShown(office, estateId, order.kind, order.orderId);
}

/**
 * A second person approves or rejects. Approved twice, also at once, it is booked once. Throws `not-found`,
 * `same-person`, `already-decided` (the other way, or booked without), and what booking throws: the order then stays
 * open.
 */
export async function decideOrder(
  office: Office,
  origin: Origin,
  kind: OfficeKind,
  orderId: string,
  decision: Verdict,
): Promise<OrderShown> {
  const { estateId } = origin;
  const own = { ...origin, fact: `${decision} ${kind} ${orderId}` };
  await decideAsked(office, own, askingOf(estateId, kind, orderId), own.fact, async (asked) => {
    const order = orderIn(asked);
    if (decision === 'rejected') return { entry: stepOf(own, order, 'decided', decision) };
    const booking = await book(office, estateId, order);
    return {
      entry: stepOf(own, order, 'decided', decision, booking),
      writes: booking.writes,
    };
  });
  return readShown(office, estateId, kind, orderId);
}

/** Throws `not-found`. */
export async function readShown(
  { table }: Pick<Office, 'table'>,
  estateId: string,
  kind: OfficeKind,
  orderId: string,
): Promise<OrderShown> {
  const { asked, decided } = await readOrder(table, estateId, kind, orderId);
  if (asked === undefined) throw new DomainError('not-found', `There is no ${kind} ${orderId}`);
  return shownOrder(asked, decided);
}

/** What an order does to the books, on the wallet as it is now. */
interface Booking {
  readonly wallet: Wallet;
  readonly owedFen: number;
  readonly postings: readonly Posting[];
  readonly writes: readonly Write[];
}

async function book(office: Office, estateId: string, order: OfficeOrder): Promise<Booking> {
  const { kind, orderId, householdId, amountFen } = order;
  // Before everything else that is decided on: whoever charges or refunds meanwhile writes the wallet.
  const before = await readWallet(office.table, estateId, householdId);
  if (kind === 'cash-top-up') {
    const wallet = deposit(before, amountFen);
    const postings = payInPostings('cash', before, wallet, amountFen, orderId);
    return { wallet, owedFen: 0, postings, writes: [putWallet(wallet)] };
  }
  if (kind === 'cash-refund') {
    const wallet = withdraw(before, amountFen);
    const postings: Posting[] = [
      { debit: walletAccount(householdId), credit: 'cash', amountFen, memo: orderId },
    ];
    return { wallet, owedFen: 0, postings, writes: [putWallet(wallet)] };
  }
  const tracked = await checkSession(office, estateId, order);
  const { wallet, owedFen, postings } = correct(before, order);
  return { wallet, owedFen, postings, writes: [putWallet(wallet), ...tracked] };
}

function stepOf(
  origin: Origin,
  order: OfficeOrder,
  step: 'asked' | 'decided',
  outcome: OrderShown['state'],
  booking?: Booking,
  cashAlone?: CashAlone,
): Draft {
  const result =
    booking === undefined
      ? {}
      : {
          balanceAfterFen: booking.wallet.balanceFen,
          ...(booking.owedFen === 0 ? {} : { owedFen: booking.owedFen }),
          ...(cashAlone === undefined ? {} : { cashAlone }),
        };
  return draft(keys.officeOrder(origin.estateId, order.kind, order.orderId, step), origin, {
    kind: order.kind,
    outcome,
    facts: { order, ...result },
    ...(booking === undefined ? {} : { postings: booking.postings }),
  });
}
