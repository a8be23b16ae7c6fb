import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import document from '../docs/openapi.json' with { type: 'json' };

const body = JSON.stringify(document);

/** The API's own description, as OpenAPI 3.1. */
export const handler = middy().handler(
  async (): Promise<APIGatewayProxyStructuredResultV2> => ({
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'max-age=300' },
    body,
  }),
);
