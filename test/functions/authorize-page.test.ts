import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** An issuer of tokens, with its discovery document and its keys. */
let server: Server;
let issuer: string;
let privateKey: CryptoKey;
let handler: (request: object) => Promise<Answer>;

interface Answer {
  readonly isAuthenticated: boolean;
  readonly policyDocuments: readonly string[];
}

beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  privateKey = pair.privateKey;
  const key = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'RS256' };
  server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const isDiscovery = request.url?.includes('openid-configuration') === true;
    response.end(JSON.stringify(isDiscovery ? { jwks_uri: `${issuer}/keys` } : { keys: [key] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  Object.assign(process.env, { BROKER_ARN: 'arn:broker', ISSUER_URL: issuer, AUDIENCE: 'pengyou' });
  ({ handler } = (await import('../../functions/authorize-page.ts')) as never);
});
afterAll(() => server.close());

async function connect(
  clientId: string,
  roles: string,
  claims: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const token = await new SignJWT({ estates: 'ziyun', roles, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .setSubject('li')
    .setIssuer(issuer)
    .setAudience('pengyou')
    .setExpirationTime('1h')
    .sign(privateKey);
  const password = Buffer.from(token).toString('base64');
  return handler({ protocolData: { mqtt: { password, clientId } } });
}

/** What a policy allows, e.g. `client/page-1` and `topic/live/ziyun/alerts`. */
const rights = ({ policyDocuments }: Answer): string[] =>
  policyDocuments
    .flatMap((document) => JSON.parse(document).Statement as { Resource: string[] }[])
    .flatMap(({ Resource }) => Resource.map((resource) => resource.slice('arn:broker:'.length)));

/** A page of the person `li`: 32 digits of the SHA-256 of the token's subject. */
const pageOfLi = 'page-00a9e4255a5b63067b76cbfb9fd67f26-1';

describe('a page', () => {
  test('comes in under a name of its person’s pages, and under no other', async () => {
    const answer = await connect(pageOfLi, 'manager');
    expect(answer.isAuthenticated).toBe(true);
    expect(rights(answer).filter((right) => right.startsWith('client/'))).toEqual([`client/${pageOfLi}`]);
  });

  test.each([
    'reader-out',
    '861317069234387',
    'page',
    'page-1',
    pageOfLi.slice(0, -1),
    `${pageOfLi}*`,
    `${pageOfLi}/b`,
    `x${pageOfLi}`,
  ])('does not come in as %s', async (clientId) => {
    expect((await connect(clientId, 'committee')).isAuthenticated).toBe(false);
  });

  test('does not come in under a name of somebody else’s page, which would be closed', async () => {
    const pageOfWang = 'page-2ac81299578013795576682809a4a16d-1';
    expect((await connect(pageOfWang, 'manager')).isAuthenticated).toBe(false);
  });

  test.each(['manager', 'manager committee', 'operator'])('of a %s hears everything', async (roles) => {
    expect(rights(await connect(pageOfLi, roles))).toContain('topic/live/ziyun/*');
  });

  test('of a committee hears nothing of bills and refusals, as the API tells it nothing of them', async () => {
    const heard = rights(await connect(pageOfLi, 'committee')).filter((right) => right.startsWith('topic/'));
    const kinds = ['alerts', 'stays', 'doors', 'ports', 'devices'];
    expect(heard).toEqual(kinds.map((kind) => `topic/live/ziyun/${kind}`));
  });

  test('of a resident hears what its own household is told, and nothing else', async () => {
    const heard = rights(await connect(pageOfLi, 'resident', { household: 'h1' }));
    expect(heard.filter((right) => right.startsWith('topic/'))).toEqual(['topic/live/ziyun/household-h1']);
  });

  test.each([
    ['no household', {}],
    ['a household, but of which estate?', { household: 'h1', estates: 'ziyun youyi' }],
    ['a household that is a pattern', { household: '*' }],
  ])('of a resident with %s hears nothing', async (_, claims) => {
    expect((await connect(pageOfLi, 'resident', claims)).isAuthenticated).toBe(false);
  });
});
