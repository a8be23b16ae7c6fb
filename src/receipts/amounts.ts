import { grainsPerFen } from '../billing/grains.ts';

// Money and energy leave as text made of integers: what is printed is what was computed.

/** Integer fen as yuan: 123 → ¥1.23. */
export function yuanOfFen(fen: number): string {
  return `${fen < 0 ? '−' : ''}¥${decimal(Math.abs(fen), 2)}`;
}

/**
 * An exact amount as yuan, to the micro-yuan. Amounts by energy are whole micro-yuan; those by time may have a rest,
 * which is rounded half up here for the eye alone: a line's sum is rounded from the exact amounts.
 */
export function yuanOfGrains(grains: number): string {
  const microYuan = Math.floor((Math.abs(grains) + grainsPerMicroYuan / 2) / grainsPerMicroYuan);
  return `${grains < 0 && microYuan > 0 ? '−' : ''}¥${decimal(microYuan, 6)}`;
}

const grainsPerMicroYuan = grainsPerFen / 10_000;

/** Milli-yuan as yuan: 617 → 0.617. */
export function yuanOfMilliYuan(milliYuan: number): string {
  return decimal(milliYuan, 3);
}

/** Energy in kWh, to the watt-hour: 1234 → 1.234. */
export function kWhOfWh(energyWh: number): string {
  return decimal(energyWh, 3, 1);
}

/** A duration as h:mm:ss, with the milliseconds where there are any: what a price by the hour is multiplied with. */
export function durationOfMs(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const rest = ms % 1000 === 0 ? '' : `.${String(ms % 1000).padStart(3, '0')}`;
  return `${h}:${two(m)}:${two(s)}${rest}`;
}

export const two = (number: number): string => String(number).padStart(2, '0');

/** Moves the decimal point by `places` in the digits themselves, then trims zeros down to `atLeast` of them. */
function decimal(whole: number, places: number, atLeast = 2): string {
  const digits = String(whole).padStart(places + 1, '0');
  let tail = digits.slice(-places);
  while (tail.length > atLeast && tail.endsWith('0')) tail = tail.slice(0, -1);
  return `${digits.slice(0, -places)}.${tail}`;
}
