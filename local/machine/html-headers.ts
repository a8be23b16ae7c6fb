import { createHash } from 'node:crypto';

/**
 * The headers of a page that this machine makes itself: no script, one style, and forms that lead nowhere but to these
 * addresses (and to what they answer with a redirection to).
 */
export function htmlHeaders(style: string, formsTo: readonly string[] = []): Record<string, string> {
  const hash = createHash('sha256').update(style).digest('base64');
  const forms = ["'self'", ...formsTo].join(' ');
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action ${forms}; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    ...safeHeaders,
  };
}

/** What every answer to a browser carries, whatever it is. */
export const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const;
