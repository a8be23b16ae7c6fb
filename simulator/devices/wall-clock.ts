const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows there: `YYYY-MM-DD HH:MM:SS`. */
export function wallClock(atMs: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    // The Swedish locale writes dates the way ISO 8601 does.
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format.format(atMs);
}
