import type * as z from 'zod/mini';
import { auditLineSchema, factsSchema } from '../../contract/shapes/change.ts';
import type { Entry } from '../journal/entry.ts';
import { credentialFacts, householdFacts, tariffFacts } from '../journal/facts/configuration.ts';
import { keys } from '../shared/keys.ts';
import type { Table, Write } from '../shared/table.ts';

export type AuditLine = z.infer<typeof auditLineSchema>;

const outcomeOf = ({ outcome }: Entry) => auditLineSchema.shape.outcome.parse(outcome);

/** What an entry says of the configuration; undefined for all others, and for what a household agrees by itself. */
export function auditLineOf(entry: Entry): AuditLine | undefined {
  const { kind, facts, receivedAtMs: atMs, sender: by } = entry;
  switch (kind) {
    case 'setting': {
      const { setting, before, after } = factsSchema.parse(facts);
      const isNothing = Object.keys(before).length + Object.keys(after).length === 0;
      // Asked for again by its own number, and found as it was asked for.
      return isNothing && setting.kind === 'credit'
        ? undefined
        : { atMs, by, about: setting, outcome: outcomeOf(entry), before, after };
    }
    case 'credential-granted':
    case 'credential-revoked': {
      const { credentialId: id, lastDigits, before, after } = credentialFacts.parse(facts);
      const card = lastDigits === undefined ? {} : { lastDigits };
      return {
        atMs,
        by,
        about: { kind: 'credential', id },
        outcome: outcomeOf(entry),
        before,
        after: { ...card, ...after },
      };
    }
    case 'tariff-saved': {
      const { tariffVersion: id, effectiveFromMs, facilityId } = tariffFacts.parse(facts).tariff;
      const after = { effectiveFromMs, ...(facilityId === undefined ? {} : { facilityId }) };
      return { atMs, by, about: { kind: 'tariff', id }, outcome: 'set', before: {}, after };
    }
    case 'household-changed': {
      const { householdId: id, byStaff, before, after } = householdFacts.parse(facts);
      return byStaff ? { atMs, by, about: { kind: 'limits', id }, outcome: 'set', before, after } : undefined;
    }
    default:
      return undefined;
  }
}

/** The line of an entry in its estate's list, which is kept as long as the entry. */
export function auditWrites(entry: Entry): Write[] {
  const line = auditLineOf(entry);
  if (line === undefined) return [];
  const { estateId, receivedAtMs, pk, sk, expiresAtS } = entry;
  const key = keys.auditOfEstate(estateId, receivedAtMs, `${pk}|${sk}`);
  return [{ put: { ...key, ...line, expiresAtS }, when: 'always' }];
}

/** A page of an estate's list, newest first; `next` is the `before` of the page that follows. */
export async function auditPage(
  table: Table,
  estateId: string,
  { before, limit }: { readonly before?: string | undefined; readonly limit: number },
): Promise<{ readonly lines: readonly AuditLine[]; readonly next?: string }> {
  const upTo = { ...keys.auditUpTo(estateId, before), newestFirst: true, limit: limit + 2 };
  const items = (await table.query(upTo)).filter(({ sk }) => sk !== before);
  const lines = items.slice(0, limit).map((item) => auditLineSchema.parse(item));
  const last = items[limit - 1];
  return items.length > limit && last !== undefined ? { lines, next: last.sk } : { lines };
}
