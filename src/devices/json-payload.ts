import type { Decoded } from './family.ts';

export type ParsedJson = { readonly ok: true; readonly value: unknown } | (Decoded & { readonly ok: false });

/**
 * The JSON text of one message, or the reason why it is refused. The size is looked at before anything else, so that
 * nobody can make us parse what we would not take. A byte order mark, bytes that are no UTF-8 and a raw NUL are no
 * JSON. Deep nesting costs nothing here: the parser does not recurse, and what is read later is named member by member.
 */
export function parseJson(payload: Uint8Array, limitBytes: number): ParsedJson {
  if (payload.length > limitBytes) {
    return { ok: false, reason: 'bad-payload', detail: `${payload.length} bytes, ${limitBytes} are allowed` };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, reason: 'bad-json', detail: 'the payload is no JSON text in UTF-8' };
  }
}

/** What may be a card's number: six digits or more, decimal or hex. Words have no digits, so they are not hidden. */
const MAYBE_CARD = /\b(?=[A-F]*\d)[0-9A-F]{6,20}\b/gi;

/** Free text of a device or gateway, which may name a card: of such a number only the last two digits are shown. */
export function freeText(text: string, limit: number): string {
  return shownText(
    text.normalize('NFKC').replace(MAYBE_CARD, (number) => `…${number.slice(-2)}`),
    limit,
  );
}

/**
 * A device's own words, fit to be stored and shown: no control or direction characters, no half of a surrogate pair, and
 * cut to a length.
 */
export function shownText(text: string, limit: number): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ').trim();
  return [...visible].slice(0, limit).join('');
}
