import * as z from 'zod/mini';
import type { RouteContract } from './route.ts';

export const documentContract = [
  {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document.',
    roles: 'anyone',
    answer: z.looseObject({ openapi: z.string() }),
  },
] as const satisfies readonly RouteContract[];
