import { officeContract } from '../contract/routes/office.ts';
import type { OfficeKind } from '../src/shared/key-steps.ts';
import { householdsOf } from '../src/views/household-list.ts';
import { sessionCostIn } from '../src/views/session-cost.ts';
import { shownWithHolder } from '../src/views/wallet-view.ts';
import { setCreditLimit } from '../src/wallet/credit.ts';
import { askOrder, decideOrder, type Office, readShown } from '../src/wallet/office.ts';
import { latestOrders, type OfficeOrder } from '../src/wallet/office-order.ts';
import { printSlip, slipOf, slipPage, slipStyle } from '../src/wallet/slip.ts';
import { checkCurrency } from '../src/wallet/wallet.ts';
import { readWallet } from '../src/wallet/wallet-store.ts';
import { awsBackend } from './wiring/backend.ts';
import { originOf } from './wiring/origin.ts';
import { type Call, serve } from './wiring/serve.ts';

const backend = await awsBackend();
const { table, clock } = backend;
const office: Office = { ...backend, sessionCost: sessionCostIn(table) };

/** The property office: cash in and out, and corrections of the books, four eyes on what is large. */
export const handler = serve(officeContract, {
  'GET /estates/{estateId}/office-orders': async ({ path, query }) => ({
    orders: await latestOrders(table, path.estateId, query.state),
  }),
  'POST /estates/{estateId}/cash-top-ups': (call) => {
    const { transferId: orderId, currency, ...cash } = call.body;
    return ask(call, currency, { kind: 'cash-top-up', orderId, ...cash });
  },
  'GET /estates/{estateId}/cash-top-ups/{transferId}': ({ path }) =>
    readShown(office, path.estateId, 'cash-top-up', path.transferId),
  'POST /estates/{estateId}/cash-top-ups/{transferId}/approve': (call) =>
    decide(call, 'cash-top-up', call.path.transferId, 'approved'),
  'POST /estates/{estateId}/cash-top-ups/{transferId}/reject': (call) =>
    decide(call, 'cash-top-up', call.path.transferId, 'rejected'),
  'GET /estates/{estateId}/cash-top-ups/{transferId}/slip': ({ path }) =>
    slipOf(backend, path.estateId, 'cash-top-up', path.transferId),
  'POST /estates/{estateId}/cash-top-ups/{transferId}/slip/print': (call) =>
    print(call, 'cash-top-up', call.path.transferId),
  'POST /estates/{estateId}/cash-refunds': (call) => {
    const { refundId: orderId, currency, ...cash } = call.body;
    return ask(call, currency, { kind: 'cash-refund', orderId, ...cash });
  },
  'GET /estates/{estateId}/cash-refunds/{refundId}': ({ path }) =>
    readShown(office, path.estateId, 'cash-refund', path.refundId),
  'POST /estates/{estateId}/cash-refunds/{refundId}/approve': (call) =>
    decide(call, 'cash-refund', call.path.refundId, 'approved'),
  'POST /estates/{estateId}/cash-refunds/{refundId}/reject': (call) =>
    decide(call, 'cash-refund', call.path.refundId, 'rejected'),
  'GET /estates/{estateId}/cash-refunds/{refundId}/slip': ({ path }) =>
    slipOf(backend, path.estateId, 'cash-refund', path.refundId),
  'POST /estates/{estateId}/cash-refunds/{refundId}/slip/print': (call) =>
    print(call, 'cash-refund', call.path.refundId),
  'POST /estates/{estateId}/corrections': (call) => {
    const { correctionId: orderId, currency, ...correction } = call.body;
    return ask(call, currency, { kind: 'correction', orderId, ...correction });
  },
  'GET /estates/{estateId}/corrections/{correctionId}': ({ path }) =>
    readShown(office, path.estateId, 'correction', path.correctionId),
  'POST /estates/{estateId}/corrections/{correctionId}/approve': (call) =>
    decide(call, 'correction', call.path.correctionId, 'approved'),
  'POST /estates/{estateId}/corrections/{correctionId}/reject': (call) =>
    decide(call, 'correction', call.path.correctionId, 'rejected'),
  'GET /estates/{estateId}/households': ({ path, query }) => householdsOf(table, path.estateId, query),
  'POST /estates/{estateId}/households/{householdId}/credit-limit': async (call) => {
    const { estateId, householdId } = call.path;
    const { requestId, creditLimitFen } = call.body;
    const origin = originOf(clock, call);
    const { waits } = await setCreditLimit(backend, origin, householdId, requestId, creditLimitFen);
    const shown = await shownWithHolder(table, await readWallet(table, estateId, householdId));
    return { ...shown, ...(waits === undefined ? {} : { awaiting: waits }) };
  },
});

async function ask(call: Call, currency: string | undefined, order: OfficeOrder) {
  checkCurrency(currency);
  return askOrder(office, originOf(clock, call), order);
}

const decide = (call: Call, kind: OfficeKind, orderId: string, decision: 'approved' | 'rejected') =>
  decideOrder(office, originOf(clock, call), kind, orderId, decision);

/** It changes something, so it is no GET: the first one printed is the original. */
const print = async (call: Call, kind: 'cash-top-up' | 'cash-refund', orderId: string) => ({
  html: slipPage(await printSlip(backend, originOf(clock, call), kind, orderId)),
  style: slipStyle,
});
