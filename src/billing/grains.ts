/**
 * The exact unit of every amount: 1/3600 of a micro-yuan. A Wh at one milli-yuan per kWh is 3600 of them, a
 * millisecond at one milli-yuan per hour is one, so that neither energy nor time ever needs a fraction.
 */
export const grainsPerFen = 36_000_000;
const grainsPerYuan = 100 * grainsPerFen;

export const grainsOfEnergy = (energyWh: number, priceMilliYuanPerKWh: number): number =>
  energyWh * priceMilliYuanPerKWh * 3600;

export const grainsOfTime = (ms: number, priceMilliYuanPerHour: number): number => ms * priceMilliYuanPerHour;

export const grainsOfFen = (fen: number): number => fen * grainsPerFen;

/** The one place where money is rounded: half up, to the fen. Never negative. */
export const fenOf = (grains: number): number => wholeTimes(grains + grainsPerFen / 2, grainsPerFen);

/** The fen that an amount pays in full. */
export const wholeFenOf = (grains: number): number => wholeTimes(grains, grainsPerFen);

export const sumOf = (slices: readonly { readonly amountGrains: number }[]): number =>
  slices.reduce((sum, { amountGrains }) => sum + amountGrains, 0);

/** How many times a positive number goes into one that is not negative: exact, where a quotient would be rounded. */
export const wholeTimes = (amount: number, part: number): number => (amount - (amount % part)) / part;

/** An amount in yuan, rounded half up to so many digits (at most six), for people to read: 0.0764. */
export function yuanText(grains: number, digits: 2 | 4 | 6): string {
  const part = grainsPerYuan / 10 ** digits;
  const whole = wholeTimes(Math.abs(grains) + part / 2, part);
  const text = String(whole).padStart(digits + 1, '0');
  return `${grains < 0 && whole > 0 ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
