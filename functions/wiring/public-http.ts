import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { DomainError } from '../../src/shared/errors.ts';
import type { HttpRequest } from './http.ts';

/** What answers one route that needs no token: it knows the path and nobody's name. */
export type PublicAnswer = (
  path: Readonly<Record<string, string | undefined>>,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Dispatches a request of anyone to its route, as API Gateway named it. */
export function publicRoutes(table: Readonly<Record<string, PublicAnswer>>) {
  return async (request: HttpRequest): Promise<APIGatewayProxyStructuredResultV2> => {
    const answer = table[request.routeKey];
    if (answer === undefined) throw new DomainError('not-found', `There is no ${request.routeKey}`);
    return answer(request.pathParameters ?? {});
  };
}
