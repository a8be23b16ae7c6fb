const dayMs = 86_400_000;
/** A month of holidays in one go is more than any calendar has. */
const longestRange = 40;

/** Every date from one to the other, both with it; none when they are in the wrong order, no dates, or too far apart. */
export function datesBetween(first: string, last: string): string[] {
  const fromMs = Date.parse(`${first}T00:00:00Z`);
  const toMs = Date.parse(`${last === '' ? first : last}T00:00:00Z`);
  const count = (toMs - fromMs) / dayMs + 1;
  if (!(count >= 1 && count <= longestRange)) return [];
  return Array.from({ length: count }, (_, day) => new Date(fromMs + day * dayMs).toISOString().slice(0, 10));
}

export function isWeekend(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return day === 0 || day === 6;
}

/** Both lists in order, each date once. */
export const withDates = (known: readonly string[], more: readonly string[]): string[] =>
  [...new Set([...known, ...more])].sort();

/** Neighbouring dates as one span, for a list that people can read: first, last, and how many. */
export function spansOf(dates: readonly string[]): { first: string; last: string; dates: string[] }[] {
  const spans: { first: string; last: string; dates: string[] }[] = [];
  for (const date of [...dates].sort()) {
    const span = spans.at(-1);
    if (span !== undefined && datesBetween(span.last, date).length === 2) {
      span.last = date;
      span.dates.push(date);
    } else spans.push({ first: date, last: date, dates: [date] });
  }
  return spans;
}
