import middy from '@middy/core';
import * as z from 'zod/mini';
import {
  type Parameter,
  parametersIn,
  type Role,
  type RouteContract,
  type RouteKey,
  routeKey,
} from '../../contract/routes/route.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { placeOf, unknownMember } from '../../src/shared/unknown-member.ts';
import { type HttpAnswer, type HttpRequest, json, namedErrors, type Page, page } from './http.ts';
import { inTime } from './in-time.ts';
import { type Person, personOf } from './person.ts';

/** A request of somebody whom the contract lets through. */
export interface Call<Name extends string = 'estateId'> {
  readonly person: Person;
  /** The parameters of the path; an estate is one that the token opens. */
  readonly path: Readonly<Record<Name, string>>;
  /** The body as it was sent. */
  readonly rawBody: string;
}

/** A route that needs a token; those for anyone are served in `public-http.ts`. */
type Route = RouteContract & { readonly roles: readonly Role[]; readonly answer: z.ZodMiniType | 'html' };

/** … with what its contract says of query and body. */
interface RouteCall<R extends Route> extends Call<Parameter<R['path']>> {
  readonly query: R extends { readonly query: infer Q extends Record<string, z.ZodMiniType> }
    ? z.output<z.ZodMiniObject<Q>>
    : unknown;
  readonly body: R extends { readonly body: infer B extends z.ZodMiniType } ? z.output<B> : unknown;
}

/** JSON as the contract says, or a page. */
type RouteAnswer<R extends Route> = R['answer'] extends z.ZodMiniType ? Shown<z.output<R['answer']>> : Page;
type Shown<T> = T extends object ? { readonly [K in keyof T]: Shown<T[K]> } : T;

type Handlers<R extends Route> = {
  readonly [Key in RouteKey<R>]: (call: RouteCall<Keyed<R, Key>>) => Promise<RouteAnswer<Keyed<R, Key>>>;
};
type Keyed<R extends Route, Key> = R extends Route ? (RouteKey<R> extends Key ? R : never) : never;

/**
 * The function that serves a contract: each of its routes, and no other. Another estate than the token's is not there at
 * all (`not-found`), whoever asks; then comes the role (`forbidden`), and then what was sent (`bad-request`).
 */
export function serve<R extends Route>(contract: readonly R[], handlers: Handlers<R>) {
  const table = new Map(contract.map((route) => [routeKey(route), answering(route, handlers)]));
  return middy<HttpRequest>(inTime)
    .use(namedErrors)
    .handler(async (request): Promise<HttpAnswer> => {
      const answer = table.get(request.routeKey);
      if (answer === undefined) throw new DomainError('not-found', `There is no ${request.routeKey}`);
      return answer(request);
    });
}

function answering(route: Route, handlers: object) {
  // The table's type has a handler for each route, which takes what its own contract says.
  const handle = handlers[routeKey(route) as never] as (call: RouteCall<Route>) => Promise<unknown>;
  const names = parametersIn(route.path);
  const query = z.object(route.query ?? {});
  return async (request: HttpRequest): Promise<HttpAnswer> => {
    const person = personOf(request);
    const sent = request.pathParameters ?? {};
    if (names.includes('estateId')) checkEstate(person, sent['estateId']);
    checkRole(person, route.roles);
    const rawBody = textOf(request);
    const answer = await handle({
      person,
      path: Object.fromEntries(names.map((name) => [name, named(sent, name)])),
      query: query.parse(request.queryStringParameters ?? {}),
      body: route.body === undefined ? undefined : bodyOf(route.body, jsonIn(rawBody)),
      rawBody,
    });
    const { status = 200 } = route;
    return route.answer === 'html' ? page(status, answer as Page) : json(status, answer);
  };
}

/** What a body says; none is one in which nothing is said. Throws `bad-request` for a member that nobody would heed. */
function bodyOf(schema: z.ZodMiniType, sent: unknown): unknown {
  const body = schema.parse(sent ?? {});
  const unknown = unknownMember(sent, body);
  if (unknown !== undefined) throw new DomainError('bad-request', `${placeOf(unknown)} is not known`);
  return body;
}

function checkEstate({ estates }: Person, estateId = ''): void {
  if (!estates.includes(estateId)) throw new DomainError('not-found', `There is no estate ${estateId}`);
}

function checkRole(person: Person, roles: readonly Role[]): void {
  if (!roles.some((role) => person.roles.includes(role)))
    throw new DomainError('forbidden', `This needs one of the roles: ${roles.join(', ')}`);
}

/** Every name of ours, and short enough to be part of a key. */
const namePattern = /^[A-Za-z0-9:._-]{1,200}$/;

/** A part of the path that the route promises, as API Gateway has decoded it. */
function named(path: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = path[name] ?? '';
  if (!namePattern.test(value)) throw new DomainError('bad-request', `${name} is missing or is no name`);
  return value;
}

function textOf({ body = '', isBase64Encoded }: HttpRequest): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}

function jsonIn(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('bad-request', 'The body is not JSON');
  }
}
