import { largestTopUpFen } from '../../contract/shapes/payment.ts';
import { type Backend, conflictIs, record } from '../journal/commit.ts';
import { draft, type Origin } from '../journal/entry.ts';
import { DomainError } from '../shared/errors.ts';
import { keys } from '../shared/keys.ts';
import { putWallet, readWallet } from '../wallet/wallet-store.ts';
import { nextLookMs, type Order, orderIdOf, payWithinMs } from './order.ts';
import { openOrders, orderPointers, putOrder, readOrder } from './order-store.ts';
import { type Invitation, type Payments, type ProviderName, providerOf } from './provider.ts';

export interface OrderRequest {
  /** Chosen by who asks: the same one makes one order, however often it is sent. */
  readonly requestId: string;
  readonly householdId: string;
  readonly amountFen: number;
  readonly provider: ProviderName;
  readonly way: 'native' | 'jsapi';
  /** Who pays, as WeChat calls them in this merchant's app; needed for `jsapi`. */
  readonly openId?: string | undefined;
}

/** What the payer reads on the phone. */
const description = '余额充值 Wallet top-up';

/**
 * Writes the order down, and then asks the provider for it: in the other order, a payment could arrive for an order
 * that nobody knows. Throws `not-found` for a household that is not there, `money-invalid`, `bad-request`,
 * `too-many-orders` where five of the household can still be paid, `already-exists` when the request was another one before, `provider-unconfigured`, and what the provider throws; the
 * request can then be sent again. An order that was decided already is answered as it is, without an invitation.
 */
export async function createOrder(
  backend: Backend,
  payments: Payments,
  origin: Origin,
  request: OrderRequest,
): Promise<{ readonly order: Order; readonly invitation?: Invitation }> {
  check(request);
  const provider = providerOf(payments, request.provider);
  const orderId = orderIdOf(origin.estateId, request.householdId, request.requestId);
  await write(backend, origin, orderId, request);
  const order = await readOrder(backend.table, origin.estateId, orderId);
  if (order === undefined) throw new DomainError('not-found', `There is no order ${orderId}`);
  if (order.state !== 'created' || backend.clock.now() >= order.expiresAtMs) return { order };
  const { amountFen, expiresAtMs, way } = order;
  const { openId } = request;
  const invitation = await provider.createOrder({
    orderId,
    amountFen,
    description,
    expiresAtMs,
    way,
    openId,
  });
  if (!('qrText' in invitation)) return { order, invitation };
  // Only so that it can be shown again: whoever changed the order in the meantime had better news.
  const invited = { ...order, qrText: invitation.qrText };
  if (order.qrText !== invitation.qrText) await backend.table.commit([putOrder(invited)]);
  return { order: invited, invitation };
}

function check({ amountFen, way, openId, provider }: OrderRequest): void {
  if (!Number.isSafeInteger(amountFen) || amountFen < 1 || amountFen > largestTopUpFen)
    throw new DomainError('money-invalid', `A top-up is a whole number of 1 to ${largestTopUpFen} fen`);
  if (way === 'jsapi' && (provider !== 'wechat-pay' || openId === undefined))
    throw new DomainError('bad-request', 'The way jsapi is for WeChat Pay and needs the payer’s openId');
}

/** More than anybody pays at once; each is asked for at the provider, and watched. */
const openAtMost = 5;

async function checkOpen(
  { table }: Backend,
  estateId: string,
  householdId: string,
  nowMs: number,
): Promise<void> {
  if ((await openOrders(table, estateId, householdId, nowMs)) < openAtMost) return;
  throw new DomainError(
    'too-many-orders',
    `${openAtMost} orders can still be paid: pay one of them, or wait`,
  );
}

async function write(
  backend: Backend,
  origin: Origin,
  orderId: string,
  { householdId, amountFen, provider, way }: OrderRequest,
): Promise<void> {
  const { estateId, receivedAtMs } = origin;
  const [household] = await backend.table.get([keys.household(estateId, householdId)]);
  if (household === undefined) throw new DomainError('not-found', `There is no household ${householdId}`);
  const terms = { orderId, estateId, householdId, provider, way, amountFen };
  const expiresAtMs = receivedAtMs + payWithinMs;
  const isAnother = conflictIs('already-exists', 'The request was another order before');
  await record(
    backend,
    async () => {
      // First, and written as it is: of two orders that are asked for at once, one is counted again.
      const wallet = await readWallet(backend.table, estateId, householdId);
      const isNew = (await readOrder(backend.table, estateId, orderId)) === undefined;
      if (isNew) await checkOpen(backend, estateId, householdId, receivedAtMs);
      const order: Order = {
        ...terms,
        state: 'created',
        createdAtMs: receivedAtMs,
        expiresAtMs,
        refundedFen: 0,
        asked: 0,
        dueAtMs: nextLookMs({ expiresAtMs, asked: 0 }, receivedAtMs),
      };
      return {
        entry: draft(
          keys.paymentStep(estateId, orderId, 'created'),
          { ...origin, fact: JSON.stringify(terms) },
          { kind: 'payment-ordered', outcome: 'created', facts: terms },
        ),
        writes: [putOrder(order), ...orderPointers(order), putWallet(wallet)],
      };
    },
    isAnother,
  );
}
