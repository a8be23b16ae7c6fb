import middy from '@middy/core';
import * as z from 'zod/mini';
import { brokerPartOf } from '../src/devices/families/all.ts';
import { DEVICE_NAME } from '../src/devices/family.ts';
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
 * Boards of a family that has no certificates: MQTT user name and password, and the device's own name as the client id.
 * The policy lets a board be nobody but itself.
 */
export const handler = middy().handler(async (request: unknown) => {
  const parsed = requestSchema.safeParse(request);
  if (!parsed.success) return denied('unknown');
  const { username = '', password = '', clientId } = parsed.data.protocolData.mqtt;
  const board = DEVICE_NAME.test(clientId) ? await registry.device(clientId) : undefined;
  const part = board && brokerPartOf(board.family);
  // AWS lets the authorizer's name follow the user name after a question mark.
  const refusal = loginRefusal(board, username.split('?')[0] ?? '', Buffer.from(password, 'base64'));
  if (part?.login !== 'password' || refusal !== undefined) {
    log('board-refused', { clientId, refusal: refusal ?? 'unknown-board' });
    return denied(clientId);
  }
  const { publish, neverPublish, hear } = part.rights(clientId);
  const arns = (kind: 'topic' | 'topicfilter', topics: readonly string[]) =>
    topics.map((topic) => `${BROKER_ARN}:${kind}/${topic}`);
  return allowed(clientId, {
    connect: [`${BROKER_ARN}:client/${clientId}`],
    publish: arns('topic', publish),
    neverPublish: arns('topic', neverPublish),
    subscribe: arns('topicfilter', hear),
    receive: arns('topic', hear),
  });
});
