import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { providerNames } from '../src/payments/provider.ts';
import { takeNotice } from '../src/payments/take-notice.ts';
import { awsBackend } from './wiring/backend.ts';
import { awsPayments } from './wiring/payments.ts';

const [backend, payments] = await Promise.all([awsBackend(), awsPayments()]);

/** A provider tells of a payment or a refund. Anybody may call this; only what is signed is taken. */
export const handler = middy<APIGatewayProxyEventV2>().handler(
  async (request): Promise<APIGatewayProxyStructuredResultV2> => {
    const name = providerNames.find((provider) => request.routeKey === `POST /payments/${provider}/notify`);
    const provider = name === undefined ? undefined : payments[name];
    if (provider === undefined) return { statusCode: 404, body: '' };
    // The signature is over these bytes: they are not decoded and encoded again.
    const bytes = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8');
    const answer = await takeNotice(backend, provider, { headers: request.headers, body: bytes });
    return {
      statusCode: answer.status,
      headers: { 'content-type': answer.contentType },
      body: answer.body,
    };
  },
);
