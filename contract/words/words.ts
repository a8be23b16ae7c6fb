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
