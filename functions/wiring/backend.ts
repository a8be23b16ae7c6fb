import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import * as z from 'zod/mini';
import type { CardVault } from '../../src/devices/card-vault.ts';
import { registryStore } from '../../src/estate/registry-store.ts';
import type { Backend } from '../../src/journal/commit.ts';
import type { Publisher } from '../../src/journal/outbox.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { dynamoTable, type Pause } from '../../src/shared/table-dynamodb.ts';
import { deviceVault } from './secrets.ts';

const environment = z.parse(z.object({ TABLE_NAME: z.string() }), process.env);

/**
 * Throttled or interrupted calls are repeated by the SDK with the same request. An answer that does not come is not
 * waited for until the function is killed: it is asked for again. What was asked may have happened: the table knows its
 * own writes again. A call that is never answered takes ten seconds, longer than some functions have: those that
 * somebody waits for say so when their time is up (`in-time.ts`).
 */
const client = new DynamoDBClient({
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
});

export const clock = systemClock(process.env);

/** Twice as long each time, anywhere between nothing and all of it, so that those who wait do not come back together. */
const pause: Pause = (again) => sleep(Math.random() * Math.min(longestPauseMs, shortestPauseMs * 2 ** again));
const shortestPauseMs = 25;
const longestPauseMs = 500;

export const table = dynamoTable(client, environment.TABLE_NAME, pause);
export const registry = registryStore(table, clock);

/** A command that is of no use in a minute is not kept for a device that is away; one that matters later is. */
const worthKeepingS = 60;

export function iotPublisher(): Publisher {
  const iot = new IoTDataPlaneClient({ maxAttempts: 3 });
  return {
    async publish(topic, payload, expiresInS) {
      const qos = expiresInS !== undefined && expiresInS > worthKeepingS ? 1 : 0;
      await iot.send(
        new PublishCommand({
          topic,
          payload,
          qos,
          ...(expiresInS === undefined ? {} : { messageExpiry: expiresInS }),
        }),
      );
    },
  };
}

/** Everything that a decision may touch, on AWS. */
export async function awsBackend(vault: Promise<CardVault> = deviceVault()): Promise<Backend> {
  return { table, clock, vault: await vault, publisher: iotPublisher(), registry };
}
