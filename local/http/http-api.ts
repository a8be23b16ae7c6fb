import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { Lambda } from '../lambda/lambda.ts';
import type { WorldClock } from '../machine/clock.ts';
import { addressOf, BodyTooLarge, LOOPBACK, listen, readBody } from '../machine/listener.ts';
import { ACCOUNT, arnOf } from '../template/arn.ts';
import type { InvokePermissions } from '../template/iam.ts';
import { type Resource, type Template, Unsupported } from '../template/template.ts';
import { AccessLog, type CallTold } from './access-log.ts';

interface Route {
  readonly key: string;
  readonly method: string;
  readonly pattern: RegExp;
  /** Literal routes win over those with parameters. */
  readonly parameters: number;
  readonly functionId: string;
  readonly verify: ((token: string) => Promise<JWTPayload>) | undefined;
}

interface Cors {
  readonly AllowOrigins?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowHeaders?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly AllowCredentials?: boolean;
  readonly MaxAge?: number;
}

interface ApiWorld {
  readonly clock: WorldClock;
  readonly lambda: Lambda;
  readonly permissions: InvokePermissions;
  readonly log: (line: string) => void;
}

/** What an HTTP API takes. */
const LARGEST_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** The HTTP API of the template: routes, JWT authorizer, CORS, and payload format 2.0. */
export class HttpApi {
  /** Known once it listens. */
  url = '';
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #routes: readonly Route[] = [];
  #cors: Cors | undefined;
  #world: ApiWorld | undefined;
  #accessLog = new AccessLog();

  async listen(port: number | undefined): Promise<void> {
    this.#server.keepAliveTimeout = 0;
    this.url = `http://${LOOPBACK}:${await listen(this.#server, port)}`;
  }

