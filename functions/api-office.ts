import middy from '@middy/core';
import { changeHousehold } from '../src/billing/household.ts';
import { askOrder, decideOrder, type Office, readShown } from '../src/billing/office.ts';
import { latestOrders, type OfficeOrder } from '../src/billing/office-order.ts';
import { printSlip, slipOf, slipPage } from '../src/billing/slip.ts';
import { checkCurrency } from '../src/billing/wallet.ts';
import type { OfficeKind } from '../src/shared/keys.ts';
import { chargeCostIn } from '../src/views/charge-cost.ts';
import { shownWallet } from '../src/views/wallet-view.ts';
import {
  cashRefundSchema,
  cashTopUpSchema,
  correctionSchema,
  creditLimitSchema,
  orderQuery,
} from './contract/office.ts';
import { awsBackend } from './wiring/backend.ts';
import {
  type Answer,
  type Call,
  estateOf,
  type HttpRequest,
  named,
  namedErrors,
  type Role,
  routes,
} from './wiring/http.ts';
import { originOf } from './wiring/origin.ts';

const backend = await awsBackend();
const { table, clock } = backend;
const office: Office = { ...backend, chargeCost: chargeCostIn(table) };
const staff: readonly Role[] = ['manager', 'operator'];
const estate = '/estates/{estateId}';

/** The property office: cash in and out, and corrections of the books, four eyes on what is large. */
export const handler = middy<HttpRequest>()
  .use(namedErrors)
  .handler(
    routes({
      [`GET ${estate}/office-orders`]: async (call) => {
        const estateId = estateOf(call, staff);
        const state = orderQuery.state.parse(call.query['state']);
        return { body: { orders: await latestOrders(table, estateId, state) } };
      },
      [`POST ${estate}/cash-top-ups`]: async (call) => {
        const { transferId: orderId, ...cash } = cashTopUpSchema.parse(call.body);
        return ask(call, staff, cash.currency, { kind: 'cash-top-up', orderId, ...amountOf(cash) });
      },
      ...decisions('cash-top-up', `${estate}/cash-top-ups/{transferId}`, 'transferId'),
      ...slips('cash-top-up', `${estate}/cash-top-ups/{transferId}`, 'transferId'),
      [`POST ${estate}/cash-refunds`]: async (call) => {
        const { refundId: orderId, ...cash } = cashRefundSchema.parse(call.body);
        return ask(call, staff, cash.currency, { kind: 'cash-refund', orderId, ...amountOf(cash) });
      },
      ...decisions('cash-refund', `${estate}/cash-refunds/{refundId}`, 'refundId'),
      ...slips('cash-refund', `${estate}/cash-refunds/{refundId}`, 'refundId'),
      [`POST ${estate}/corrections`]: async (call) => {
        const { correctionId: orderId, currency, ...correction } = correctionSchema.parse(call.body);
        const asked = await ask(call, ['operator'], currency, { kind: 'correction', orderId, ...correction });
        return { ...asked, status: 202 };
      },
      ...decisions('correction', `${estate}/corrections/{correctionId}`, 'correctionId'),
      [`POST ${estate}/households/{householdId}/credit-limit`]: async (call) => {
        const estateId = estateOf(call, ['operator']);
        const { requestId, creditLimitFen } = creditLimitSchema.parse(call.body);
        const householdId = named(call.path, 'householdId');
        const change = { change: 'credit-limit', creditLimitFen } as const;
        const origin = originOf(clock, call, estateId, '');
        return { body: shownWallet(await changeHousehold(backend, origin, householdId, requestId, change)) };
      },
    }),
  );

async function ask(call: Call, roles: readonly Role[], currency: string | undefined, order: OfficeOrder) {
  const estateId = estateOf(call, roles);
  checkCurrency(currency);
  return { status: 201, body: await askOrder(office, originOf(clock, call, estateId, ''), order) };
}

const amountOf = ({ householdId, amountFen }: Pick<OfficeOrder, 'householdId' | 'amountFen'>) => ({
  householdId,
  amountFen,
});

function decisions(kind: OfficeKind, path: string, idName: string): Record<string, Answer> {
  const decide =
    (decision: 'approved' | 'rejected'): Answer =>
    async (call) => {
      const origin = originOf(clock, call, estateOf(call, staff), '');
      return { body: await decideOrder(office, origin, kind, named(call.path, idName), decision) };
    };
  return {
    [`GET ${path}`]: async (call) => ({
      body: await readShown(office, estateOf(call, staff), kind, named(call.path, idName)),
    }),
    [`POST ${path}/approve`]: decide('approved'),
    [`POST ${path}/reject`]: decide('rejected'),
  };
}

function slips(kind: 'cash-top-up' | 'cash-refund', path: string, idName: string): Record<string, Answer> {
  return {
    [`GET ${path}/slip`]: async (call) => ({
      body: await slipOf(backend, estateOf(call, staff), kind, named(call.path, idName)),
    }),
    // It changes something, so it is no GET: the first one printed is the original.
    [`POST ${path}/slip/print`]: async (call) => {
      const origin = originOf(clock, call, estateOf(call, staff), '');
      const slip = await printSlip(backend, origin, kind, named(call.path, idName));
      return { type: 'text/html; charset=utf-8', body: slipPage(slip) };
    },
  };
}
