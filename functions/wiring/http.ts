import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { $ZodError, prettifyError } from 'zod/v4/core';
import { DomainError } from '../../src/shared/errors.ts';
import { log } from '../../src/shared/log.ts';

export type HttpRequest = APIGatewayProxyEventV2WithJWTAuthorizer;
export type Role = 'resident' | 'manager' | 'committee' | 'operator';

/** Who asks: from the token alone, never from the request. */
export interface Person {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly estates: readonly string[];
  readonly householdId: string | undefined;
}

export interface Call {
  readonly person: Person;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON body; undefined when there is none. */
  readonly body: unknown;
  readonly rawBody: string;
}

/** What answers one route, e.g. `GET /estates`: JSON, or, where a type is named, text or bytes as they are. */
export type Answer = (call: Call) => Promise<
  | { readonly status?: number; readonly body: unknown; readonly type?: undefined }
  | {
      readonly status?: number;
      readonly body: string | Uint8Array;
      readonly type: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
>;

/** Dispatches a request to its route, as API Gateway named it. */
export function routes(table: Readonly<Record<string, Answer>>) {
  return async (request: HttpRequest): Promise<APIGatewayProxyStructuredResultV2> => {
    const answer = table[request.routeKey];
    if (answer === undefined) throw new DomainError('not-found', `There is no ${request.routeKey}`);
    const answered = await answer(callOf(request));
    const { status = 200 } = answered;
    return answered.type === undefined ? json(status, answered.body) : asIs({ ...answered, status });
  };
}

function asIs(answered: {
  readonly status: number;
  readonly body: string | Uint8Array;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}): APIGatewayProxyStructuredResultV2 {
  const { status: statusCode, body, type } = answered;
  const headers = { 'content-type': type, ...answered.headers };
  if (typeof body === 'string') return { statusCode, headers, body };
  return { statusCode, headers, body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
}

/** Every failure becomes its named answer. What has no name is ours: it is logged, and told as an outage. */
export const namedErrors: MiddlewareObj<HttpRequest, APIGatewayProxyStructuredResultV2> = {
  onError(request) {
    const { error } = request;
    if (error instanceof DomainError) {
      request.response = json(error.status, { error: error.error, message: error.message });
    } else if (error instanceof $ZodError) {
      request.response = json(400, { error: 'bad-request', message: prettifyError(error) });
    } else {
      log('request-failed', { route: request.event.routeKey, error: String(error) });
      request.response = json(503, {
        error: 'unavailable',
        message: 'Something failed on our side; try again',
      });
    }
  },
};

/** Lets only these roles through, and only to their own estates: another estate is not there at all. */
export function estateOf({ person, path }: Call, roles: readonly Role[]): string {
  const estateId = path['estateId'] ?? '';
  if (!person.estates.includes(estateId))
    throw new DomainError('not-found', `There is no estate ${estateId}`);
  if (!roles.some((role) => person.roles.includes(role)))
    throw new DomainError('forbidden', `This needs one of the roles: ${roles.join(', ')}`);
  return estateId;
}

/**
 * The household that a resident acts for. A token names one household but may name several estates, and then nothing
 * says whose household it is; and without one, nothing is this person's own.
 */
export function householdOf({ person }: Call): string {
  if (person.householdId === undefined) throw new DomainError('forbidden', 'The token names no household');
  if (person.estates.length !== 1)
    throw new DomainError('forbidden', 'A household belongs to one estate; the token names several');
  return person.householdId;
}

/** Every name of ours, and short enough to be part of a key. */
const namePattern = /^[A-Za-z0-9:._-]{1,200}$/;

/** A part of the path that the route promises, as API Gateway has decoded it. */
export function named(path: Call['path'], name: string): string {
  const value = path[name] ?? '';
  if (!namePattern.test(value)) throw new DomainError('bad-request', `${name} is missing or is no name`);
  return value;
}

const words = z._default(z.string(), '');
const claimsSchema = z.object({
  sub: z.string(),
  roles: words,
  estates: words,
  household: z.optional(z.string()),
});

function callOf(request: HttpRequest): Call {
  const { sub, roles, estates, household } = claimsSchema.parse(request.requestContext.authorizer.jwt.claims);
  const rawBody =
    request.isBase64Encoded && request.body !== undefined
      ? Buffer.from(request.body, 'base64').toString('utf8')
      : (request.body ?? '');
  return {
    person: {
      subject: sub,
      roles: roles.split(' ').filter(Boolean),
      estates: estates.split(' ').filter(Boolean),
      householdId: household,
    },
    path: request.pathParameters ?? {},
    query: request.queryStringParameters ?? {},
    body: parseJson(rawBody),
    rawBody,
  };
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('bad-request', 'The body is not JSON');
  }
}

function json(statusCode: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
