import type * as z from 'zod/mini';

export type Role = 'resident' | 'manager' | 'committee' | 'operator';

/** Who runs an estate: they see every household's money and sessions, a resident the own household's. */
export const staff = ['manager', 'operator'] as const satisfies readonly Role[];

/**
 * One route of the HTTP API, described once: the cloud's routes, who is let through, the parsing of what is sent, and
 * the OpenAPI document are all made from it.
 */
export interface RouteContract {
  readonly method: 'GET' | 'POST';
  /** With parameters in braces, e.g. `/estates/{estateId}/sessions`. */
  readonly path: string;
  /** One sentence, for whoever reads the API's document. */
  readonly summary: string;
  /** Who may call it with a token that has one of these roles; `anyone` needs no token. */
  readonly roles: readonly Role[] | 'anyone';
  readonly body?: z.ZodMiniType;
  readonly query?: Readonly<Record<string, z.ZodMiniType>>;
  readonly answer: z.ZodMiniType | 'pdf' | 'html';
  /** The status of a success; 200 where it is not said. */
  readonly status?: 200 | 201 | 202 | 204;
}

/** What API Gateway, and the functions' tables of routes, call a route. */
export type RouteKey<R extends RouteContract> = R extends RouteContract
  ? `${R['method']} ${R['path']}`
  : never;
export const routeKey = ({ method, path }: RouteContract): string => `${method} ${path}`;

/** The names in braces in a path. */
export type Parameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Parameter<Rest>
  : never;
export const parametersIn = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
