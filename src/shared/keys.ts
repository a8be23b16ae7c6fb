import {
  type OfficeKind,
  type OfficeStep,
  type PaymentStep,
  type RefundStep,
  type SessionStep,
  time,
} from './key-steps.ts';
import { settingKeys } from './setting-keys.ts';
import type { Key } from './table.ts';

/**
 * Every key string of the table, and nowhere else. A partition is an estate's list or one aggregate, so that nothing
 * of one estate can be reached by a key of another, and no partition grows hot with the number of estates.
 */
export const keys = {
  estate: (estateId: string): Key => ({ pk: `ESTATE#${estateId}`, sk: 'ESTATE' }),
  facility: (estateId: string, facilityId: string): Key => ({
    pk: `ESTATE#${estateId}`,
    sk: `FACILITY#${facilityId}`,
  }),
  /** By the moment at which it takes effect; a facility's own stands beside the estate's. */
  tariff: (estateId: string, effectiveFromMs: number, facilityId?: string): Key => ({
    pk: `ESTATE#${estateId}`,
    sk: `TARIFF#${time(effectiveFromMs)}${facilityId === undefined ? '' : `#${facilityId}`}`,
  }),
  /** Stands beside the tariff, so that no second one can have its version. */
  tariffVersion: (estateId: string, tariffVersion: string): Key => ({
    pk: `ESTATE#${estateId}`,
    sk: `TARIFFVERSION#${tariffVersion}`,
  }),
  /** Counts the versions that were saved, so that of two that are saved at once one is decided again. */
  tariffCount: (estateId: string): Key => ({ pk: `ESTATE#${estateId}`, sk: 'TARIFFS' }),
  /** Who saved a version, and when. */
  tariffSaved: (estateId: string, tariffVersion: string): Key => ({
    pk: `TARIFF#${estateId}#${tariffVersion}`,
    sk: 'SAVED',
  }),
  /** The estate's list of its devices; the device itself is at `device`. */
  deviceOfEstate: (estateId: string, deviceId: string): Key => ({
    pk: `ESTATE#${estateId}`,
    sk: `DEVICE#${deviceId}`,
  }),
  household: (estateId: string, householdId: string): Key => ({
    pk: `ESTATE#${estateId}`,
    sk: `HOUSEHOLD#${householdId}`,
  }),
  householdsAfter: (estateId: string, after?: string) => ({
    pk: `ESTATE#${estateId}`,
    between: [after === undefined ? 'HOUSEHOLD#' : `HOUSEHOLD#${after}\u0000`, 'HOUSEHOLD#~'] as const,
  }),
  device: (deviceId: string): Key => ({ pk: `DEVICE#${deviceId}`, sk: 'DEVICE' }),
  /** The newest heartbeat of a device. */
  deviceState: (deviceId: string): Key => ({ pk: `DEVICE#${deviceId}`, sk: 'STATE' }),
  port: (deviceId: string, port: number): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `PORT#${port.toString().padStart(2, '0')}`,
  }),
  /** A device's event by its own identity. */
  event: (deviceId: string, identity: string): Key => ({ pk: `DEVICE#${deviceId}`, sk: `EVENT#${identity}` }),
  /** A fact that came under the identity of another, and is told apart from it by what it says. */
  eventAgain: (deviceId: string, identity: string, mac: string): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `${againPrefix(identity)}${mac.slice(0, 16)}`,
  }),
  eventsAgain: (deviceId: string, identity: string) => ({
    pk: `DEVICE#${deviceId}`,
    prefix: againPrefix(identity),
  }),
  meterFrame: (deviceId: string, receivedAtMs: number, identity: string): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `FRAME#${time(receivedAtMs)}#${identity}`,
  }),
  /** One step in the life of a session. The order number is unique to its board. */
  session: (deviceId: string, order: number, step: SessionStep): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `SESSION#${order}#${step}`,
  }),
  /** Everything that is known of one session but its frames. */
  sessionSteps: (deviceId: string, order: number): { readonly pk: string; readonly prefix: string } => ({
    pk: `DEVICE#${deviceId}`,
    prefix: `SESSION#${order}#`,
  }),
  /** The sessions of a board, order by order, behind one of them: '$' is the letter after '#'. */
  sessionsOfBoard: (deviceId: string, afterOrder?: string) => ({
    pk: `DEVICE#${deviceId}`,
    between: [afterOrder === undefined ? 'SESSION#' : `SESSION#${afterOrder}$`, 'SESSION#~'] as const,
  }),
  commandAcknowledged: (deviceId: string, commandId: string): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `ACKNOWLEDGED#${commandId}`,
  }),
  /** That a device did not do what it was told: it may still do it, when it is told again. */
  commandNotDone: (deviceId: string, commandId: string): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `NOTDONE#${commandId}`,
  }),
  /** A refused message: kept by arrival, since it may have no identity that could be believed. */
  refused: (deviceId: string, receivedAtMs: number, digest: string): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `REFUSED#${time(receivedAtMs)}#${digest}`,
  }),
  /** One card that should be in, or out of, the list of one door board. */
  listedCard: (deviceId: string, credentialId: string): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `CARD#${credentialId}`,
  }),
  /** The prices that a charging board should show. */
  priceList: (deviceId: string): Key => ({ pk: `DEVICE#${deviceId}`, sk: 'PRICES' }),
  /** A credential by one of its numbers, hashed. */
  card: (estateId: string, hash: string): Key => ({ pk: `CARD#${estateId}#${hash}`, sk: 'CARD' }),
  credential: (estateId: string, credentialId: string): Key => ({
    pk: `ESTATE#${estateId}`,
    sk: `CREDENTIAL#${credentialId}`,
  }),
  /** Where a credential is now. */
  presence: (estateId: string, credentialId: string): Key => ({
    pk: `PRESENCE#${estateId}#${credentialId}`,
    sk: 'PRESENCE',
  }),
  wallet: (estateId: string, householdId: string): Key => ({
    pk: `WALLET#${estateId}#${householdId}`,
    sk: 'WALLET',
  }),
  topUp: (estateId: string, transferId: string): Key => ({
    pk: `TOPUP#${estateId}#${transferId}`,
    sk: 'TOPUP',
  }),
  /** A step in the life of what the property office books: asked for, decided by a second person, printed. */
  officeOrder: (estateId: string, kind: OfficeKind, orderId: string, step: OfficeStep): Key =>
    kind === 'cash-top-up' && step === 'asked'
      ? keys.topUp(estateId, orderId)
      : { pk: `${officePartitions[kind]}#${estateId}#${orderId}`, sk: step.toUpperCase() },
  ...settingKeys,
  /** What was given back for a session by corrections, so that it is never more than the session cost. */
  correctionsOfSession: (estateId: string, sessionId: string): Key => ({
    pk: `CORRECTION#${estateId}#SESSION#${sessionId}`,
    sk: 'CORRECTIONS',
  }),
  purchase: (estateId: string, householdId: string, purchaseId: string): Key => ({
    pk: `WALLET#${estateId}#${householdId}`,
    sk: `PURCHASE#${purchaseId}`,
  }),
  purchaseReturned: (estateId: string, householdId: string, purchaseId: string): Key => ({
    pk: `WALLET#${estateId}#${householdId}`,
    sk: `RETURNED#${purchaseId}`,
  }),
  /** What a household is told, and whether it was read; the fact itself is at `noticed`. */
  notice: (estateId: string, householdId: string, noticeId: string): Key => ({
    pk: `WALLET#${estateId}#${householdId}`,
    sk: `NOTICE#${noticeId}`,
  }),
  noticed: (estateId: string, householdId: string, noticeId: string): Key => ({
    pk: `WALLET#${estateId}#${householdId}`,
    sk: `NOTICED#${noticeId}`,
  }),
  /** What a household, or somebody for it, has agreed: limits, members, credit. */
  householdChange: (estateId: string, householdId: string, requestId: string): Key => ({
    pk: `WALLET#${estateId}#${householdId}`,
    sk: `CHANGE#${requestId}`,
  }),
  /** A top-up by a payment provider; its steps and its refunds stand beside it. */
  payment: (estateId: string, orderId: string): Key => ({
    pk: `PAYMENT#${estateId}#${orderId}`,
    sk: 'PAYMENT',
  }),
  paymentStep: (estateId: string, orderId: string, step: PaymentStep): Key => ({
    pk: `PAYMENT#${estateId}#${orderId}`,
    sk: `STEP#${step}`,
  }),
  refund: (estateId: string, orderId: string, refundId: string): Key => ({
    pk: `PAYMENT#${estateId}#${orderId}`,
    sk: `REFUND#${refundId}`,
  }),
  refundStep: (estateId: string, orderId: string, refundId: string, step: RefundStep): Key => ({
    pk: `PAYMENT#${estateId}#${orderId}`,
    sk: `REFUNDSTEP#${refundId}#${step}`,
  }),
  /** Whose order it is: a provider's notice names no estate. */
  paymentOrder: (orderId: string): Key => ({ pk: `ORDER#${orderId}`, sk: 'ORDER' }),
  paymentOfHousehold: (estateId: string, householdId: string, createdAtMs: number, orderId: string): Key => ({
    pk: `PAYMENTS#${estateId}#${householdId}`,
    sk: `${time(createdAtMs)}#${orderId}`,
  }),
  alert: (estateId: string, alertId: string): Key => ({ pk: `ESTATE#${estateId}#ALERTS`, sk: alertId }),
  /** What was sent again for an evacuation, or after one. Two estates may call a facility the same. */
  evacuationRepeated: (estateId: string, facilityId: string, atMs: number): Key => ({
    pk: `EVACUATION#${estateId}#${facilityId}`,
    sk: `REPEATED#${time(atMs)}`,
  }),
  corridor: (deviceId: string): Key => ({ pk: `DEVICE#${deviceId}`, sk: 'CORRIDOR' }),
  /** What a person did in the pages, by the request's own id. */
  request: (estateId: string, requestId: string): Key => ({
    pk: `REQUEST#${estateId}#${requestId}`,
    sk: 'REQUEST',
  }),
  /** Read models, written from the stream. */
  sessionOfEstate: (estateId: string, authorisedAtMs: number, sessionId: string): Key => ({
    pk: `ESTATE#${estateId}#SESSIONS`,
    sk: `${time(authorisedAtMs)}#${sessionId}`,
  }),
  refusalOfEstate: (estateId: string, day: string, atMs: number, digest: string): Key => ({
    pk: `ESTATE#${estateId}#REFUSALS#${day}`,
    sk: `${time(atMs)}#${digest}`,
  }),
  /** Behind all of its day that stand there one by one. */
  countedRefusals: (estateId: string, day: string, deviceId: string, reason: string): Key => ({
    pk: `ESTATE#${estateId}#REFUSALS#${day}`,
    sk: `COUNTED#${deviceId}#${reason}`,
  }),
  postingsOfEstate: (estateId: string, atMs: number, entryId: string): Key => ({
    pk: `ESTATE#${estateId}#LEDGER`,
    sk: `${time(atMs)}#${entryId}`,
  }),
  /** The lines of an estate's ledger behind one of them, in the order of time. */
  ledgerAfter: (estateId: string, after = '') => ({
    pk: `ESTATE#${estateId}#LEDGER`,
    between: [`${after}\u0000`, '~'] as const,
  }),
  /** The postings of one household alone. */
  movement: (estateId: string, householdId: string, atMs: number, entryId: string): Key => ({
    pk: `MOVEMENTS#${estateId}#${householdId}`,
    sk: `${time(atMs)}#${entryId}`,
  }),
  officeList: (estateId: string, atMs: number, kind: OfficeKind, orderId: string): Key => ({
    pk: `ESTATE#${estateId}#OFFICE`,
    sk: `${time(atMs)}#${kind}#${orderId}`,
  }),
  /** A receipt by the code that stands on it: not of one estate, because who has the paper knows no estate. */
  receiptCode: (code: string): Key => ({ pk: `RECEIPT#${code}`, sk: 'RECEIPT' }),
  inside: (estateId: string, facilityId: string, credentialId: string): Key => ({
    pk: `ESTATE#${estateId}#INSIDE`,
    sk: `${facilityId}#${credentialId}`,
  }),
  /** Which months of an estate are closed. */
  books: (estateId: string): Key => ({ pk: `BOOKS#${estateId}`, sk: 'BOOKS' }),
  /** A month that is being closed, or is. */
  month: (estateId: string, month: string): Key => ({ pk: `BOOKS#${estateId}`, sk: `MONTH#${month}` }),
  monthClosed: (estateId: string, month: string): Key => ({ pk: `BOOKS#${estateId}`, sk: `CLOSED#${month}` }),
  splitRule: (estateId: string, fromMonth: string): Key => ({
    pk: `BOOKS#${estateId}`,
    sk: `SPLITRULE#${fromMonth}`,
  }),
  /** Counts the rules that were written, so that a month is not closed with one that has just been replaced. */
  splitRuleCount: (estateId: string): Key => ({ pk: `BOOKS#${estateId}`, sk: 'SPLITRULES' }),
  /** An entry of the ledger in the books of the one month that took it, at the same place as in `postingsOfEstate`. */
  booked: (estateId: string, atMs: number, entryId: string): Key => ({
    pk: `BOOKED#${estateId}`,
    sk: `${time(atMs)}#${entryId}`,
  }),
  /** What the books know of a session so far. */
  bookedSession: (estateId: string, sessionId: string): Key => ({
    pk: `BOOKED#${estateId}#SESSIONS`,
    sk: sessionId,
  }),
  statement: (estateId: string, month: string, householdId: string): Key => ({
    pk: `STATEMENTS#${estateId}#${month}`,
    sk: householdId,
  }),
  statementRow: (
    estateId: string,
    month: string,
    householdId: string,
    atMs: number,
    entryId: string,
  ): Key => ({
    pk: `STATEMENTS#${estateId}#${month}#${householdId}`,
    sk: `${time(atMs)}#${entryId}`,
  }),
  revenueOfDay: (estateId: string, month: string, day: string): Key => ({
    pk: `REVENUE#${estateId}#${month}`,
    sk: day,
  }),
  /** A provider's bill of one day, YYYY-MM-DD, and what comparing those of a month with the ledger told. */
  providerBill: (estateId: string, provider: string, day: string): Key => ({
    pk: `RECONCILIATION#${estateId}#${day.slice(0, 7)}`,
    sk: `BILL#${provider}#${day}`,
  }),
  reconciliation: (estateId: string, month: string, provider: string): Key => ({
    pk: `RECONCILIATION#${estateId}#${month}`,
    sk: `RESULT#${provider}`,
  }),
  stay: (estateId: string, stayId: string): Key => ({ pk: `STAY#${estateId}#${stayId}`, sk: 'STAY' }),
  lastAtDoor: (estateId: string, deviceId: string, door: number): Key => ({
    pk: `ESTATE#${estateId}#DOORS`,
    sk: `${deviceId}#${door}`,
  }),
} as const;

/** No identity that a device gives ends in this. */
const againPrefix = (identity: string): string => `EVENT#${identity}~`;

const officePartitions = {
  'cash-top-up': 'TOPUP',
  'cash-refund': 'CASHREFUND',
  correction: 'CORRECTION',
} as const;
