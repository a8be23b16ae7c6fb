// Control characters, breaks of lines, and those that turn the direction of writing.
const obeyed = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * One line that a terminal shows as it stands. Names and texts come from files and from strangers: an escape sequence
 * among them could clear the screen, and a break of line forge a total.
 */
export function visible(line: string): string {
  return line.replace(
    obeyed,
    (found) => short[found] ?? `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** The same for JSON, which stays the same text to whoever parses it. */
export const visibleJson = (value: unknown): string =>
  JSON.stringify(value, undefined, 2).split('\n').map(visible).join('\n');
