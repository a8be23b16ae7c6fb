import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAdmin } from '../../local/admin.ts';
import { Gateway } from '../../local/http/gateway.ts';
import { HttpApi } from '../../local/http/http-api.ts';
import { startIssuer } from '../../local/http/identity.ts';
import { Pages } from '../../local/http/pages.ts';
import { steppedClock } from '../../local/machine/clock.ts';
import { openProviders } from '../../local/provider/stand-in.ts';

// Every server of the local cloud, asked for addresses that are none.

const clock = steppedClock(0);
const stops: (() => unknown)[] = [];
const addresses: Record<string, string> = {};

beforeAll(async () => {
  const pagesDir = mkdtempSync(join(tmpdir(), 'pages-'));
  writeFileSync(join(pagesDir, 'index.html'), 'the page');
  const [api, gateway, pages] = [new HttpApi(), new Gateway(), new Pages(pagesDir)];
  const template = { Parameters: { WechatPayUrl: {} }, Resources: {} };
  const providers = openProviders({ template, assets: new Map() } as never, clock, undefined);
  if (providers === undefined) throw new Error('The template takes payments');
  await Promise.all([api.listen(0), gateway.listen(), pages.listen(0), providers.listen()]);
  const issuer = await startIssuer({
    port: 0,
    audience: 'a',
    pagesOrigin: pages.url,
    people: [],
    stateDir: undefined,
  });
  const none = () => Promise.reject(new Error('not asked for'));
  const admin = await startAdmin({ clock, issueDevice: none, accessToken: none });
  stops.push(...[api, gateway, pages, providers, issuer, admin].map((server) => () => server.stop()), () =>
    rmSync(pagesDir, { recursive: true }),
  );
  Object.assign(addresses, {
    api: api.url,
    gateway: gateway.url,
    pages: pages.url,
    providers: providers.url,
    issuer: issuer.url,
    admin: admin.url,
  });
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** As it stands: `fetch` would mend the address first. */
function statusOf(server: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(addresses[server] ?? '');
    request({ hostname, port, path, method: 'POST' }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    })
      .on('error', reject)
      .end('{}');
  });
}

const broken = [
  '/estates/%E0%A4%A/overview',
  '/estates/e/overview?after=%E0%A4%A',
  '/%',
  '/sign-in/%E0%A4%A',
  '/auth?state=%E0%A4%A',
  '/devices/%E0%A4%A',
  '/pay/%zz',
  '/topics/%ff',
];

test.each(broken)('%s is a bad request to the HTTP API, the services and the providers', async (path) => {
  expect(await statusOf('api', path)).toBe(400);
  expect(await statusOf('gateway', path)).toBe(400);
  expect(await statusOf('providers', path)).toBe(400);
});

describe.each(['api', 'gateway', 'pages', 'providers', 'issuer', 'admin'])('%s', (server) => {
  test.each([...broken, '//', '//elsewhere/estates', '/%2f%2e%2e/x'])('is not harmed by %s', async (path) => {
    const status = await statusOf(server, path);
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
  });
});
