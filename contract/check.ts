import * as z from 'zod/mini';
import type { CallKey } from './client.ts';
import { contracts } from './routes/all.ts';
import { type RouteContract, routeKey } from './routes/route.ts';

const routes = new Map(
  Object.values(contracts).flatMap((list: readonly RouteContract[]) =>
    list.map((route) => [routeKey(route), route] as const),
  ),
);

/** Throws, with the place and what is wrong there, for an answer in JSON that is not what the route's contract says. */
export function checkAnswer(key: CallKey, answer: unknown): void {
  const schema = routes.get(key)?.answer;
  if (typeof schema !== 'object') return;
  const parsed = z.safeParse(schema, answer);
  if (!parsed.success) throw new Error(`${key}: ${z.prettifyError(parsed.error)}`);
}
