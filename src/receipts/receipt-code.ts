/** Ten digits of Crockford's base 32, which has no I, L, O or U. */
const codePattern = /^[0-9A-HJKMNP-TV-Z]{10}$/;

/**
 * The code that somebody typed or scanned: case, spaces and hyphens do not matter, and the letters that are taken for
 * digits are digits. Undefined for what is no code.
 */
export function receiptCodeIn(text: string): string | undefined {
  const code = text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s‐-―-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return codePattern.test(code) ? code : undefined;
}
