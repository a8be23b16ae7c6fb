import { createHash } from 'node:crypto';
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { $ZodError, config, prettifyError } from 'zod/v4/core';
import english from 'zod/v4/locales/en.js';
import { DomainError } from '../../src/shared/errors.ts';
import { log, said } from '../../src/shared/log.ts';
import { runOf } from './failures.ts';

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
      log('request-failed', { ...runOf(request.context), route: request.event.routeKey, ...said(error) });
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
  const headers = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' };
  return { statusCode, headers, body: JSON.stringify(body) };
}

/** A page without a script, and with one style. */
export interface Page {
  readonly html: string;
  readonly style: string;
}

/** It may be printed and nothing else: it runs nothing, loads nothing, leads nowhere, and stands in no foreign frame. */
export function page(statusCode: number, { html, style }: Page): HttpAnswer {
  const hash = createHash('sha256').update(style).digest('base64');
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-modals`,
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
  return { statusCode, headers, body: html };
}