  connect(template: Template, world: ApiWorld): void {
    const [api, second] = template.ofType('AWS::ApiGatewayV2::Api');
    if (second) throw new Unsupported(second.logicalId, second.type, 'more than one HTTP API');
    if (api && api.properties.ProtocolType !== 'HTTP') {
      throw new Unsupported(api.logicalId, api.type, `ProtocolType ${api.properties.ProtocolType}`);
    }
    for (const { logicalId, type, properties } of template.ofType('AWS::ApiGatewayV2::Stage')) {
      if (properties.StageName !== '$default')
        throw new Unsupported(logicalId, type, `StageName ${properties.StageName}`);
    }
    this.#accessLog.open(template, world);
    this.#world = world;
    this.#cors = api?.properties.CorsConfiguration;
    const routes = template.ofType('AWS::ApiGatewayV2::Route').map((route) => readRoute(route, template));
    for (const { functionId, key } of routes) {
      world.permissions.demand(
        functionId,
        'apigateway',
        arnOf('execute-api', `${api?.logicalId}/$default/${key.replace(' ', '')}`),
      );
    }
    this.#routes = routes.sort((a, b) => a.parameters - b.parameters);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const told = this.#accessLog.begin(request, response);
    for (const [name, value] of Object.entries(this.#corsHeaders(request.headers.origin)))
      response.setHeader(name, value);
    try {
      if (request.method === 'OPTIONS' && this.#cors) response.writeHead(204).end();
      else await this.#invoke(request, response, told);
    } catch (error) {
      if (error instanceof BodyTooLarge) refuse(response, told, 413, 'Request Entity Too Large');
      else if (!response.headersSent) refuse(response, told, 500, 'Internal Server Error');
      else response.destroy(error as Error);
    }
  }

  async #invoke(request: IncomingMessage, response: ServerResponse, told: CallTold): Promise<void> {
    const url = addressOf(request, this.url);
    if (url === undefined) return refuse(response, told, 400, 'Bad Request');
    const route = this.#routes.find(
      ({ method, pattern }) => (method === 'ANY' || method === request.method) && pattern.test(url.pathname),
    );
    if (route === undefined || this.#world === undefined) return refuse(response, told, 404, 'Not Found');
    told.routeKey = route.key;
    let claims: JWTPayload | undefined;
    if (route.verify) {
      const [, token = ''] = /^(?:Bearer\s+)?(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
      claims = await route.verify(token).catch(() => undefined);
      if (claims === undefined)
        return refuse(response, told, 401, 'Unauthorized', { 'www-authenticate': 'Bearer' });
      for (const [name, text] of Object.entries(claimTexts(claims))) told[`authorizer.claims.${name}`] = text;
    }
    const event = await httpEvent(request, url, route, claims, told.requestId, this.#world.clock.now());
    const result = await this.#world.lambda.invoke(route.functionId, JSON.stringify(event));
    if (!result.ok) {
      told.integrationErrorMessage = result.error;
      return refuse(response, told, 500, 'Internal Server Error');
    }
    told['responseLength'] = send(response, JSON.parse(result.payload));
  }

  #corsHeaders(origin: string | undefined): Record<string, string> {
    const cors = this.#cors;
    const allowed = cors?.AllowOrigins ?? [];
    if (origin === undefined || cors === undefined) return {};
    if (!allowed.includes('*') && !allowed.includes(origin)) return {};
    const list = (name: string, values: readonly string[] | undefined) =>
      values ? { [name]: values.join(',') } : {};
    return {
      'access-control-allow-origin': allowed.includes('*') ? '*' : origin,
      ...list('access-control-allow-methods', cors.AllowMethods),
      ...list('access-control-allow-headers', cors.AllowHeaders),
      ...list('access-control-expose-headers', cors.ExposeHeaders),
      ...(cors.AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
      ...(cors.MaxAge ? { 'access-control-max-age': String(cors.MaxAge) } : {}),
    };
  }
}

function readRoute(route: Resource, template: Template): Route {
  const { logicalId, type } = route;
  const {
    RouteKey,
    Target,
    AuthorizationType = 'NONE',
    AuthorizerId,
    AuthorizationScopes,
  } = route.properties;
  const [method = '', path = ''] = String(RouteKey).split(' ');
  if (AuthorizationType !== 'NONE' && AuthorizationType !== 'JWT') {
    throw new Unsupported(logicalId, type, `AuthorizationType ${AuthorizationType}`);
  }
  if (AuthorizationScopes?.length > 0) throw new Unsupported(logicalId, type, 'AuthorizationScopes');
  if (!path.startsWith('/')) throw new Unsupported(logicalId, type, `RouteKey ${RouteKey}`);
  const integration = template.find(
    'AWS::ApiGatewayV2::Integration',
    String(Target).replace('integrations/', ''),
  );
  const { IntegrationType, PayloadFormatVersion, IntegrationUri } = integration.properties;
  if (IntegrationType !== 'AWS_PROXY' || PayloadFormatVersion !== '2.0') {
    throw new Unsupported(
      integration.logicalId,
      integration.type,
      `${IntegrationType} ${PayloadFormatVersion}`,
    );
  }
  const literal = (text: string) => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  const pattern = literal(path)
    .replace(/\{(\w+)\\\+\}/g, '(?<$1>.+)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return {
    key: RouteKey,
    method,
    pattern: new RegExp(`^${pattern}/?$`),
    parameters: path.split('{').length - 1,
    functionId: template.find('AWS::Lambda::Function', IntegrationUri).logicalId,
    verify: AuthorizationType === 'JWT' ? jwtVerifier(AuthorizerId, template) : undefined,
  };
}

/** Tokens live in real time, whatever the world's clock says: issuer and browser are part of the real world. */
function jwtVerifier(authorizerId: string, template: Template): (token: string) => Promise<JWTPayload> {
  const { logicalId, type, properties } = template.find('AWS::ApiGatewayV2::Authorizer', authorizerId);
  const { Issuer, Audience } = properties.JwtConfiguration;
  if (properties.AuthorizerType !== 'JWT')
    throw new Unsupported(logicalId, type, `type ${properties.AuthorizerType}`);
  if ([properties.IdentitySource].flat().join() !== '$request.header.Authorization') {
    throw new Unsupported(logicalId, type, `IdentitySource ${properties.IdentitySource}`);
  }
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined;
  return async (token) => {
    keys ??= createRemoteJWKSet(await jwksUri(Issuer));
    return (await jwtVerify(token, keys, { issuer: Issuer, audience: Audience })).payload;
  };
}

async function jwksUri(issuer: string): Promise<URL> {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  return new URL(((await answer.json()) as { jwks_uri: string }).jwks_uri);
}

async function httpEvent(
  request: IncomingMessage,
  url: URL,
  route: Route,
  claims: JWTPayload | undefined,
  requestId: string,
  nowMs: number,
): Promise<object> {
  const body = await readBody(request, LARGEST_PAYLOAD_BYTES);
  const isText = TEXT_TYPE.test(request.headers['content-type'] ?? 'text/plain');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const parameters = route.pattern.exec(url.pathname)?.groups;
  const query: Record<string, string> = {};
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name).join(',');
  const decoded = Object.entries(parameters ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
  const http = {
    method: request.method,
    path: url.pathname,
    protocol: 'HTTP/1.1',
    sourceIp: LOOPBACK,
    userAgent: headers['user-agent'] ?? '',
  };
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    ...(decoded.length > 0 ? { pathParameters: Object.fromEntries(decoded) } : {}),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'local',
      stage: '$default',
      routeKey: route.key,
      requestId,
      time: new Date(nowMs).toISOString(),
      timeEpoch: nowMs,
      http,
      ...(claims ? { authorizer: { jwt: { claims: claimTexts(claims), scopes: null } } } : {}),
    },
    ...(body.length > 0 ? { body: body.toString(isText ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** What is handed over as it came; anything else, forms too, is in Base64. */
const TEXT_TYPE = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript)\b)/;

/** The service hands every claim over as text: lists as `[a b]`, objects as JSON. */
function claimTexts(claims: JWTPayload): Record<string, string> {
  const text = (value: unknown) => {
    if (Array.isArray(value)) return `[${value.join(' ')}]`;
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  };
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, text(value)]));
}

interface HttpResult {
  readonly statusCode?: number;
  readonly headers?: Record<string, string | number | boolean>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** A result without a status is a body by itself: format 2.0's short form. Answers how many bytes were sent. */
function send(response: ServerResponse, result: HttpResult | string | null): number {
  if (typeof result !== 'object' || result === null || result.statusCode === undefined) {
    const body = JSON.stringify(result);
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    return Buffer.byteLength(body);
  }
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value));
  if (result.cookies) response.setHeader('set-cookie', result.cookies);
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain;charset=utf-8');
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  response.writeHead(result.statusCode).end(body);
  return body.length;
}

/** What the gateway itself answers, and says in the access log. */
function refuse(
  response: ServerResponse,
  told: CallTold,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  told['error.message'] = message;
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ message }));
}
