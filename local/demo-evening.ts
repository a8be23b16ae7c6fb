const SHANGHAI_AHEAD_MS = 8 * 3_600_000;
/** People come home. */
const EVENING_MS = 17.5 * 3_600_000;

/**
 * When a fresh demo begins: on the last evening of the month that `nowMs` lies in, in Shanghai. Its sessions are then
 * soon those of last month, which draft prices are tried on, and which is closed a day later.
 */
export function demoEveningMs(nowMs: number): number {
  const here = new Date(nowMs + SHANGHAI_AHEAD_MS);
  const lastDay = Date.UTC(here.getUTCFullYear(), here.getUTCMonth() + 1, 0);
  return lastDay - SHANGHAI_AHEAD_MS + EVENING_MS;
}
