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
  tariff: (estateId: string, effectiveFromMs: number): Key => ({
    pk: `ESTATE#${estateId}`,
    sk: `TARIFF#${time(effectiveFromMs)}`,
  }),
  /** Stands beside the tariff, so that no second one can have its version. */
  tariffVersion: (estateId: string, tariffVersion: string): Key => ({
    pk: `ESTATE#${estateId}`,
    sk: `TARIFFVERSION#${tariffVersion}`,
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
  device: (deviceId: string): Key => ({ pk: `DEVICE#${deviceId}`, sk: 'DEVICE' }),
  /** The newest heartbeat of a device. */
  deviceState: (deviceId: string): Key => ({ pk: `DEVICE#${deviceId}`, sk: 'STATE' }),
  port: (deviceId: string, port: number): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `PORT#${port.toString().padStart(2, '0')}`,
  }),
  /** A device's event by its own identity. */
  event: (deviceId: string, identity: string): Key => ({ pk: `DEVICE#${deviceId}`, sk: `EVENT#${identity}` }),
  meterFrame: (deviceId: string, receivedAtMs: number, identity: string): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `FRAME#${time(receivedAtMs)}#${identity}`,
  }),
  /** One step in the life of a charge. The order number is unique to its board. */
  charge: (deviceId: string, order: number, step: ChargeStep): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `CHARGE#${order}#${step}`,
  }),
  commandAcknowledged: (deviceId: string, commandId: string): Key => ({
    pk: `DEVICE#${deviceId}`,
    sk: `ACKNOWLEDGED#${commandId}`,
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
  /** A credential by one of its numbers, hashed. */
  card: (estateId: string, hash: string): Key => ({ pk: `CARD#${estateId}#${hash}`, sk: 'CARD' }),
  credential: (estateId: string, credentialId: string): Key => ({
    pk: `ESTATE#${estateId}`,
    sk: `CREDENTIAL#${credentialId}`,
  }),
  /** Where a credential is now. */
  whereabouts: (estateId: string, credentialId: string): Key => ({
    pk: `WHEREABOUTS#${estateId}#${credentialId}`,
    sk: 'WHEREABOUTS',
  }),
  wallet: (estateId: string, householdId: string): Key => ({
    pk: `WALLET#${estateId}#${householdId}`,
    sk: 'WALLET',
  }),
  topUp: (estateId: string, transferId: string): Key => ({
    pk: `TOPUP#${estateId}#${transferId}`,
    sk: 'TOPUP',
  }),
  alert: (estateId: string, alertId: string): Key => ({ pk: `ESTATE#${estateId}#ALERTS`, sk: alertId }),
  corridor: (deviceId: string): Key => ({ pk: `DEVICE#${deviceId}`, sk: 'CORRIDOR' }),
  /** What a person did in the pages, by the request's own id. */
  request: (estateId: string, requestId: string): Key => ({
    pk: `REQUEST#${estateId}#${requestId}`,
    sk: 'REQUEST',
  }),
  /** Read models, written from the stream. */
  chargeOfEstate: (estateId: string, authorisedAtMs: number, chargeId: string): Key => ({
    pk: `ESTATE#${estateId}#CHARGES`,
    sk: `${time(authorisedAtMs)}#${chargeId}`,
  }),
  refusalOfEstate: (estateId: string, day: string, atMs: number, digest: string): Key => ({
    pk: `ESTATE#${estateId}#REFUSALS#${day}`,
    sk: `${time(atMs)}#${digest}`,
  }),
  postingsOfEstate: (estateId: string, atMs: number, entryId: string): Key => ({
    pk: `ESTATE#${estateId}#LEDGER`,
    sk: `${time(atMs)}#${entryId}`,
  }),
  inside: (estateId: string, facilityId: string, credentialId: string): Key => ({
    pk: `ESTATE#${estateId}#INSIDE`,
    sk: `${facilityId}#${credentialId}`,
  }),
  stay: (estateId: string, stayId: string): Key => ({ pk: `STAY#${estateId}#${stayId}`, sk: 'STAY' }),
  lastAtDoor: (estateId: string, deviceId: string, door: number): Key => ({
    pk: `ESTATE#${estateId}#DOORS`,
    sk: `${deviceId}#${door}`,
  }),
} as const;

export type ChargeStep = 'authorised' | 'started' | 'stop-answered' | 'closed' | 'settled';

/** Milliseconds as text that sorts like the number until the year 2286. */
export function time(atMs: number): string {
  return atMs.toString().padStart(13, '0');
}
