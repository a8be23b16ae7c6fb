/** `2019-08-09 16:18:55 PDT`: what follows the seconds is not read. */
const WALL_CLOCK = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?: |$)/;
const DAY_MS = 86_400_000;

/**
 * The moment that a wall clock in `timeZone` (IANA) means, or undefined for a text that is no time of this calendar.
 *
 * A zone abbreviation after the seconds is ignored: `CST` is China, Cuba and US Central time. An hour that summer time
 * leaves out is read with the offset before the change, and one that comes twice as its first occurrence.
 */
export function wallClockToMs(text: string, timeZone: string): number | undefined {
  const match = WALL_CLOCK.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const asIfUtcMs = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC carries the 31st of June over into July, and takes year 19 for 1919: such a text is no time.
  if (new Date(asIfUtcMs).toISOString().slice(0, 19) !== text.slice(0, 19).replace(' ', 'T'))
    return undefined;
  const before = offsetMs(asIfUtcMs - DAY_MS, timeZone);
  const after = offsetMs(asIfUtcMs + DAY_MS, timeZone);
  const reading = [before, after].find((offset) => offsetMs(asIfUtcMs - offset, timeZone) === offset);
  return asIfUtcMs - (reading ?? before);
}

/** How far the wall clock of a zone is ahead of UTC at a moment. */
function offsetMs(atMs: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
}

/** A formatter costs far more to make than to use, and an estate has one zone. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}
