import { DomainError } from '../../src/shared/errors.ts';
import { log } from '../../src/shared/log.ts';

/** Runs every record of a batch; only those that failed are delivered again. */
export async function eachRecord<R>(
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
      log('record-failed', {
        itemIdentifier,
        error: error instanceof DomainError ? error.error : String(error),
      });
      batchItemFailures.push({ itemIdentifier });
    }
  }
  return { batchItemFailures };
}
