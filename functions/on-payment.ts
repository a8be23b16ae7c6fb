import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { providerNames } from '../contract/words/words.ts';
import { countedRefusals } from '../src/journal/counted-refusals.ts';
import { handleNotification } from '../src/payments/handle-notification.ts';
import type { NotificationAnswer } from '../src/payments/provider.ts';
import { DomainError } from '../src/shared/errors.ts';
import { awsBackend } from './wiring/backend.ts';
import { inTime } from './wiring/in-time.ts';
import { awsPayments } from './wiring/payments.ts';
import { paymentVault } from './wiring/secrets.ts';

const [backend, payments] = await Promise.all([awsBackend(paymentVault()), awsPayments()]);
const counter = countedRefusals(backend);

/** A provider tells of a payment or a refund. Anybody may call this; only what is signed is taken. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>(inTime)
  .onError((request) => {
    const { error } = request;
    const provider = providerAsked(request.event);
    if (!(error instanceof DomainError) || provider === undefined) return;
    request.response = httpAnswer(provider.answerNotification({ status: error.status, error: error.error }));
  })
  .handler(async (request) => {
    const provider = providerAsked(request);
    if (provider === undefined) return { statusCode: 404, body: '' };
    // The signature is over these bytes: they are not decoded and encoded again.
    const bytes = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8');
    return httpAnswer(
      await handleNotification(backend, counter, provider, { headers: request.headers, body: bytes }),
    );
  });

function providerAsked({ routeKey }: APIGatewayProxyEventV2) {
  const name = providerNames.find((provider) => routeKey === `POST /payments/${provider}/notify`);
  return name === undefined ? undefined : payments[name];
}

function httpAnswer({ status, contentType, body }: NotificationAnswer): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { 'content-type': contentType }, body };
}
