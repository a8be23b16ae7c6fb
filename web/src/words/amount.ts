/**
 * What people type, as whole numbers: yuan become fen, and prices milli-yuan, by moving the point in the digits
 * themselves. Nothing here divides, and nothing is ever a floating point number with a fraction.
 */

/** Yuan and fen as typed, in fen: "12.5" → 1250. Undefined for anything that is not an amount of at most two decimals. */
export const fenOfText = (text: string): number | undefined => wholeOf(text, 2);

/** Yuan per kWh or per hour as typed, in milli-yuan: "0.617" → 617. */
export const milliYuanOfText = (text: string): number | undefined => wholeOf(text, 3);

/** Kilowatt-hours as typed, in Wh. */
export const whOfText = (text: string): number | undefined => wholeOf(text, 3);

/** A whole number as typed, without a sign. */
export const countOfText = (text: string): number | undefined => wholeOf(text, 0);

/** The way back, for a field that shows what was saved: 1250 → "12.50", 617 → "0.617". */
export const textOfFen = (fen: number): string => textOf(fen, 2, 2);
export const textOfMilliYuan = (milliYuan: number): string => textOf(milliYuan, 3, 2);
export const textOfWh = (energyWh: number): string => textOf(energyWh, 3, 0);

/** More digits than any amount here has; with three decimals they are still a safe integer. */
const amountPattern = /^(\d{1,9})(?:\.(\d*))?$/;

function wholeOf(text: string, places: number): number | undefined {
  // A Chinese keyboard types full-width digits and its own full stop; both mean the same.
  const plain = text
    .normalize('NFKC')
    .replace('。', '.')
    .replace(/^[¥￥]|元$/g, '')
    .trim();
  const [matched, head = '', tail = ''] = amountPattern.exec(plain) ?? [];
  if (matched === undefined || (places === 0 && plain.includes('.'))) return undefined;
  const decimals = tail.replace(/0+$/, '');
  if (decimals.length > places) return undefined;
  return Number(head + decimals.padEnd(places, '0'));
}

function textOf(whole: number, places: number, atLeast: number): string {
  const digits = String(whole).padStart(places + 1, '0');
  const head = digits.slice(0, -places);
  const tail = digits.slice(-places).replace(/0+$/, '').padEnd(atLeast, '0');
  return tail === '' ? head : `${head}.${tail}`;
}
