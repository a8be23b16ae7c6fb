import type { Context } from 'aws-lambda';
import { log, said } from '../../src/shared/log.ts';

/** By which a line of the log is found: the function, and its run. */
export type Run = Pick<Context, 'functionName' | 'awsRequestId'>;

export const runOf = ({ functionName, awsRequestId }: Run) => ({
  function: functionName,
  requestId: awsRequestId,
});

/** Runs every record of a batch; only those that failed are delivered again. */
export async function eachRecord<R>(
  run: Run,
  records: readonly R[],
  identify: (record: R) => string,
  take: (record: R) => Promise<unknown>,
): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of records) {
    try {
      await take(record);
    } catch (error) {
      const itemIdentifier = identify(record);
      log('record-failed', { ...runOf(run), itemIdentifier, ...said(error) });
      batchItemFailures.push({ itemIdentifier });
    }
  }
  return { batchItemFailures };
}
