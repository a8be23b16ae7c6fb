import type * as z from 'zod/mini';
import type { Role } from '../wiring/http.ts';

/**
 * One route of the HTTP API, described once: the cloud's routes, the parsing of what is sent, and the OpenAPI document
 * are all made from it.
 */
export interface RouteContract {
  readonly method: 'GET' | 'POST';
  /** With parameters in braces, e.g. `/estates/{estateId}/charges`. */
  readonly path: string;
  /** One sentence, for whoever reads the API's document. */
  readonly summary: string;
  /** Who may call it with a token that has one of these roles; `anyone` needs no token. */
  readonly roles: readonly Role[] | 'anyone';
  readonly body?: z.ZodMiniType;
  readonly query?: Readonly<Record<string, z.ZodMiniType>>;
  readonly answer: z.ZodMiniType | 'pdf' | 'csv' | 'html';
  /** The status of a success; 200 where it is not said. */
  readonly status?: 200 | 201 | 202 | 204;
}

/** What API Gateway, and the functions' tables of routes, call a route. */
export const routeKey = ({ method, path }: RouteContract): string => `${method} ${path}`;
