import { time } from './key-steps.ts';
import { keys } from './keys.ts';
import type { Key } from './table.ts';

/** Keys read back: how the key of each item begins is known here, and in keys.ts, where they are made. */

type Is = (key: Key) => boolean;

const sk =
  (prefix: string): Is =>
  (key) =>
    key.sk.startsWith(prefix);
const pk =
  (prefix: string): Is =>
  (key) =>
    key.pk.startsWith(prefix);

export const isFacility = sk('FACILITY#');
export const isAlert: Is = (key) => key.pk.endsWith('#ALERTS');
export const isPort = sk('PORT#');
export const isPresence = sk('PRESENCE');
export const isCorridor = sk('CORRIDOR');
export const isListedCard = sk('CARD#');
/** An order at a provider, or a refund of it. */
export const isPayment = pk('PAYMENT#');
export const isRefund = sk('REFUND#');
export const isTariff = sk('TARIFF#');
export const isTariffSaved = pk('TARIFF#');
export const isPriceList = sk('PRICES');
export const isWallet: Is = (key) => key.sk === 'WALLET';
export const isCredential: Is = (key) =>
  key.sk.startsWith('CREDENTIAL#') || (key.pk.startsWith('CARD#') && key.sk === 'CARD');

/** The range of all that stand beside each other under names of their own, from the key of an empty name. */
export const startingWith = (key: Key) => ({ pk: key.pk, prefix: key.sk });

/** A device's event under its own identity, or under the one that it was given: `identity~mac`. */
export const identityIn = (key: Key): string => key.sk.slice('EVENT#'.length);

export const isSessionStep = sk('SESSION#');

/** Which step in the life of which session of its board. */
export function sessionStepIn(key: Key): { readonly order: string; readonly step: string } {
  const [, order = '', ...step] = key.sk.split('#');
  return { order, step: step.join('#') };
}

export const portsOf = (deviceId: string) => ({ pk: keys.device(deviceId).pk, prefix: 'PORT#' });

export const tariffsOf = (estateId: string) => ({ pk: keys.estate(estateId).pk, prefix: 'TARIFF#' });

/** All frames of a board that came between two moments. */
export const framesBetween = (deviceId: string, fromMs: number, untilMs: number) => ({
  pk: keys.device(deviceId).pk,
  between: [`FRAME#${time(fromMs)}`, `FRAME#${time(untilMs)}~`] as const,
});
