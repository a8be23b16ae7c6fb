import { codeOfSession, evidenceOf } from '../../../src/charging/evidence.ts';
import { verifySession } from '../../../src/charging/verify-session.ts';
import { registryStore } from '../../../src/estate/registry-store.ts';
import { agreementSchema } from '../../../src/journal/facts/session.ts';
import { openVault } from '../world/small-estate.ts';
import type { Store } from '../world/store.ts';
import type { Verdict } from '../world/violation.ts';

/**
 * I8 at rest: every receipt follows from all that its journal holds by then, in whatever order, how late and how often
 * that was told.
 */
export async function checkReceipts(verdict: Verdict, store: Store, nowMs: number): Promise<void> {
  const clock = { now: () => nowMs };
  const registry = registryStore(store, clock);
  const sources = { table: store, registry };
  const authorised = [...store.items.values()].filter((item) => item['kind'] === 'session-authorised');
  for (const { facts } of authorised) {
    const agreement = agreementSchema.parse(facts);
    const { sessionId } = agreement;
    const code = codeOfSession({ vault: openVault }, agreement);
    const { recorded, differences } = verifySession(await evidenceOf(sources, agreement, code));
    const [first] = differences;
    if (recorded !== undefined && first !== undefined)
      verdict.breach(
        'I8',
        `${sessionId}: ${first.path} is ${JSON.stringify(first.recorded)}, and follows to be ${JSON.stringify(first.recomputed)}`,
      );
  }
}
