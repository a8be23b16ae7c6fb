import type { ErrorName } from './errors.ts';

/** Words of the contract that schemas and pages both go through: without a schema, so that a page may import them. */

export const exportKinds = ['statements', 'revenue', 'split', 'reconciliation', 'ledger'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** How residents pay without cash. The name is part of the account `provider:<name>`. */
export const providerNames = ['wechat-pay', 'alipay'] as const;
export type Provider = (typeof providerNames)[number];

/** The lines of which revenue is split, and between whom, in the order in which a fen that cannot be divided is given. */
export const splitLines = ['electricity', 'service', 'package'] as const;
export type SplitLine = (typeof splitLines)[number];
export const parties = ['property', 'operator', 'committee'] as const;
export type Party = (typeof parties)[number];

export const dayKinds = ['weekday', 'weekend', 'holiday'] as const;
export type DayKind = (typeof dayKinds)[number];

/** What starts a session: a card at the post, a phone, or the post by itself. */
export const starters = ['card', 'phone', 'local'] as const;

/** Why what a session cost was corrected. */
export const adjustmentReasons = ['board-settlement', 'late-reading', 'bike-removed'] as const;
export type AdjustmentReason = (typeof adjustmentReasons)[number];

/** What became of somebody at a door. */
export const doorOutcomes = ['granted', 'refused', 'passed'] as const;
export type DoorOutcome = (typeof doorOutcomes)[number];

/** What moves the money of a household, by the kind of its entry in the journal. */
export const movementKinds = [
  'settlement',
  'session-closed',
  'session-adjusted',
  'cash-top-up',
  'cash-refund',
  'correction',
  'package-bought',
  'package-returned',
  'top-up',
  'refund-requested',
  'refund-succeeded',
  'refund-failed',
] as const;

/** Why a board does not show a tariff yet, where there is more to say. */
export const rolloutDetails = ['no-answer', 'not-read-again', 'keeps-other-prices'] as const;
export type RolloutDetail = (typeof rolloutDetails)[number];

/** What of a tariff no board can show, so that only the bill knows it. */
export const boardsCannotShow = [
  // One table for all days: a board is told the next one when the kind of day changes.
  'other-days',
  // Five prices: the cheapest are shown at the fifth, which is the highest of them.
  'more-than-five-prices',
  'price-of-a-kwh-above-65.535',
  // One price of a kWh whatever the power: the highest is shown.
  'price-of-a-kwh-by-power',
  // An hour is priced in whole fen.
  'fraction-of-a-fen-an-hour',
  'start-fee',
  'minimum',
  'minimum-per-session',
  'free-minutes',
  'cap-per-session',
  'cap-per-day',
  'overstay',
  'packages',
] as const;
export type CannotShow = (typeof boardsCannotShow)[number];

/** The rule that a tariff without an electricity price breaks: electricity and service are priced and shown apart. */
export const electricityRule = '发改办价格〔2024〕537号';

/** Why a device or a person is refused; beside these it may be any error's name (errors.ts). */
export const refusalReasons = [
  'unknown-device',
  'unknown-topic',
  'foreign-topic',
  'unknown-certificate',
  'connection-refused',
  'device-mismatch',
  'unknown-command',
  'unexpected-event',
  'flooding',
  'bad-frame',
  'bad-length',
  'bad-checksum',
  'bad-json',
  'bad-payload',
  'unknown-card',
  'revoked-card',
  'card-not-valid-today',
  'no-right-here',
  'stale-swipe',
  'stale-request',
  'clock-ahead',
  'refused-by-board',
  'card-only-known-to-board',
  'revoked-card-admitted',
  'door-passed-without-swipe',
  'unknown-order',
  'order-of-another-port',
  'sensor-without-facility',
] as const;
export type RefusalReason = (typeof refusalReasons)[number] | ErrorName;
