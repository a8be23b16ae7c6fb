/** The estate's wall clock. The process's own zone never matters. */
const formats = new Map<string, Intl.DateTimeFormat>();

export interface WallClock {
  /** YYYY-MM-DD */
  readonly date: string;
  /** Minutes since local midnight, 0 to 1439. */
  readonly minute: number;
}

/** What the clock on the wall shows at a moment. Throws RangeError for a zone that is not in the IANA list. */
export function wallClock(atMs: number, timeZone: string): WallClock {
  let format = formats.get(timeZone);
  if (format === undefined) {
    // en-CA writes dates as YYYY-MM-DD; h23 keeps midnight 00, not 24.
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(atMs)) part[type] = value;
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    minute: Number(part.hour) * 60 + Number(part.minute),
  };
}

/** Whether a name is a zone of the IANA list, as this runtime knows it. */
export function isTimeZone(name: string): boolean {
  try {
    wallClock(0, name);
    return true;
  } catch {
    return false;
  }
}
