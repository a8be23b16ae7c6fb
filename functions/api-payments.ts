import * as z from 'zod/mini';
import { paymentsContract } from '../contract/routes/payments.ts';
import { shownOrderSchema, shownRefundSchema } from '../contract/shapes/payment.ts';
import { createOrder } from '../src/payments/create-order.ts';
import type { Order } from '../src/payments/order.ts';
import { ordersOfHousehold, readOrder, refundsOfOrder } from '../src/payments/order-store.ts';
import { requestRefund } from '../src/payments/request-refund.ts';
import { DomainError } from '../src/shared/errors.ts';
import { awsBackend } from './wiring/backend.ts';
import { originOf } from './wiring/origin.ts';
import { awsPayments } from './wiring/payments.ts';
import { checkOwn, householdAsked, householdOf, ownHousehold } from './wiring/person.ts';
import { paymentVault } from './wiring/secrets.ts';
import { type Call, serve } from './wiring/serve.ts';

const [backend, payments] = await Promise.all([awsBackend(paymentVault()), awsPayments()]);
const { table, clock } = backend;
const listed = 50;

/** Top-ups by a payment provider, and what goes back of them. */
export const handler = serve(paymentsContract, {
  'POST /estates/{estateId}/payments': async (call) => {
    const request = { ...call.body, householdId: householdOf(call.person) };
    const { order, invitation } = await createOrder(backend, payments, originOf(clock, call), request);
    const jsapi = invitation !== undefined && 'jsapi' in invitation ? { jsapi: invitation.jsapi } : {};
    return { ...z.parse(shownOrderSchema, order), ...jsapi };
  },
  'GET /estates/{estateId}/payments': async ({ person, path, query }) => {
    const householdId = householdAsked(person, query.householdId);
    const orders = await ordersOfHousehold(table, path.estateId, householdId, listed);
    return { payments: orders.map((order) => z.parse(shownOrderSchema, order)) };
  },
  'GET /estates/{estateId}/payments/{orderId}': async (call) => {
    const order = await seenOrder(call);
    const refunds = await refundsOfOrder(table, order.estateId, order.orderId);
    const shown = refunds.map((refund) => z.parse(shownRefundSchema, refund));
    return { ...z.parse(shownOrderSchema, order), refunds: shown };
  },
  'POST /estates/{estateId}/payments/{orderId}/refunds': async (call) => {
    const { orderId } = await seenOrder(call);
    const refund = await requestRefund(backend, payments, originOf(clock, call), { ...call.body, orderId });
    return z.parse(shownRefundSchema, refund);
  },
});

/** The order of the path, if it is there for this person. */
async function seenOrder({
  person,
  path: { estateId, orderId },
}: Call<'estateId' | 'orderId'>): Promise<Order> {
  const own = ownHousehold(person);
  const order = await readOrder(table, estateId, orderId);
  if (order === undefined) throw new DomainError('not-found', `There is no order ${orderId}`);
  checkOwn(own, order.householdId, `order ${orderId}`);
  return order;
}
