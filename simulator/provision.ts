import type { Client } from '../contract/client.ts';
import type { ProvisioningRecord } from '../contract/shapes/provisioning.ts';

/** What one request may carry. */
const BATCH = 100;

/**
 * Writes records in the order given, as many at once as the API takes; the same records again change nothing. Answers
 * the changes that wait for a second person.
 */
export async function provision(
  { call }: Client,
  estateId: string,
  records: readonly ProvisioningRecord[],
): Promise<string[]> {
  const waiting: string[] = [];
  for (let from = 0; from < records.length; from += BATCH) {
    const body = { records: records.slice(from, from + BATCH) };
    const { awaiting } = await call('POST /estates/{estateId}/provision', { path: { estateId }, body });
    waiting.push(...awaiting.flatMap(({ changeId }) => changeId ?? []));
  }
  return waiting;
}

/** Approves what somebody else has asked for. */
export async function approve(
  { call }: Client,
  estateId: string,
  changeIds: readonly string[],
): Promise<void> {
  for (const changeId of changeIds)
    await call('POST /estates/{estateId}/changes/{changeId}/approve', { path: { estateId, changeId } });
}
