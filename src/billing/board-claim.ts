import * as z from 'zod/mini';
import { grainsOfTime } from './grains.ts';

/** What a board says that a charge came to, at its end. */
export const boardClaimSchema = z.object({
  fen: z.int(),
  energyWh: z.int(),
  stopReason: z.string(),
  /** The version of the prices that the board had, where it tells. */
  priceVersion: z.optional(z.string()),
  /** Its own sum: so many seconds at such a price. */
  bands: z.optional(z.array(z.object({ seconds: z.int(), priceMilliYuanPerHour: z.int() }))),
});
export type BoardClaim = z.infer<typeof boardClaimSchema>;

/** What a board's own bands come to, exact, in grains. */
export function sumOfBands({ bands = [] }: BoardClaim): number {
  return bands.reduce(
    (sum, { seconds, priceMilliYuanPerHour }) => sum + grainsOfTime(seconds * 1000, priceMilliYuanPerHour),
    0,
  );
}
