/** Ten digits of Crockford's base 32, which has no I, L, O or U. */
const codePattern = /^[0-9A-HJKMNP-TV-Z]{10}$/;

/** A code as typed or scanned: case, spaces and hyphens do not matter, and O, I and L are digits. The server does the same. */
export function codeOfText(text: string): string | undefined {
  const code = text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s‐-―-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return codePattern.test(code) ? code : undefined;
}

/** In two halves, as it is read out. */
export const codeShown = (code: string): string => `${code.slice(0, 5)}-${code.slice(5)}`;

/** `/r` asks for a code, `/r/<code>` shows its receipt; every other address is the signed-in pages'. */
export function receiptPath(pathname: string): { readonly code: string } | undefined {
  const [matched, code = ''] = /^\/r(?:\/([^/]*))?\/?$/.exec(pathname) ?? [];
  return matched === undefined ? undefined : { code };
}
