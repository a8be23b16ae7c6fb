import middy from '@middy/core';
import * as z from 'zod/mini';
import { loginRefusal } from '../src/estate/board-login.ts';
import { log } from '../src/shared/log.ts';
import { registry } from './wiring/backend.ts';
import { allowed, denied } from './wiring/broker-policy.ts';

const { BROKER_ARN } = z.parse(z.object({ BROKER_ARN: z.string() }), process.env);

/** What IoT Core gives a custom authorizer for an MQTT connection; the password arrives in base64. */
const requestSchema = z.object({
  protocolData: z.object({
    mqtt: z.object({
      username: z.optional(z.string()),
      password: z.optional(z.string()),
      clientId: z.string(),
    }),
  }),
});

/**
 * Boards that have no certificate: MQTT user name and password, and the IMEI as the client id. The policy lets a board
 * be nobody but itself. What client id a real board uses is not documented; a board that can be set to its IMEI can
 * come in.
 */
export const handler = middy().handler(async (request: unknown) => {
  const parsed = requestSchema.safeParse(request);
  if (!parsed.success) return denied('unknown');
  const { username = '', password = '', clientId } = parsed.data.protocolData.mqtt;
  const board = /^\d{15}$/.test(clientId) ? await registry.device(clientId) : undefined;
  // AWS lets the authorizer's name follow the user name after a question mark.
  const refusal = loginRefusal(board, username.split('?')[0] ?? '', Buffer.from(password, 'base64'));
  if (refusal !== undefined) {
    log('board-refused', { clientId, refusal });
    return denied(clientId);
  }
  return allowed(clientId, {
    connect: [`${BROKER_ARN}:client/${clientId}`],
    publish: [`${BROKER_ARN}:topic/JUY/D2S/${clientId}/*/DEV`],
    // No rule takes such a topic: the message would be accepted and lost.
    neverPublish: [`${BROKER_ARN}:topic/JUY/D2S/${clientId}/*/*/DEV`],
    subscribe: [`${BROKER_ARN}:topicfilter/JUY/S2D/${clientId}/*`],
    receive: [`${BROKER_ARN}:topic/JUY/S2D/${clientId}/*`],
  });
});
