import { UID_HEX } from '../../contract/shapes/provisioning.ts';
import type { CardNumber } from './events.ts';

/**
 * One card, several numbers. Readers report a card's own bytes; boards report, and keep in their lists, four of them,
 * straight or reversed. A card is registered by its UID, and found again under each number that may be reported.
 *
 * The three-byte numbers of Wiegand-26 lines are not among them: two cards of one estate may share one.
 */

const BOARD_BYTES = 4;

/** The card's own bytes, read left to right as one number. */
export function uidNumber(uidHex: string): CardNumber {
  return { form: 'uid', number: BigInt(`0x${checkedUid(uidHex)}`).toString() };
}

/**
 * What a board calls the card: the number to write into its list. Of a longer UID no source says which four bytes a
 * board keeps; the last four are taken, as Wiegand-26 keeps the last three.
 */
export function boardNumber(uidHex: string, bytes: 'straight' | 'reversed' = 'straight'): CardNumber {
  const kept = Buffer.from(checkedUid(uidHex), 'hex').subarray(-BOARD_BYTES);
  return { form: 'board', number: String(bytes === 'straight' ? kept.readUInt32BE() : kept.readUInt32LE()) };
}

/** The numbers under which the readers and boards of an estate may report a card, each once. */
export function reportedNumbers(uidHex: string): CardNumber[] {
  const numbers = [uidNumber(uidHex), boardNumber(uidHex), boardNumber(uidHex, 'reversed')];
  return [...new Map(numbers.map((number) => [`${number.form} ${number.number}`, number])).values()];
}

function checkedUid(uidHex: string): string {
  if (!UID_HEX.test(uidHex)) throw new RangeError('A card UID is 8, 14 or 20 hex digits');
  return uidHex;
}
