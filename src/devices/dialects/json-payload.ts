import type { Decoded } from '../dialect.ts';

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

/**
 * A device's own words, fit to be stored and shown: no control or direction characters, no half of a surrogate pair, and
 * cut to a length.
 */
export function shownText(text: string, limit: number): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ').trim();
  return [...visible].slice(0, limit).join('');
}
