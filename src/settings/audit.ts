import * as z from 'zod/mini';
import { auditLineSchema, membersSchema } from '../../contract/shapes/change.ts';
import type { Entry } from '../journal/entry.ts';
import { keys } from '../shared/keys.ts';
import type { Table, Write } from '../shared/table.ts';

export type AuditLine = z.infer<typeof auditLineSchema>;

const settingSchema = z.object({
  setting: z.object({ kind: z.string(), id: z.string() }),
  before: membersSchema,
  after: membersSchema,
});
const credentialSchema = z.object({
  credentialId: z.string(),
  lastDigits: z.optional(z.string()),
  before: z._default(membersSchema, {}),
  after: z._default(membersSchema, {}),
});
const tariffSchema = z.object({
  tariff: z.object({
    tariffVersion: z.string(),
    effectiveFromMs: z.int(),
    facilityId: z.optional(z.string()),
  }),
});
const householdSchema = z.object({
  householdId: z.string(),
  change: z.string(),
  byStaff: z._default(z.boolean(), false),
  before: z._default(membersSchema, {}),
  after: z._default(membersSchema, {}),
});

/** What an entry says of the configuration; undefined for all others, and for what a household agrees by itself. */
export function auditLineOf(entry: Entry): AuditLine | undefined {
  const { kind, facts, receivedAtMs: atMs, sender: by, outcome } = entry;
  switch (kind) {
    case 'setting': {
      const { setting, before, after } = settingSchema.parse(facts);
      const isNothing = Object.keys(before).length + Object.keys(after).length === 0;
      // Asked for again by its own number, and found as it was asked for.
      return isNothing && setting.kind === 'credit'
        ? undefined
        : { atMs, by, about: setting, outcome, before, after };
    }
    case 'credential-granted':
    case 'credential-revoked': {
      const { credentialId: id, lastDigits, before, after } = credentialSchema.parse(facts);
      const card = lastDigits === undefined ? {} : { lastDigits };
      return { atMs, by, about: { kind: 'credential', id }, outcome, before, after: { ...card, ...after } };
    }
    case 'tariff-saved': {
      const { tariffVersion: id, ...after } = tariffSchema.parse(facts).tariff;
      return { atMs, by, about: { kind: 'tariff', id }, outcome: 'set', before: {}, after };
    }
    case 'household-changed': {
      const { householdId: id, byStaff, before, after } = householdSchema.parse(facts);
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
