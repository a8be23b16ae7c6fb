import type { CardNumber } from '../events.ts';

/**
 * One card, several numbers. Readers and boards report the same card straight or reversed, with its bits inverted, as
 * four bytes or as the three that a Wiegand-26 line carries, and cards are printed in three ways. A card is registered
 * by its UID, and found again under each form that a reader may report.
 *
 * Wiegand-26 keeps 24 bits, so two cards of one estate can share such a number. Whoever registers cards must refuse or
 * show that; it cannot be seen from one card.
 */

/** How a board makes its number of a card's bytes. */
export type BoardLayout =
  | 'u32'
  | 'u32-reversed'
  | 'u32-inverted'
  | 'u32-reversed-inverted'
  | 'wiegand26'
  | 'wiegand26-reversed'
  | 'reversed-wiegand26'
  | 'wiegand26-decimals';

/** From the four bytes of a card, in the order in which they are written. */
const LAYOUTS: Readonly<Record<BoardLayout, (bytes: readonly number[]) => number>> = {
  u32: (bytes) => joined(bytes),
  'u32-reversed': (bytes) => joined(bytes.toReversed()),
  'u32-inverted': (bytes) => joined(bytes.map(inverted)),
  'u32-reversed-inverted': (bytes) => joined(bytes.toReversed().map(inverted)),
  wiegand26: (bytes) => joined(bytes.slice(1)),
  'wiegand26-reversed': (bytes) => joined(bytes.slice(1).toReversed()),
  'reversed-wiegand26': (bytes) => joined(bytes.toReversed().slice(1)),
  // Facility and number as they are printed, run together: 124 and 39458 become 12439458.
  'wiegand26-decimals': (bytes) => joined(bytes.slice(1, 2)) * 100_000 + joined(bytes.slice(2)),
};
const LAYOUT_NAMES = Object.keys(LAYOUTS) as BoardLayout[];

const UID_HEX = /^(?:[0-9A-F]{8}|[0-9A-F]{14})$/i;
const BOARD_BYTES = 4;

/** The card's own bytes, read left to right as one number. */
export function uidNumber(uidHex: string): CardNumber {
  return { form: 'uid', number: BigInt(`0x${checkedUid(uidHex)}`).toString() };
}

/**
 * Every number under which this card may be reported, the UID itself included, each once.
 *
 * For a card of seven bytes no source says which four a board keeps. Both ends are taken: the last four, as Wiegand-26
 * keeps the last three, and the first four.
 */
export function cardNumberForms(uidHex: string): CardNumber[] {
  const bytes = [...Buffer.from(checkedUid(uidHex), 'hex')];
  const words = [bytes.slice(-BOARD_BYTES), bytes.slice(0, BOARD_BYTES)];
  const numbers = new Set(words.flatMap((word) => LAYOUT_NAMES.map((layout) => LAYOUTS[layout](word))));
  // 0 is how a board says "no card".
  numbers.delete(0);
  return [
    uidNumber(uidHex),
    ...[...numbers].map((number): CardNumber => ({ form: 'board', number: String(number) })),
  ];
}

/** What a board of this layout calls the card: the number to write into its list. */
export function boardNumber(uidHex: string, layout: BoardLayout = 'u32'): CardNumber {
  const bytes = [...Buffer.from(checkedUid(uidHex), 'hex')];
  return { form: 'board', number: String(LAYOUTS[layout](bytes.slice(-BOARD_BYTES))) };
}

/** One way to read what is printed on a card. */
export interface PrintedReading {
  readonly print: '8H' | '10D' | '3D+5D';
  readonly card: CardNumber;
}

const U32_LIMIT = 2 ** 32;

/**
 * The numbers that a text printed on a card can mean: `047C9A22` (8H), `0075274786` (10D, leading zeros may be lost) or
 * `124,39458` (3D+5D: facility and number). Eight decimal digits can be either of the first two, so this is a list;
 * empty for anything else. Full-width digits and commas, as Chinese keyboards type them, are read too.
 */
export function readPrintedNumber(text: string): PrintedReading[] {
  const plain = text.normalize('NFKC').trim();
  const readings: PrintedReading[] = [];
  if (/^[0-9A-F]{8}$/i.test(plain)) readings.push(printed('8H', Number.parseInt(plain, 16)));
  if (/^[0-9]{1,10}$/.test(plain) && Number(plain) < U32_LIMIT) readings.push(printed('10D', Number(plain)));
  const [, facility, number] = /^([0-9]{1,3}) ?, ?([0-9]{1,5})$/.exec(plain) ?? [];
  if (
    facility !== undefined &&
    number !== undefined &&
    Number(facility) <= 0xff &&
    Number(number) <= 0xffff
  ) {
    readings.push(printed('3D+5D', Number(facility) * 0x1_0000 + Number(number)));
  }
  return readings;
}

function printed(print: PrintedReading['print'], number: number): PrintedReading {
  return { print, card: { form: 'board', number: String(number) } };
}

function checkedUid(uidHex: string): string {
  if (!UID_HEX.test(uidHex)) throw new RangeError('A card UID is 8 or 14 hex digits');
  return uidHex;
}

function joined(bytes: readonly number[]): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

function inverted(byte: number): number {
  return byte ^ 0xff;
}
