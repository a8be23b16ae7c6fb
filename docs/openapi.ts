import * as z from 'zod';
import { contracts } from '../contract/routes/all.ts';
import { parametersIn, type RouteContract } from '../contract/routes/route.ts';
import { receiptSchema } from '../contract/shapes/receipt.ts';
import { tariffSchema } from '../contract/shapes/tariff.ts';
import { errorTable } from '../contract/words/errors.ts';

type Json = Readonly<Record<string, unknown>>;

const mediaTypes = { pdf: 'application/pdf', html: 'text/html' } as const;

/** The HTTP API as an OpenAPI 3.1 document, made from the contracts that the functions themselves parse with. */
export function openApi(): Json {
  const paths: Record<string, Json> = {};
  for (const [tag, routes] of Object.entries(contracts))
    for (const route of routes)
      paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(tag, route) };
  return {
    openapi: '3.1.1',
    info: {
      title: 'Pengyou 棚友',
      version: '1.0.0',
      description:
        'Sheds, doors, sessions and money of an estate. Money is in fen, prices in milli-yuan, energy in Wh, times in milliseconds since 1970 (UTC). Exact amounts are in grains: 36,000,000 to the fen.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: Object.keys(contracts).map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        person: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'An access token of the estate’s OpenID Connect issuer, with `roles`, `estates` and, for a resident, `household`.',
        },
      },
      schemas: { Error: errorSchema(), ...Object.fromEntries(named) },
    },
  };
}

function operation(
  tag: string,
  { method, path, summary, roles, body, query, answer, status }: RouteContract,
) {
  const success = String(status ?? 200);
  const forAnyone = roles === 'anyone';
  return {
    tags: [tag],
    operationId: `${method} ${path}`,
    summary,
    ...(forAnyone ? {} : { description: `Roles: ${roles.join(', ')}.`, security: [{ person: [] }] }),
    parameters: [...pathParameters(path), ...queryParameters(query ?? {})],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(body, 'input') } },
          },
        }),
    responses: {
      [success]: { description: 'Done.', content: contentOf(answer) },
      ...(forAnyone ? {} : { '401': { description: 'No valid token.' } }),
      default: {
        description: 'Refused or failed; nothing was written.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function contentOf(answer: RouteContract['answer']): Json {
  if (typeof answer === 'string') return { [mediaTypes[answer]]: {} };
  return { 'application/json': { schema: jsonSchema(answer, 'output') } };
}

function pathParameters(path: string): Json[] {
  return parametersIn(path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: NonNullable<RouteContract['query']>): Json[] {
  return Object.entries(query).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !z.safeParse(schema, undefined).success,
    schema: jsonSchema(schema, 'input'),
  }));
}

/** What many routes speak of has a name and is described once. */
const names = z.registry<{ id: string }>();
names.add(tariffSchema, { id: 'Tariff' }).add(receiptSchema, { id: 'Receipt' });
const named = new Map<string, unknown>();

function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): unknown {
  const {
    $schema: _,
    $defs = {},
    ...content
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    metadata: names,
    // A body with a member that nobody would heed is refused (functions/wiring/serve.ts).
    override: ({ jsonSchema: part }) => {
      if (io === 'input' && part.properties !== undefined) part.additionalProperties ??= false;
    },
  });
  for (const [name, definition] of Object.entries($defs)) named.set(name, referring(definition));
  return referring(content);
}

/** The same schema, with references into the document's own list. */
function referring(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('#/$defs/', '#/components/schemas/'));
}

function errorSchema(): Json {
  const names = [...Object.keys(errorTable), 'unavailable'].sort();
  return {
    type: 'object',
    required: ['error', 'message'],
    properties: {
      error: { type: 'string', enum: names, description: 'Named; the status follows from the name.' },
      message: { type: 'string', description: 'For the person who meets it.' },
    },
  };
}
