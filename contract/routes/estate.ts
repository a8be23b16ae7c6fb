import * as z from 'zod/mini';
import { alertSchema } from '../shapes/alert.ts';
import { estateSchema, overviewSchema } from '../shapes/overview.ts';
import { credentialRecordSchema } from '../shapes/provisioning.ts';
import { refusalsSchema } from '../shapes/refusal.ts';
import { type RouteContract, staff } from './route.ts';

const estate = '/estates/{estateId}';

export const estateContract = [
  {
    method: 'GET',
    path: '/estates',
    summary: 'The estates that the token opens.',
    roles: ['resident', 'manager', 'committee', 'operator'],
    answer: z.object({ estates: z.array(estateSchema) }),
  },
  {
    method: 'GET',
    path: `${estate}/overview`,
    summary:
      'Facilities with their boards, doors and occupancy, and the sensors: as they are now, as far as that is known, and else as they were last known.',
    roles: ['manager', 'committee', 'operator'],
    answer: overviewSchema,
  },
  {
    method: 'GET',
    path: `${estate}/alerts`,
    summary: 'The latest alerts, newest first.',
    roles: ['manager', 'committee', 'operator'],
    answer: z.object({ alerts: z.array(alertSchema) }),
  },
  {
    method: 'POST',
    path: `${estate}/alerts/{alertId}/acknowledge`,
    summary: 'A named person answers for an alert.',
    roles: ['manager', 'committee'],
    answer: alertSchema,
  },
  {
    method: 'GET',
    path: `${estate}/refusals`,
    summary: 'What devices and people were refused today, counted, and the latest of it.',
    roles: staff,
    answer: refusalsSchema,
  },
  {
    method: 'POST',
    path: `${estate}/credentials`,
    summary: 'Lets a card into facilities.',
    roles: staff,
    body: credentialRecordSchema,
    status: 201,
    answer: z.object({ credentialId: z.string() }),
  },
  {
    method: 'POST',
    path: `${estate}/credentials/{credentialId}/revoke`,
    summary: 'Lets a card in nowhere from now on.',
    roles: staff,
    answer: z.object({ credentialId: z.string() }),
  },
] as const satisfies readonly RouteContract[];
