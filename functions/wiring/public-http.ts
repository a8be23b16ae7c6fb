import middy from '@middy/core';
import type { RouteContract, RouteKey } from '../../contract/routes/route.ts';
import { DomainError } from '../../src/shared/errors.ts';
import { type HttpAnswer, type HttpRequest, namedErrors } from './http.ts';
import { inTime } from './in-time.ts';

/** What answers one route that needs no token: it knows the path as it was typed, and nobody's name. */
type PublicAnswer = (path: Readonly<Record<string, string | undefined>>) => Promise<HttpAnswer>;

/** The function that serves a contract for anyone: each of its routes, and no other. */
export function servePublic<C extends readonly RouteContract[]>(
  handlers: Readonly<Record<RouteKey<C[number]>, PublicAnswer>>,
) {
  const table = new Map(Object.entries<PublicAnswer>(handlers));
  return middy<HttpRequest>(inTime)
    .use(namedErrors)
    .handler(async (request): Promise<HttpAnswer> => {
      const answer = table.get(request.routeKey);
      if (answer === undefined) throw new DomainError('not-found', `There is no ${request.routeKey}`);
      return answer(request.pathParameters ?? {});
    });
}
