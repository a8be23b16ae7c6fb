/** Both providers write times of the clock in Beijing, which has had no daylight saving since 1991. */
const aheadMs = 8 * 3_600_000;

/** `2026-11-23 19:00:00`, as Alipay and the bill files have it. */
export function beijingTime(atMs: number): string {
  return new Date(atMs + aheadMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-11-23T19:00:00+08:00`, as WeChat Pay has it. */
export function beijingTimestamp(atMs: number): string {
  return `${beijingTime(atMs).replace(' ', 'T')}+08:00`;
}

/** Reads the first form; undefined for anything else. */
export function parseBeijingTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text.trim())) return undefined;
  const atMs = Date.parse(`${text.trim().replace(' ', 'T')}+08:00`);
  return Number.isNaN(atMs) ? undefined : atMs;
}
