import middy from '@middy/core';
import * as z from 'zod/mini';
import { createOrder } from '../src/payments/create-order.ts';
import type { Order } from '../src/payments/order.ts';
import { ordersOfHousehold, readOrder, refundsOfOrder } from '../src/payments/order-store.ts';
import { requestRefund } from '../src/payments/request-refund.ts';
import { DomainError } from '../src/shared/errors.ts';
import {
  householdSchema,
  payRequestSchema,
  refundRequestSchema,
  shownOrderSchema,
  shownRefundSchema,
} from './contract/payments.ts';
import { awsBackend } from './wiring/backend.ts';
import {
  type Call,
  estateOf,
  type HttpRequest,
  householdOf,
  named,
  namedErrors,
  type Role,
  routes,
} from './wiring/http.ts';
import { originOf } from './wiring/origin.ts';
import { awsPayments } from './wiring/payments.ts';

const [backend, payments] = await Promise.all([awsBackend(), awsPayments()]);
const { table, clock } = backend;
const staff: readonly Role[] = ['manager', 'operator'];
const listed = 50;

/** Top-ups by a payment provider, and what goes back of them. */
export const handler = middy<HttpRequest>()
  .use(namedErrors)
  .handler(
    routes({
      'POST /estates/{estateId}/payments': async (call) => {
        const estateId = estateOf(call, ['resident']);
        const householdId = householdOf(call);
        const request = { ...payRequestSchema.parse(call.body), householdId };
        const origin = originOf(clock, call, estateId, '');
        const { order, invitation } = await createOrder(backend, payments, origin, request);
        const jsapi = invitation !== undefined && 'jsapi' in invitation ? { jsapi: invitation.jsapi } : {};
        return { status: 201, body: { ...z.parse(shownOrderSchema, order), ...jsapi } };
      },
      'GET /estates/{estateId}/payments': async (call) => {
        const estateId = estateOf(call, [...staff, 'resident']);
        const householdId = isStaff(call)
          ? householdSchema.parse(call.query['householdId'])
          : householdOf(call);
        if (householdId === undefined) throw new DomainError('bad-request', 'householdId is missing');
        const orders = await ordersOfHousehold(table, estateId, householdId, listed);
        return { body: { payments: orders.map((order) => z.parse(shownOrderSchema, order)) } };
      },
      'GET /estates/{estateId}/payments/{orderId}': async (call) => {
        const order = await ownOrder(call);
        const refunds = await refundsOfOrder(table, order.estateId, order.orderId);
        const shown = refunds.map((refund) => z.parse(shownRefundSchema, refund));
        return { body: { ...z.parse(shownOrderSchema, order), refunds: shown } };
      },
      'POST /estates/{estateId}/payments/{orderId}/refunds': async (call) => {
        const { estateId, orderId } = await ownOrder(call);
        const request = { ...refundRequestSchema.parse(call.body), orderId };
        const origin = originOf(clock, call, estateId, '');
        const refund = await requestRefund(backend, payments, origin, request);
        return { status: 202, body: z.parse(shownRefundSchema, refund) };
      },
    }),
  );

const isStaff = ({ person }: Call) => staff.some((role) => person.roles.includes(role));

/** Any for the staff, the own household's for a resident; another is not there. */
async function ownOrder(call: Call): Promise<Order> {
  const estateId = estateOf(call, [...staff, 'resident']);
  const orderId = named(call.path, 'orderId');
  const householdId = isStaff(call) ? undefined : householdOf(call);
  const order = await readOrder(table, estateId, orderId);
  if (order === undefined || (householdId !== undefined && order.householdId !== householdId))
    throw new DomainError('not-found', `There is no order ${orderId}`);
  return order;
}
