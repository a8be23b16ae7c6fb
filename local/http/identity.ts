import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { htmlHeaders, safeHeaders } from '../machine/html-headers.ts';
import { LOOPBACK, listen, readBody } from '../machine/listener.ts';
import { StateFile } from '../machine/state-file.ts';
import { IssuerMemory } from './issuer-memory.ts';
import type { Person, TokenClaims } from './person.ts';
import { SIGN_IN_STYLE, signInPage } from './sign-in-page.ts';

/** The embedded OpenID Connect issuer. */
export interface Issuer {
  readonly url: string;
  readonly clientId: string;
  /** An access token as the issuer would give it after a sign-in, for tools and tests. */
  accessToken(claims: TokenClaims): Promise<string>;
  stop(): Promise<void>;
}

export interface IssuerOptions {
  readonly port: number | undefined;
  readonly audience: string;
  /** Where the pages are served; the browser comes back there. */
  readonly pagesOrigin: string | undefined;
  readonly people: readonly Person[];
  readonly stateDir: string | undefined;
}

const CLIENT_ID = 'pages';
const KEY_ID = 'local';
/** The name under which the API is asked for (RFC 8707); the audience itself need not be a URI. */
const RESOURCE = 'urn:local:api';
const TOKEN_LIFE_S = 12 * 3600;

interface Stored {
  readonly key: JWK;
  readonly cookieSecret: string;
}

/** Starts the issuer. Its keys are kept with the state, so that a signed-in page survives a restart. */
export async function startIssuer(options: IssuerOptions): Promise<Issuer> {
  const { key, cookieSecret } = await openKeys(options.stateDir);
  const server = createServer();
  const url = `http://${LOOPBACK}:${await listen(server, options.port)}`;
  const provider = new Provider(url, configuration(options, key, cookieSecret));
  provider.on('server_error', (_context: unknown, error: Error) => console.error('issuer:', error));
  const callback = provider.callback();
  const formsTo = options.pagesOrigin === undefined ? [] : [options.pagesOrigin];
  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
    if (!request.url?.startsWith('/sign-in/')) void callback(request, response);
    else void signIn(provider, options.people, formsTo, request, response);
  });
  const signingKey = await importJWK(key, 'ES256');
  return {
    url,
    clientId: CLIENT_ID,
    accessToken: ({ sub, ...claims }) =>
      new SignJWT({ ...claims, scope: '', client_id: CLIENT_ID })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: KEY_ID })
        .setIssuer(url)
        .setAudience(options.audience)
        .setSubject(sub)
        .setIssuedAt()
        .setExpirationTime(`${TOKEN_LIFE_S}s`)
        .sign(signingKey),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function openKeys(stateDir: string | undefined): Promise<Stored> {
  const file = new StateFile<Stored>(stateDir, 'issuer.json');
  const known = file.read();
  if (known !== undefined) return known;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: KEY_ID, alg: 'ES256', use: 'sig' };
  const stored = { key, cookieSecret: randomBytes(32).toString('hex') };
  file.write(stored);
  return stored;
}

function configuration(options: IssuerOptions, key: JWK, cookieSecret: string): Configuration {
  const { people, audience, pagesOrigin } = options;
  const person = (id: string) => people.find(({ sub }) => sub === id);
  const here = pagesOrigin === undefined ? [] : [`${pagesOrigin}/`];
  return {
    adapter: IssuerMemory,
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: here.length > 0 ? here : [`http://${LOOPBACK}/`],
        post_logout_redirect_uris: here,
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [key] } as NonNullable<Configuration['jwks']>,
    cookies: { keys: [cookieSecret] },
    claims: { openid: ['sub'], profile: ['name'] },
    // The page reads the name from the id token; it has no other use for the userinfo endpoint.
    conformIdTokenClaims: false,
    clientBasedCORS: () => true,
    findAccount: (_context, id) => {
      const found = person(id);
      return found && { accountId: id, claims: () => ({ sub: id, name: found.name }) };
    },
    extraTokenClaims: (_context, token) => {
      const found = 'accountId' in token ? person(token.accountId) : undefined;
      if (found === undefined) return undefined;
      const { roles, estates, household } = found;
      return { roles, estates, ...(household === undefined ? {} : { household }) };
    },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenTTL: TOKEN_LIFE_S,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    interactions: { url: (_context, interaction) => `/sign-in/${interaction.uid}` },
    // Everybody who signs in here uses the one client that there is: nobody is asked for consent.
    loadExistingGrant: (context) => grantAll(context),
    ttl: {
      AccessToken: TOKEN_LIFE_S,
      IdToken: TOKEN_LIFE_S,
      Session: TOKEN_LIFE_S,
      Grant: TOKEN_LIFE_S,
      Interaction: 3600,
    },
  };
}

async function grantAll(context: KoaContextWithOIDC) {
  const { client, session, provider } = context.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile');
  grant.addResourceScope(RESOURCE, '');
  await grant.save();
  return grant;
}

async function signIn(
  provider: Provider,
  people: readonly Person[],
  formsTo: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await provider.interactionDetails(request, response);
    const form = new URLSearchParams(request.method === 'POST' ? (await readBody(request)).toString() : '');
    const [login, password] = [form.get('login') ?? '', form.get('password') ?? ''];
    const person = people.find((known) => known.login === login && known.password === password);
    if (person !== undefined) {
      await provider.interactionFinished(request, response, { login: { accountId: person.sub } });
      return;
    }
    show(response, 200, signInPage(people, request.method === 'POST' ? 'wrong' : undefined), formsTo);
  } catch {
    show(response, 400, signInPage([], 'expired'), formsTo);
  }
}

function show(response: ServerResponse, status: number, html: string, formsTo: readonly string[]): void {
  response.writeHead(status, htmlHeaders(SIGN_IN_STYLE, formsTo)).end(html);
}
