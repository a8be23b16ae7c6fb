import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { $ZodError, config, prettifyError } from 'zod/v4/core';
import english from 'zod/v4/locales/en.js';
import { DomainError } from '../../src/shared/errors.ts';
import { log } from '../../src/shared/log.ts';

export type HttpRequest = APIGatewayProxyEventV2WithJWTAuthorizer;
export type HttpAnswer = APIGatewayProxyStructuredResultV2;

// Without a language the small zod says no more than `Invalid input`.
config(english());

/** Every failure becomes its named answer. What has no name is ours: it is logged, and told as an outage. */
export const namedErrors: MiddlewareObj<HttpRequest, HttpAnswer> = {
  onError(request) {
    const { error } = request;
    if (error instanceof DomainError) {
      request.response = json(error.status, { error: error.error, message: error.message });
    } else if (error instanceof $ZodError) {
      request.response = json(400, { error: nameOf(error), message: prettifyError(error) });
    } else {
      log('request-failed', { route: request.event.routeKey, error: String(error) });
      request.response = json(503, {
        error: 'unavailable',
        message: 'Something failed on our side; try again',
      });
    }
  },
};

/** An amount that is none has its own name wherever it stands. */
const nameOf = ({ issues }: $ZodError): string =>
  issues.every(({ path }) => /Fen$/.test(String(path.at(-1)))) ? 'money-invalid' : 'bad-request';

export function json(statusCode: number, body: unknown): HttpAnswer {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
