import { DomainError } from '../shared/errors.ts';

/** What Alipay writes, by its name in small letters without hyphens. A decoder of GBK reads GB2312, of which it is more. */
const charsets = {
  utf8: 'utf-8',
  gbk: 'gbk',
  gb2312: 'gbk',
  gb18030: 'gb18030',
} as const satisfies Record<string, string>;

/**
 * The text in bytes of a charset as somebody names it (`GBK`, `utf-8`, `Utf8`, `GB2312`); without a name it is UTF-8.
 * What is no letter there becomes U+FFFD: a name that cannot be read is no reason not to book what was paid. Throws
 * `charset-unknown`.
 */
export function decoded(bytes: Uint8Array, named: string): string {
  const name = named.toLowerCase().replaceAll(/[-_ ]/g, '') || 'utf8';
  if (!isKnown(name))
    throw new DomainError('charset-unknown', `The charset ${named.slice(0, 40)} is not known`);
  return new TextDecoder(charsets[name]).decode(bytes);
}

/** Whether letters of this charset may have bytes that are signs of ASCII, braces and backslashes among them. */
export const isChinese = (named: string): boolean => /^gb/i.test(named.trim());

const isKnown = (name: string): name is keyof typeof charsets => Object.hasOwn(charsets, name);

/** The charset that a header `content-type` names, if it does. */
export function charsetIn(contentType: string | undefined): string {
  return /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? '')?.[1] ?? '';
}
