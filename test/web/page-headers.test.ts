import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { slipStyle } from '../../src/wallet/slip.ts';
import { pageHeaders } from '../../web/page-headers.ts';

const headers = pageHeaders({
  api: 'https://api.example/v1',
  issuer: 'https://issuer.example/realms/one',
  websocket: 'wss://broker.example/mqtt',
});
const policy = Object.fromEntries(
  (headers['content-security-policy'] ?? '').split('; ').map((directive) => {
    const [name = '', ...sources] = directive.split(' ');
    return [name, sources];
  }),
);

test('a page may talk to its own host, the API, the issuer and the broker, and to nobody else', () => {
  expect(policy['connect-src']).toEqual([
    "'self'",
    'https://api.example',
    'https://issuer.example',
    'wss://broker.example',
  ]);
});

test('a page runs the scripts of its own host only, and nothing makes code of text', () => {
  expect(policy['default-src']).toEqual(["'none'"]);
  expect(policy['script-src']).toEqual(["'self'"]);
  expect(JSON.stringify(policy)).not.toMatch(/unsafe|\*/);
});

test('the style of a slip is known by its hash', () => {
  const hash = createHash('sha256').update(slipStyle).digest('base64');
  expect(policy['style-src']).toEqual(["'self'", `'sha256-${hash}'`]);
});
