import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Random } from '../../simulator/random.ts';

/** How often, of all requests, each fault comes. */
export interface Faults {
  /** The request never reaches the table, and says so: it is busy with another transaction, or throttled. */
  readonly conflict: number;
  readonly throttle: number;
  /** The request never reaches the table, and nobody can know. */
  readonly lostRequest: number;
  /** The table has done what was asked, and its answer is lost. */
  readonly lostAnswer: number;
}

/** What was done to the requests of all clients. */
export type FaultCounts = Record<keyof Faults, number>;

/**
 * A client of DynamoDB Local whose network and table fail as the real ones do: DynamoDB Local itself is never busy and
 * loses nothing. The faults sit below the SDK's own retries, right above the wire.
 */
export function faultyClient(
  port: number,
  random: Random,
  faults: Faults,
  counts: FaultCounts,
  maxAttempts: number,
): DynamoDBClient {
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts,
  });
  client.middlewareStack.add(
    (next, context) => async (request) => {
      const hit = (fault: keyof Faults) => {
        if (!random.chance(faults[fault])) return false;
        counts[fault] += 1;
        return true;
      };
      const command = String((context as { commandName?: string }).commandName);
      if (hit('throttle')) throw named('ThrottlingException', { $retryable: { throttling: true } });
      if (command === 'TransactWriteItemsCommand' && hit('conflict')) {
        throw named('TransactionCanceledException', {
          CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
        });
      }
      if (hit('lostRequest')) throw named('TimeoutError', {});
      const answer = await next(request);
      if (hit('lostAnswer')) throw named('TimeoutError', {});
      return answer;
    },
    { step: 'deserialize', name: 'faults', priority: 'low' },
  );
  return client;
}

function named(name: string, details: object): Error {
  return Object.assign(new Error(`injected: ${name}`), { name, $metadata: {}, ...details });
}
