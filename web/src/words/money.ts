/**
 * Money arrives as integers and leaves as text. No division ever yields a fraction here, so what is shown is what is
 * in the ledger.
 */

/** Integer fen as yuan: 123 → ¥1.23. */
export function yuanOfFen(fen: number): string {
  return signed(fen, (absolute) => decimal(absolute, 2, 2));
}

const grainsPerMicroYuan = 3600;

/**
 * The exact unit of a bill, 1/3600 of a micro-yuan, as yuan to six digits, trimmed to no fewer than two. What energy
 * costs is shown whole; of what time costs, what is beyond the sixth digit is rounded: 137,500,000 → ¥0.038194.
 */
export function yuanOfGrains(grains: number): string {
  return signed(grains, (absolute) => {
    const rounded = absolute + grainsPerMicroYuan / 2;
    return decimal((rounded - (rounded % grainsPerMicroYuan)) / grainsPerMicroYuan, 6, 2);
  });
}

/** A price in milli-yuan as yuan: 617 → 0.617. */
export function yuanOfMilliYuan(milliYuan: number): string {
  return decimal(milliYuan, 3, 2);
}

/** Energy in kWh, to the watt-hour: 1234 → 1.234. */
export function kWhOfWh(energyWh: number): string {
  return decimal(Math.round(energyWh), 3, 1);
}

function signed(amount: number, text: (absolute: number) => string): string {
  return `${amount < 0 ? '−' : ''}¥${text(Math.abs(amount))}`;
}

/** Moves the decimal point by `places` in the digits themselves, then trims zeros down to `atLeast` of them. */
function decimal(whole: number, places: number, atLeast: number): string {
  const digits = String(whole).padStart(places + 1, '0');
  const head = digits.slice(0, -places);
  let tail = digits.slice(-places);
  while (tail.length > atLeast && tail.endsWith('0')) tail = tail.slice(0, -1);
  return `${head}.${tail}`;
}
